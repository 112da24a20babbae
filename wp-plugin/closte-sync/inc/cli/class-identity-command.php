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
	 * Shows which network the list of domains belongs to, and records that it has moved or is a copy.
	 *
	 * The list of domains belongs to one network. If the network's domain, `CLOSTE_APP_ID` or the environment type differs from what was recorded, this may be a copy of the network, such as a staging site, and Closte has the domains of the original. Changes are then queued, and nothing is sent until you say which it is:
	 *
	 * `wp closte identity move`: it is the same network under another name or in another place. It keeps its list, sends what was queued, and is compared with Closte.
	 *
	 * `wp closte identity copy`: the original is still in use elsewhere. This one forgets its list without calling Closte, and the integration is turned off until you give it its own key and run `wp closte enable`. Run this also before you rename a copy that does not differ yet.
	 *
	 * ## OPTIONS
	 *
	 * [<choice>]
	 * : What to do.
	 * ---
	 * default: show
	 * options:
	 *   - show
	 *   - move
	 *   - copy
	 * ---
	 *
	 * [--yes]
	 * : Does not ask for confirmation. Only `copy` asks, and only on a network that does not differ.
	 *
	 * [--fields=<fields>]
	 * : Shows only these fields, separated by commas.
	 *
	 * [--format=<format>]
	 * : The output format of `show`.
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
	 * * part: `network` (domain and path of the main network), `site` (the same of its main site), `application` (`CLOSTE_APP_ID`) or `environment` (the environment type)
	 * * recorded: what it was when the list was created; empty: not known
	 * * now: what it is now
	 * * status: `same` or `different`
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte identity --fields=part,status
	 *     +-------------+-----------+
	 *     | part        | status    |
	 *     +-------------+-----------+
	 *     | network     | different |
	 *     | site        | different |
	 *     | application | same      |
	 *     | environment | same      |
	 *     +-------------+-----------+
	 *
	 *     # On the copy
	 *     $ wp closte identity copy --yes
	 *     Success: This network is now treated as a copy. …
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
			\WP_CLI::success( __( 'Nothing to do: the list of domains belongs to this network.', 'closte-sync' ) );
			return;
		}
		$this->expect( $this->services->identity_choice()->move() );
		\WP_CLI::success( __( 'The network keeps its list of domains. The next run sends what was queued.', 'closte-sync' ) );
		Terminal::hint(
			$this->services->readiness()->is_ready()
				? __( 'see what is sent next: wp closte sync --dry-run', 'closte-sync' )
				: (string) $this->services->readiness()->problem()
		);
	}

	/**
	 * @param array<string, string> $assoc_args Options.
	 */
	private function copy( array $assoc_args ): void {
		if ( ! $this->services->readiness()->is_another_network() ) {
			\WP_CLI::confirm(
				__( 'This network does not look like a copy. Delete its list of domains and turn the integration off?', 'closte-sync' ),
				$assoc_args
			);
		}
		$forgotten = $this->services->identity_choice()->copy();
		$this->expect( null !== $forgotten );
		\WP_CLI::success(
			sprintf(
				/* translators: %d: number of domains */
				_n( 'This network is now treated as a copy. Its list of %d domain was deleted, and the integration is off. Nothing was sent to Closte.', 'This network is now treated as a copy. Its list of %d domains was deleted, and the integration is off. Nothing was sent to Closte.', (int) $forgotten, 'closte-sync' ),
				(int) $forgotten
			)
		);
		Terminal::hint( __( 'to use Closte for this copy, give it its own API key, then: wp closte enable', 'closte-sync' ) );
	}

	/**
	 * Ends with status 1 unless it is stored.
	 */
	private function expect( bool $is_stored ): void {
		if ( ! $is_stored ) {
			Terminal::fail( __( 'The choice could not be saved. Nothing is sent to Closte.', 'closte-sync' ), __( 'make sure that the database can be reached and written to', 'closte-sync' ) );
		}
	}
}
