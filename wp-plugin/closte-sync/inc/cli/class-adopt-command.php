<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Operations\Adoption_Result;
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
	 * From then on they are checked and listed like domains that were added manually, and `wp closte domain remove` can remove them. Nothing is changed at Closte.
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
		Word_Option::expect_output( $assoc_args, array( 'table', 'json', 'csv', 'yaml', 'count' ) );

		$is_all = Utils\get_flag_value( $assoc_args, 'all', false );
		$is_dry = Utils\get_flag_value( $assoc_args, 'dry-run', false );

		if ( $is_all === ( array() !== $args ) ) {
			Terminal::fail( __( 'Name the domains to adopt or use --all, not both.', 'closte-sync' ), 'wp closte adopt --all --dry-run' );
		}

		$problem = $this->services->adoption()->problem();

		if ( null !== $problem ) {
			Terminal::fail( $problem, Readiness::identity_advice() );
		}

		$domains = $is_all ? $this->ask( fn(): array => $this->services->reconciler()->plan( keep: false )->foreign ) : $args;

		if ( $is_dry ) {
			$this->show( $this->ask( fn(): Adoption_Result => $this->services->adoption()->preview( $domains ) ), $assoc_args );
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

		$this->report( $this->ask( fn(): Adoption_Result => $this->services->adoption()->adopt( $domains ) ) );
	}

	private function report( Adoption_Result $result ): void {
		$report = new Change_Report( 'adopt', count( $result->adopted ) + count( $result->ours ) + count( $result->missing ) );

		foreach ( $result->adopted as $domain ) {
			/* translators: %s: domain */
			Terminal::say( sprintf( __( 'Adopted %s.', 'closte-sync' ), $domain ) );
			$report->done();
		}

		foreach ( $result->ours as $domain ) {
			/* translators: %s: domain */
			Terminal::say( sprintf( __( 'This network already has %s.', 'closte-sync' ), $domain ) );
			$report->already();
		}

		foreach ( $result->missing as $domain ) {
			/* translators: %s: domain */
			Terminal::warn( sprintf( __( 'Closte does not have %s.', 'closte-sync' ), $domain ) );
			/* translators: %s: domain */
			Terminal::hint( sprintf( __( 'to add it: wp closte domain add %s', 'closte-sync' ), $domain ) );
		}

		$report->finish();
	}

	/**
	 * @param array<string, string> $assoc_args Options.
	 */
	private function show( Adoption_Result $result, array $assoc_args ): void {
		$actions = array(
			'adopt'   => $result->adopted,
			'none'    => $result->ours,
			'missing' => $result->missing,
		);
		$count   = array_sum( array_map( count( ... ), $actions ) );

		if ( 'count' === $assoc_args['format'] ) {
			\WP_CLI::line( (string) $count );
		} elseif ( $count > 0 || 'table' !== $assoc_args['format'] ) {
			( new Item_Printer( $assoc_args, self::FIELDS ) )->print( Domain_Action_Items::of( $actions ) );
		} else {
			\WP_CLI::success( __( 'Nothing to do: there are no foreign domains at Closte.', 'closte-sync' ) );
		}
	}

	/**
	 * @template T
	 * @param callable(): T $question
	 * @return T
	 */
	private function ask( callable $question ): mixed {
		try {
			return $question();
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			Terminal::fail( Error_Text::of( $e ), __( 'find out more: wp closte doctor', 'closte-sync' ) );
		}
	}
}
