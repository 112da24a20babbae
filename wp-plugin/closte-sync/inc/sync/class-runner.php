<?php
/**
 * The background work.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Log\Log;

/**
 * Claims due rows in batches and takes one step with each, until none is due or the time is up. Any number of runs may
 * go on at once: no two take the same row, and the rows of one that dies come free when its lease ends.
 */
final class Runner {

	private const BATCH = 100;

	/** Failures in one batch that are not a few domains' own. */
	private const MANY = 20;

	/** Seconds that a lease outlasts its batch. */
	private const LEASE_MARGIN = 60;

	/** Seconds that one batch may take. */
	private const BATCH_SECONDS = 60.0;

	private const PROBE_SECONDS = 10.0;

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Recorder $recorder,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
		private readonly Circuit_Breaker $circuit_breaker,
		private readonly Desired_Domains $desired,
		private readonly Confirmation $confirmation,
		private readonly Log $log,
		private readonly Scheduler $scheduler,
	) {}

	/**
	 * @param float                                                   $budget_seconds After which no new batch is begun.
	 * @param ?callable(Ledger_Row $row, array<string, mixed> $record): void $progress Called with each claimed row and what became of it.
	 * @param Work                                                    $work           Which rows to take.
	 * @throws Database_Exception When the database fails.
	 */
	public function run( float $budget_seconds, ?callable $progress = null, Work $work = Work::All ): Run_Summary {
		$begun   = hrtime( true );
		$next    = time() + Scheduler::KNOCK;
		$end     = static fn(): float => $budget_seconds - ( hrtime( true ) - $begun ) / 1e9;
		$tally   = new Run_Tally( $progress );
		$problem = $this->readiness->problem();

		$this->ledger->fix_clock_skew();
		// Action Scheduler plans what follows a run only when it has ended: one that is killed would be the last.
		$this->scheduler->wake_at( time() + MINUTE_IN_SECONDS );

		try {
			if ( null === $problem ) {
				list( $problem, $work ) = $this->knock( $work, min( self::PROBE_SECONDS, $end() ) );

				while ( null !== $work && $end() > 0 ) {
					$answers = $this->run_batch( $work, min( self::BATCH_SECONDS, $end() ), $tally );

					if ( null === $answers ) {
						break;
					}

					if ( $this->circuit_breaker->is_down() && $this->is_away( $answers, min( self::PROBE_SECONDS, $end() ) ) ) {
						$problem ??= $this->circuit_breaker->failure()['message'] ?? null;
						$work      = $this->without_calls( $work );
					}
				}
			}
		} catch ( \Closte\ClosteException $e ) {
			// A setting that the extension refuses; what calls and checks met is in the rows.
			$problem = $e->getMessage();
			$this->circuit_breaker->failed( 'config', $problem );
		}

		$this->scheduler->reschedule( null === $problem ? 0 : $next );

		return $tally->summary( $this->ledger->count_due(), $this->ledger->next_due(), $problem, ( hrtime( true ) - $begun ) / 1e9 );
	}

	/**
	 * Asks Closte whether it is there, where rows wait for that. Has it come back, they are all due now, however long each
	 * one should have waited; is it not there, or has it asked to be left alone for a while, they are left alone.
	 *
	 * @return array{?string, ?Work} What is in the way, in words, and the work that is possible.
	 */
	private function knock( Work $work, float $seconds ): array {
		if ( Work::Checks === $work || ! $this->ledger->awaits_closte() ) {
			return array( null, $work );
		}

		if ( $this->circuit_breaker->asked_to_wait() ) {
			return array( $this->circuit_breaker->failure()['message'] ?? null, $this->without_calls( $work ) );
		}

		$failure = $this->circuit_breaker->probe( max( 1.0, $seconds ) );

		return null === $failure ? array( null, $work ) : array( $failure->getMessage(), $this->without_calls( $work ) );
	}

	/**
	 * Whether Closte went away in the middle: then what waits for it is left alone, and the rest goes on. It did not where
	 * it is there and the trouble is a few domains'. But where it says that it is there and does nothing of what it is
	 * asked for, a network's ten thousand domains are not all tried in vain.
	 *
	 * @param list<array<string, mixed>> $answers Of the last batch.
	 */
	private function is_away( array $answers, float $seconds ): bool {
		if ( $this->circuit_breaker->asked_to_wait() ) {
			return true;
		}

		$is_hopeless = count( $answers ) >= self::MANY && array() === array_filter( $answers, static fn( array $record ): bool => '' === ( $record['error_kind'] ?? '' ) );

		return $is_hopeless || null !== $this->circuit_breaker->probe( max( 1.0, $seconds ), false );
	}

	private function without_calls( Work $work ): ?Work {
		return Work::Calls === $work ? null : Work::Checks;
	}

	/**
	 * @return ?list<array<string, mixed>> What became of the rows; null: there was nothing to do.
	 */
	private function run_batch( Work $work, float $seconds, Run_Tally $tally ): ?array {
		$rows = $this->ledger->claim_due( wp_generate_uuid4(), self::BATCH, (int) ceil( $seconds ) + self::LEASE_MARGIN, $work );

		if ( array() === $rows ) {
			return null;
		}

		$claimed = array();

		foreach ( $rows as $row ) {
			if ( $this->confirmation->settle( $row ) ) {
				$claimed[ $row->id ] = $row;
			}
		}

		$answered       = array();
		$is_interrupted = true;
		$is_called      = true;

		try {
			if ( array() !== $claimed ) {
				$this->advance( $claimed, $seconds, $tally, $answered );
			}

			$is_interrupted = false;
		} catch ( \Closte\ClosteException $e ) {
			// A setting that the extension refuses, before the first call.
			$is_called = false;
			throw $e;
		} finally {
			$unanswered = array_diff_key( $claimed, $answered );

			foreach ( $unanswered as $row ) {
				$this->ledger->release( $row, $is_interrupted );
			}

			if ( $is_interrupted && $is_called ) {
				$this->log->broken_off( $unanswered );
			}

			$this->log->flush();
		}

		$this->circuit_breaker->learn( array_values( $answered ) );

		return array_values( $answered );
	}

	/**
	 * @param array<int, Ledger_Row>           $claimed  By id.
	 * @param array<int, array<string, mixed>> $answered By id; filled.
	 */
	private function advance( array $claimed, float $seconds, Run_Tally $tally, array &$answered ): void {
		$this->extension->lifecycle( $this->desired->protected() )->advanceAll(
			array_values( array_map( static fn( Ledger_Row $row ): array => $row->to_record(), $claimed ) ),
			function ( array $record ) use ( $claimed, $tally, &$answered ): void {
				$row                  = $claimed[ (int) $record['id'] ];
				$answered[ $row->id ] = $record;

				if ( $this->recorder->record( $row, $record ) ) {
					$tally->count( $row, $record );
				}
			},
			$seconds
		);
	}
}
