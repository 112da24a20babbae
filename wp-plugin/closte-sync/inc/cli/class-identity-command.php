<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Sync\Readiness;
use WP_CLI\Formatter;

/**
 * Tells a copy of the network from the original.
 */
final class Identity_Command {

	private const FIELDS = array( 'part', 'recorded', 'now', 'status' );

	public function __construct( private readonly Container $services ) {}

	/**
	 * Shows which network the list of domains was written for, and says that the network has moved or is a copy.
	 *
	 * The list of domains belongs to one network. Where the network's domain, `CLOSTE_APP_ID` or the environment type is
	 * another one than recorded, this may be a copy of the network, such as a staging site, and Closte has the domains of the
	 * original. Then domains are recorded, and nothing is sent until someone says which of both it is:
	 *
	 * `wp closte identity move`: it is the same network under another name, or at another place. Its list goes on, what was
	 * recorded meanwhile is sent, and the network is compared with Closte.
	 *
	 * `wp closte identity copy`: the original goes on elsewhere. This one forgets its list without a call to Closte, and the
	 * integration is switched off until `wp closte enable` makes it a network of its own, with a key of its own. Say so also
	 * before you rename a copy that does not differ yet.
	 *
	 * ## OPTIONS
	 *
	 * [<choice>]
	 * : What is done.
	 * ---
	 * default: show
	 * options:
	 *   - show
	 *   - move
	 *   - copy
	 * ---
	 *
	 * [--yes]
	 * : Do not ask. Only what makes a copy of a network that does not differ is asked about.
	 *
	 * [--fields=<fields>]
	 * : Shows these fields only, separated by commas.
	 *
	 * [--format=<format>]
	 * : How to print what is shown.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * part: `network` (domain and path of the main network), `site` (the same of its main site), `application`
	 *   (`CLOSTE_APP_ID`) or `environment` (the environment type)
	 * * recorded: what it was when the list was begun; empty: not known
	 * * now: what it is
	 * * status: `same` or `different`
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte identity
	 *     +-------------+-----------------+-----------------+-----------+
	 *     | part        | recorded        | now             | status    |
	 *     +-------------+-----------------+-----------------+-----------+
	 *     | network     | network.example | staging.example | different |
	 *     …
	 *
	 *     # On the copy
	 *     $ wp closte identity copy --yes
	 *     Success: This network is a copy: 12 domains are forgotten here, and the integration is off. Nothing was sent to Closte.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		match ( $args[0] ?? 'show' ) {
			'move'  => $this->move(),
			'copy'  => $this->copy( $assoc_args ),
			default => $this->show( $assoc_args ),
		};
	}

	/**
	 * @param array<string, string> $assoc_args Options.
	 */
	private function show( array $assoc_args ): void {
		$this->services->ledger();
		$identity  = $this->services->network_identity();
		$recorded  = $identity->recorded();
		$different = $identity->differences();
		$items     = array();
		foreach ( $identity->current() as $part => $now ) {
			$items[] = array_map(
				Terminal::clean( ... ),
				array(
					'part'     => $part,
					'recorded' => $recorded[ $part ] ?? '',
					'now'      => $now,
					'status'   => in_array( $part, $different, true ) ? 'different' : 'same',
				)
			);
		}
		( new Formatter( $assoc_args, self::FIELDS ) )->display_items( $items );
		$problem = $this->services->readiness()->identity_problem();
		if ( null !== $problem ) {
			Terminal::warn( $problem );
			Terminal::hint( Readiness::identity_advice() );
		}
	}

	private function move(): void {
		$this->services->ledger();
		if ( ! $this->services->readiness()->is_another_network() ) {
			\WP_CLI::success( __( 'Nothing to do: this is the network that the list of domains was written for.', 'closte-sync' ) );
			return;
		}
		$this->expect( $this->services->identity_choice()->move() );
		\WP_CLI::success( __( 'The network has moved: its list of domains goes on, and what was recorded meanwhile is sent by the next run.', 'closte-sync' ) );
		Terminal::hint(
			$this->services->readiness()->is_ready()
				? __( 'see what will be sent: wp closte sync --dry-run', 'closte-sync' )
				: (string) $this->services->readiness()->problem()
		);
	}

	/**
	 * @param array<string, string> $assoc_args Options.
	 */
	private function copy( array $assoc_args ): void {
		if ( ! $this->services->readiness()->is_another_network() ) {
			\WP_CLI::confirm(
				__( 'Nothing says so far that this is a copy. Shall it forget its list of domains, and be switched off?', 'closte-sync' ),
				$assoc_args
			);
		}
		$forgotten = $this->services->identity_choice()->copy();
		$this->expect( null !== $forgotten );
		\WP_CLI::success(
			sprintf(
				/* translators: %d: number of domains */
				_n( 'This network is a copy: %d domain is forgotten here, and the integration is off. Nothing was sent to Closte.', 'This network is a copy: %d domains are forgotten here, and the integration is off. Nothing was sent to Closte.', (int) $forgotten, 'closte-sync' ),
				(int) $forgotten
			)
		);
		Terminal::hint( __( 'to let Closte serve it as a network of its own, give it a key of its own, then: wp closte enable', 'closte-sync' ) );
	}

	/**
	 * Ends with status 1 unless it is stored.
	 */
	private function expect( bool $is_stored ): void {
		if ( ! $is_stored ) {
			Terminal::fail( __( 'The database did not take it: nothing is sent to Closte still.', 'closte-sync' ), __( 'see that the database is there and can be written to', 'closte-sync' ) );
		}
	}
}
