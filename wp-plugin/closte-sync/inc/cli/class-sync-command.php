<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Outcome_Counts;
use ClosteSync\Sync\Events;
use ClosteSync\Text\Error_Text;
use ClosteSync\Text\Refusal_Text;
use WP_CLI\Utils;

/**
 * Brings Closte in line with the network.
 */
final class Sync_Command {

	/** Domains that are named; the others are counted. */
	private const MOST_NAMED = 20;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Adds the domains of this network that Closte does not have; with --prune, removes those that are no longer used.
	 *
	 * Compares the domains of all sites and mappings with those that Closte has. Domains at Closte that no site or mapping of this network has had are foreign: they are shown and never removed. The network's own domain and the domains of existing sites are never removed, either.
	 *
	 * You can interrupt this at any time: the next run sends the rest.
	 *
	 * Ends with status 1 when Closte cannot be reached, when the removals are refused, or when a domain could not be sent: the error then counts what was added, removed, refused and left, and names what was refused.
	 *
	 * ## OPTIONS
	 *
	 * [--dry-run]
	 * : Shows what would be done, and changes nothing.
	 *
	 * [--prune]
	 * : Also removes domains that a site or mapping of this network has had and that nothing uses any longer, even if they were at Closte before.
	 *
	 * [--force]
	 * : With --prune: removes unused domains even if they are more than 30 % of the domains at Closte, or if the lists look incomplete.
	 *
	 * [--yes]
	 * : Does not ask for confirmation before removing.
	 *
	 * [--format=<format>]
	 * : The output format of the plan. Domains that Closte already has and that are used are not in it. `count` prints the number of its rows.
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
	 * * action: `add`; `remove`; `unwanted`: no longer used, and --prune would remove it; `foreign`: no site or mapping of this network has had it, so it is left alone; `invalid`: used, but not a domain that Closte could accept
	 *
	 * ## EXAMPLES
	 *
	 *     # What would be done?
	 *     $ wp closte sync --dry-run
	 *     +------------------+--------+
	 *     | domain           | action |
	 *     +------------------+--------+
	 *     | shop.example.com | add    |
	 *     +------------------+--------+
	 *
	 *     # Do it, and remove what is no longer used
	 *     $ wp closte sync --prune --yes
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'table', 'json', 'csv', 'yaml', 'count' ) );
		$is_dry  = Utils\get_flag_value( $assoc_args, 'dry-run', false );
		$prune   = Utils\get_flag_value( $assoc_args, 'prune', false );
		$problem = $this->services->extension()->problem();
		if ( null !== $problem ) {
			Terminal::fail( $problem, __( 'find out more: wp closte doctor', 'closte-sync' ) );
		}
		if ( ! $is_dry ) {
			( new Sending_Status( $this->services ) )->expect();
		}

		$plan = $this->plan( $prune, Utils\get_flag_value( $assoc_args, 'force', false ) );
		$this->show( $plan, $assoc_args );
		if ( null !== $plan->refused ) {
			$this->warn_of_refusal( (string) Refusal_Text::of( $plan ), $is_dry );
		} elseif ( array() !== $plan->unwanted && 'table' === $assoc_args['format'] ) {
			Terminal::hint( __( 'remove unused domains: wp closte sync --prune', 'closte-sync' ) );
		}
		if ( ! $is_dry ) {
			if ( array() !== $plan->remove ) {
				\WP_CLI::confirm(
					sprintf(
						/* translators: %d: number of domains */
						_n( 'Remove %d domain from Closte?', 'Remove %d domains from Closte?', count( $plan->remove ), 'closte-sync' ),
						count( $plan->remove )
					),
					$assoc_args
				);
			}
			$this->apply( $plan, 'table' === $assoc_args['format'] );
		} elseif ( 'table' === $assoc_args['format'] && null === $plan->refused && array() === self::changes( $plan ) ) {
			\WP_CLI::success( $this->nothing_to_do( $plan ) );
		}
		if ( null !== $plan->refused ) {
			\WP_CLI::halt( 1 );
		}
	}

	/**
	 * Asks Closte, and compares.
	 *
	 * @param bool $prune Whether to plan removals.
	 * @param bool $force Whether to plan many.
	 */
	private function plan( bool $prune, bool $force ): \Closte\Plan {
		try {
			return $this->services->reconciler()->plan( $prune, $force, keep: false );
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			Terminal::fail( Error_Text::of( $e ), __( 'find out more: wp closte doctor', 'closte-sync' ) );
		}
	}

	/**
	 * @param array<string, string> $assoc_args Options.
	 */
	private function show( \Closte\Plan $plan, array $assoc_args ): void {
		$actions = array(
			'add'      => $plan->add,
			'remove'   => $plan->remove,
			'unwanted' => $plan->unwanted,
			'foreign'  => $plan->foreign,
			'invalid'  => $plan->invalid,
		);
		$count   = array_sum( array_map( count( ... ), $actions ) );

		if ( 'count' === $assoc_args['format'] ) {
			\WP_CLI::line( (string) $count );
		} elseif ( 'table' !== $assoc_args['format'] || $count > 0 ) {
			( new Item_Printer( $assoc_args, array( 'domain', 'action' ) ) )->print( Domain_Action_Items::of( $actions ) );
		}
	}

	/**
	 * Says why nothing is removed.
	 *
	 * @param bool $is_dry Whether nothing is done anyway.
	 */
	private function warn_of_refusal( string $reason, bool $is_dry ): void {
		Terminal::warn( $reason );
		Terminal::hint(
			$is_dry
				? __( 'see what would be removed: wp closte sync --dry-run --prune --force', 'closte-sync' )
				: __( 'nothing was removed. See what would be removed: wp closte sync --dry-run --prune --force', 'closte-sync' )
		);
	}

	/**
	 * @param bool $is_human Whether to say what came of it.
	 */
	private function apply( \Closte\Plan $plan, bool $is_human ): void {
		$planned = array_fill_keys( self::changes( $plan ), true );
		$total   = count( $planned );
		if ( 0 === $total ) {
			$this->services->reconciler()->apply( $plan );
			if ( $is_human ) {
				\WP_CLI::success( $this->nothing_to_do( $plan ) );
			}
			return;
		}
		$bar     = Utils\make_progress_bar(
			/* translators: %d: number of domains */
			sprintf( _n( 'Sending %d domain', 'Sending %d domains', $total, 'closte-sync' ), $total ),
			$total
		);
		$summary = $this->services->reconciler()->apply(
			$plan,
			static function ( Ledger_Row $row ) use ( $bar, $planned ): void {
				if ( isset( $planned[ $row->domain ] ) ) {
					$bar->tick();
				}
			}
		);
		$bar->finish();
		$tally = Outcome_Counts::of( $plan, $this->services->ledger() );
		Events::during( 'sync', static fn() => Events::synced( $tally ) );
		foreach ( array_slice( array_filter( $tally->refused + $tally->troubles ), 0, self::MOST_NAMED, true ) as $domain => $error ) {
			Terminal::warn( "$domain: $error" );
		}
		if ( null !== $summary->problem || ! $tally->is_complete() ) {
			Terminal::fail( $this->failure( $tally, $total, $summary->problem ), __( 'the rest is queued and sent automatically. See why: wp closte domain list', 'closte-sync' ) );
		}
		if ( $is_human ) {
			/* translators: 1: how many were added, 2: how many were removed */
			$text = sprintf( __( '%1$d added, %2$d removed.', 'closte-sync' ), $tally->accepted, $tally->removed );
			\WP_CLI::success( $text . $tally->note() );
		}
	}

	/**
	 * @param ?string $problem What was in the way of all.
	 */
	private function failure( Outcome_Counts $tally, int $total, ?string $problem ): string {
		$failed = count( $tally->refused ) + $tally->left;
		$reason = $problem ?? sprintf(
			/* translators: 1: number of domains that failed, 2: number of all */
			__( '%1$d of %2$d domains could not be sent.', 'closte-sync' ),
			$failed,
			$total
		);
		return $reason . ' ' . $tally->sentence( self::MOST_NAMED );
	}

	/**
	 * @return list<string> The domains of which something should change.
	 */
	private static function changes( \Closte\Plan $plan ): array {
		return array( ...$plan->add, ...$plan->invalid, ...$plan->remove );
	}

	private function nothing_to_do( \Closte\Plan $plan ): string {
		$text = sprintf(
			/* translators: %d: number of domains */
			_n( 'Nothing to do: Closte has the %d domain of this network.', 'Nothing to do: Closte has all %d domains of this network.', $plan->kept, 'closte-sync' ),
			$plan->kept
		);
		if ( array() !== $plan->foreign ) {
			/* translators: %d: number of domains */
			$text .= ' ' . sprintf( _n( '%d other domain at Closte is left alone.', '%d other domains at Closte are left alone.', count( $plan->foreign ), 'closte-sync' ), count( $plan->foreign ) );
		}
		return $text;
	}
}
