<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Diagnosis\Php\Facts_Reader;
use ClosteSync\Extension\Extension_Watch;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Sync\Run_Summary;
use ClosteSync\Sync\Scheduler;

/**
 * Works on all domains that are due.
 */
final class Run_Command {

	/** Domains that are named; the others are counted. */
	private const MOST_NAMED = 10;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Adds, removes and checks all domains that are due.
	 *
	 * WP-Cron does this automatically. If WP-Cron is turned off, run this once a minute from the system's cron, for the network's main site: once a day it also compares the network with Closte. Any number of runs can work at the same time.
	 *
	 * Ends with status 1 when nothing can be sent: the integration is off, the extension or the key is missing, or domains wait for Closte and it does not answer or refuses the key. If no domain waits for Closte, it is not asked: DNS and certificates are checked without it. A domain that fails does not count as a failure of the run, but a row that cannot be read does: it is named and set aside for a day, and the run continues with the others.
	 *
	 * ## OPTIONS
	 *
	 * [--budget=<seconds>]
	 * : Starts nothing new after this many seconds, from 1 to 3600.
	 * ---
	 * default: 50
	 * ---
	 *
	 * [--format=<format>]
	 * : The output format.
	 * ---
	 * default: text
	 * options:
	 *   - text
	 *   - json
	 * ---
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte run
	 *     shop.example.com: pending → checking-dns
	 *     Success: 1 step taken: 1 added, 0 removed, 0 working, …
	 *
	 *     # In the system's crontab
	 *     * * * * * cd /srv/www && wp closte run --quiet
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'text', 'json' ) );
		$budget = filter_var( $assoc_args['budget'], FILTER_VALIDATE_FLOAT );
		if ( false === $budget || $budget < 1 || $budget > HOUR_IN_SECONDS ) {
			Word_Option::refuse( 'budget', (string) $assoc_args['budget'], __( 'enter a number of seconds from 1 to 3600', 'closte-sync' ) );
		}
		$json    = 'json' === $assoc_args['format'];
		( new Extension_Watch( $this->services->extension() ) )->look( Facts_Reader::read()->to_array() );
		$this->services->key_watch()->look();
		// Where WP-Cron is turned off, nothing else does.
		if ( $this->services->networks()->runs_here() && $this->services->scheduler()->claim_overdue_reconcile() ) {
			do_action( Scheduler::DAILY );
		}
		$summary = $this->services->worker()->run( $budget, $json ? null : $this->say( ... ) );
		$this->services->owner_mail()->send_due();
		if ( $json ) {
			\WP_CLI::line( (string) wp_json_encode( get_object_vars( $summary ) ) );
			\WP_CLI::halt( null === $summary->problem && array() === $summary->set_aside ? 0 : 1 );
		}
		if ( null !== $summary->problem ) {
			Terminal::fail(
				$summary->problem,
				'off' === $this->services->readiness()->hindrance() ? 'wp closte enable' : __( 'find out more: wp closte doctor', 'closte-sync' )
			);
		}
		if ( array() !== $summary->set_aside ) {
			\WP_CLI::line( $this->sentence( $summary ) );
			$this->fail_for( $summary->set_aside );
		}
		\WP_CLI::success( $this->sentence( $summary ) );
		if ( $summary->errors > 0 ) {
			Terminal::hint( __( 'see what must be done: wp closte domain list', 'closte-sync' ) );
		}
	}

	/**
	 * @param non-empty-list<string> $domains Whose rows cannot be read.
	 */
	private function fail_for( array $domains ): never {
		Terminal::fail(
			sprintf(
				/* translators: 1: number of domains, 2: their names */
				_n( 'The row of %1$d domain cannot be read and is set aside: %2$s.', 'The rows of %1$d domains cannot be read and are set aside: %2$s.', count( $domains ), 'closte-sync' ),
				count( $domains ),
				Terminal::clean( implode( ', ', array_slice( $domains, 0, self::MOST_NAMED ) ) . ( count( $domains ) > self::MOST_NAMED ? ', …' : '' ) )
			),
			__( 'find out what to do: wp closte doctor', 'closte-sync' )
		);
	}

	/**
	 * @param Ledger_Row           $row    The domain as it was.
	 * @param array<string, mixed> $record What became of it.
	 */
	private function say( Ledger_Row $row, array $record ): void {
		$stage = (string) $record['stage'];
		$line  = $row->domain . ': ' . ( $stage === $row->stage->value ? $stage : $row->stage->value . ' → ' . $stage );
		$error = $row->after( $record )->error_text();
		Terminal::say( '' === $error ? $line : "$line ($error)" );
	}

	/**
	 * @param Run_Summary $summary What it did.
	 */
	private function sentence( Run_Summary $summary ): string {
		if ( 0 === $summary->advanced && 0 === $summary->left ) {
			$text = __( 'Nothing was due.', 'closte-sync' );
		} else {
			$text = sprintf(
				/* translators: 1: how many steps, 2: domains added, 3: removed, 4: done, 5: with errors */
				_n( '%1$d step taken: %2$d added, %3$d removed, %4$d working, %5$d with errors.', '%1$d steps taken: %2$d added, %3$d removed, %4$d working, %5$d with errors.', $summary->advanced, 'closte-sync' ),
				$summary->advanced,
				$summary->added,
				$summary->removed,
				$summary->done,
				$summary->errors
			);
		}
		if ( $summary->left > 0 ) {
			return $text . ' ' . sprintf(
				/* translators: %d: number of domains */
				_n( '%d is still due: run this again.', '%d are still due: run this again.', $summary->left, 'closte-sync' ),
				$summary->left
			);
		}
		if ( null !== $summary->next_due ) {
			return $text . ' ' . sprintf(
				/* translators: %s: a span of time */
				__( 'The next one is due in %s.', 'closte-sync' ),
				human_time_diff( time(), max( time(), $summary->next_due ) )
			);
		}
		return $text;
	}
}
