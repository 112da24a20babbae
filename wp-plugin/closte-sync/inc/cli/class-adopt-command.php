<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Sync\Readiness;
use ClosteSync\Text\Error_Text;
use WP_CLI\Utils;

/**
 * Takes over foreign domains.
 */
final class Adopt_Command {

	private const FIELDS = array( 'domain', 'action' );

	public function __construct( private readonly Container $services ) {}

	/**
	 * Takes over domains at Closte that no site or mapping of this network ever had.
	 *
	 * From then on they are checked and listed like domains that were added by hand, and `wp closte domain remove` can remove them. Nothing is changed at Closte.
	 *
	 * ## OPTIONS
	 *
	 * [<domain>...]
	 * : One or more domains.
	 *
	 * [--all]
	 * : All domains that `wp closte sync --dry-run` shows as foreign.
	 *
	 * [--dry-run]
	 * : Lists what would be done, and changes nothing.
	 *
	 * [--yes]
	 * : Does not ask for confirmation. Only --all asks.
	 *
	 * [--format=<format>]
	 * : The output format of --dry-run.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 *   - count
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * domain
	 * * action: `adopt`; `none`: this network already has it; `missing`: Closte does not have it
	 *
	 * ## EXAMPLES
	 *
	 *     # What would be taken over?
	 *     $ wp closte adopt --all --dry-run
	 *     +-----------------+--------+
	 *     | domain          | action |
	 *     +-----------------+--------+
	 *     | old.example.com | adopt  |
	 *     +-----------------+--------+
	 *
	 *     $ wp closte adopt old.example.com
	 *     Adopted old.example.com.
	 *     Success: Adopted 1 of 1 domains.
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		Choice::expect_output( $assoc_args, array( 'table', 'json', 'csv', 'yaml', 'count' ) );

		$is_all = Utils\get_flag_value( $assoc_args, 'all', false );
		$is_dry = Utils\get_flag_value( $assoc_args, 'dry-run', false );

		if ( $is_all === ( array() !== $args ) ) {
			Terminal::fail( __( 'Name the domains to adopt or use --all, not both.', 'closte-sync' ), 'wp closte adopt --all --dry-run' );
		}

		// What Closte has is the original's, where this is a copy.
		$problem = $this->services->readiness()->identity_problem();

		if ( null !== $problem ) {
			Terminal::fail( $problem, Readiness::identity_advice() );
		}

		$domains = $is_all ? $this->foreign() : array_map( $this->services->domain_names()->canonical( ... ), $args );
		$remote  = $is_all ? $domains : $this->ask( fn(): array => array_column( $this->services->extension()->client()->domains(), 'domain' ) );

		if ( $is_dry ) {
			$this->show( $domains, $remote, $assoc_args );
			return;
		}

		if ( $is_all && array() === $domains ) {
			\WP_CLI::success( __( 'Nothing to do: there are no foreign domains at Closte.', 'closte-sync' ) );
			return;
		}

		if ( $is_all ) {
			\WP_CLI::confirm(
				/* translators: %d: number of domains */
				sprintf( _n( 'Adopt %d domain?', 'Adopt %d domains?', count( $domains ), 'closte-sync' ), count( $domains ) ),
				$assoc_args
			);
		}

		$this->adopt( $domains, $remote );
	}

	/**
	 * @param list<string> $domains
	 * @param list<string> $remote  What Closte has.
	 */
	private function adopt( array $domains, array $remote ): void {
		$there  = array_fill_keys( $remote, true );
		$report = new Change_Report( 'adopt', count( $domains ) );

		foreach ( $domains as $domain ) {
			if ( ! isset( $there[ $domain ] ) ) {
				/* translators: %s: domain */
				Terminal::warn( sprintf( __( 'Closte does not have %s.', 'closte-sync' ), $domain ) );
				/* translators: %s: domain */
				Terminal::hint( sprintf( __( 'to add it: wp closte domain add %s', 'closte-sync' ), $domain ) );
			} elseif ( null !== $this->services->ledger()->find( $domain ) ) {
				/* translators: %s: domain */
				Terminal::say( sprintf( __( 'This network already has %s.', 'closte-sync' ), $domain ) );
				$report->already();
			} else {
				$this->services->reconciler()->adopt( $domain );
				/* translators: %s: domain */
				Terminal::say( sprintf( __( 'Adopted %s.', 'closte-sync' ), $domain ) );
				$report->done();
			}
		}

		$report->finish();
	}

	/**
	 * @param list<string>          $domains
	 * @param list<string>          $remote     What Closte has.
	 * @param array<string, string> $assoc_args Options.
	 */
	private function show( array $domains, array $remote, array $assoc_args ): void {
		if ( 'count' === $assoc_args['format'] ) {
			\WP_CLI::line( (string) count( $domains ) );
		} elseif ( array() !== $domains || 'table' !== $assoc_args['format'] ) {
			( new Item_Printer( $assoc_args, self::FIELDS ) )->print( $this->items( $domains, array_fill_keys( $remote, true ) ) );
		} else {
			\WP_CLI::success( __( 'Nothing to do: there are no foreign domains at Closte.', 'closte-sync' ) );
		}
	}

	/**
	 * @param list<string>        $domains
	 * @param array<string, true> $there   What Closte has.
	 * @return \Generator<array{domain: string, action: string}>
	 */
	private function items( array $domains, array $there ): \Generator {
		foreach ( $domains as $domain ) {
			yield array(
				'domain' => Terminal::clean( $domain ),
				'action' => match ( true ) {
					! isset( $there[ $domain ] )                           => 'missing',
					null !== $this->services->ledger()->find( $domain ) => 'none',
					default                                                => 'adopt',
				},
			);
		}
	}

	/**
	 * @return list<string> What Closte has, and this network never had.
	 */
	private function foreign(): array {
		return $this->ask( fn(): array => $this->services->reconciler()->plan()->foreign );
	}

	/**
	 * @param callable(): list<string> $question
	 * @return list<string>
	 */
	private function ask( callable $question ): array {
		try {
			return $question();
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			Terminal::fail( Error_Text::of( $e ), __( 'find out more: wp closte doctor', 'closte-sync' ) );
		}
	}
}
