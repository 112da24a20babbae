<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Extension_Watch;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Lease;
use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Work;
use ClosteSync\Text\Error_Text;

/**
 * Takes the next step of rows: claims them, confirms what is wanted, hands them to the extension, writes each answer as it
 * comes, and releases what was not reached. Within a request these are the rows of its event, within its budget; in a run
 * all that are due, claimed as there is room for them, until none is or the time is up. Any number of both may go on at once: no
 * two take the same row, and the rows of one that dies come free when its lease ends.
 */
final class Worker {

	/** Seconds; longer than a request's budget, so that a row is free again soon after a request that was killed. */
	private const REQUEST_LEASE = 30;

	/** How often a wish may change during its own call before it is left to the next run. */
	private const ROUNDS = 3;

	/** Answers that a run writes together. */
	private const WRITTEN_TOGETHER = 100;

	/** Seconds after which a run ends what it has begun, learns from it, and begins anew. */
	private const BATCH_SECONDS = 60.0;

	/** Seconds that rows have which were claimed in time. */
	private const LEAST_SECONDS = 1.0;

	private const PROBE_SECONDS = 10.0;

	/** Under which this request's rows are written, where its calls may begin at once. */
	private ?Lease $lease = null;

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Leases $leases,
		private readonly Recorder $recorder,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
		private readonly Circuit_Breaker $circuit_breaker,
		private readonly Desired_Domains $desired,
		private readonly Confirmation $confirmation,
		private readonly Scheduler $scheduler,
		private readonly Time_Budget $budget,
		private readonly Quarantine $quarantine,
	) {}

	/**
	 * Takes the next step of rows within a request, where they are due. What is not sent stays due.
	 *
	 * @param list<Ledger_Row> $rows    Those that were written under {@see Worker::lease()} need no claim.
	 * @param bool             $insists Whether someone asked for it, who waits also where Closte did not answer a moment ago.
	 * @throws Database_Exception When the database fails.
	 */
	public function advance( array $rows, bool $insists = false ): void {
		if ( array() === $rows ) {
			return;
		}

		// Before the call: a process that is killed during it must not leave a row that nothing looks at.
		$this->scheduler->wake_at( time() );

		try {
			for ( $round = 1; array() !== $rows && $round <= self::ROUNDS; $round++ ) {
				$reason = $this->hindrance( $insists );

				if ( null !== $reason ) {
					$this->release( $rows );
					Events::deferred( $rows, $reason );
					return;
				}

				$claimed = $this->claim( $rows );

				try {
					$rows = $this->budget->spend(
						function ( float $seconds ) use ( $claimed, $insists, $round ): array {
							// Of what goes with an event, the event itself has asked whether anything living wants it.
							$confirmed = $this->confirmation->settle( $claimed, ! $insists && 1 === $round );
							$lifecycle = fn( array $protected ): \Closte\Lifecycle => $this->extension->lifecycle(
								$protected,
								array( 'timeout' => $seconds )
							);
							$answers   = new Result_Buffer( $this->recorder, $confirmed );
							$this->work_on( $answers, static fn(): array => array(), $seconds, $lifecycle );

							Page_Wait::learn( $answers->slowest() );
							Events::deferred( $answers->missing(), self::out_of_time() );

							return $answers->changed();
						}
					);
				} catch ( \Closte\ClosteException $e ) {
					// A setting that the extension refuses; what the calls met is in the rows.
					$this->circuit_breaker->failed( 'config', $e->getMessage(), reason: $e->reason );
					Events::deferred( $claimed, Error_Text::of( $e ) );
					return;
				}
			}
		} finally {
			$this->lease = null;
			Events::batch_ended();
		}
	}

	/**
	 * The lease under which this request writes rows that it is about to advance; null where nothing is called now.
	 */
	public function lease(): ?Lease {
		$this->lease = null === $this->hindrance() ? Lease::of_this_claim( self::REQUEST_LEASE ) : null;

		return $this->lease;
	}

	/**
	 * Gives back rows that were written under {@see Worker::lease()}, and are not advanced after all.
	 *
	 * @param list<Ledger_Row> $rows
	 */
	public function release( array $rows ): void {
		$this->leases->release( array_filter( $rows, $this->is_leased( ... ) ) );
		$this->lease = null;
	}

	/**
	 * Takes steps with all rows that are due.
	 *
	 * @param float                                                          $budget_seconds After which no new batch is begun.
	 * @param ?callable(Ledger_Row $row, array<string, mixed> $record): void $progress       Called with each row and what became of it.
	 * @param Work                                                           $work           Which rows to take.
	 * @throws Database_Exception When the database fails.
	 */
	public function run( float $budget_seconds, ?callable $progress = null, Work $work = Work::All ): Run_Summary {
		$begun   = hrtime( true );
		$left    = static fn(): float => $budget_seconds - ( hrtime( true ) - $begun ) / 1e9;
		$next    = time() + Scheduler::RUN_AGAIN_AFTER;
		$summary = new Run_Summary();

		$summary->problem = $this->readiness->problem_by_now();

		$this->ledger->schedule()->fix_clock_skew();
		// Action Scheduler plans what follows a run only when it has ended: one that is killed would be the last.
		$this->scheduler->wake_at( time() + MINUTE_IN_SECONDS );

		try {
			if ( null === $summary->problem ) {
				$this->run_batches( $work, $left, $summary, $progress );
			}
		} catch ( \Closte\ClosteException $e ) {
			// A setting that the extension refuses; what calls and checks met is in the rows.
			$summary->problem = Error_Text::of( $e );
			$this->circuit_breaker->failed( 'config', $e->getMessage(), reason: $e->reason );
		}

		if ( null === $summary->problem ) {
			// Also where no row was due.
			$this->note_work();
		}

		$summary->left     = $this->leases->count_due();
		$summary->next_due = $this->scheduler->reschedule( null === $summary->problem ? 0 : $next );
		$summary->seconds  = ( hrtime( true ) - $begun ) / 1e9;

		return $summary;
	}

	/**
	 * Why nothing is called now, in words.
	 */
	private function hindrance( bool $insists = false ): ?string {
		$problem = $this->readiness->problem();

		return match ( true ) {
			null !== $problem                               => $problem,
			$this->budget->is_used_up()                     => self::out_of_time(),
			! $insists && $this->circuit_breaker->is_down() => __( 'Closte did not answer the last call. The change is queued and sent automatically.', 'closte-sync' ),
			default                                         => null,
		};
	}

	private function is_leased( Ledger_Row $row ): bool {
		return '' !== $row->lease_owner && $row->lease_owner === $this->lease?->owner;
	}

	/**
	 * @param list<Ledger_Row> $rows
	 * @return list<Ledger_Row>
	 */
	private function claim( array $rows ): array {
		$leased = array_values( array_filter( $rows, $this->is_leased( ... ) ) );
		$lease  = array() === $leased ? Lease::of_this_claim( self::REQUEST_LEASE ) : $this->lease;

		$this->lease = null;

		if ( count( $leased ) === count( $rows ) || null === $lease ) {
			return $this->quarantine->sift( $leased );
		}

		$claimed = $this->leases->claim_all( array_column( $rows, 'id' ), $lease );

		return $this->quarantine->sift( array() === $claimed ? $leased : $claimed );
	}

	/**
	 * @param callable(): float                                              $left     Seconds.
	 * @param ?callable(Ledger_Row $row, array<string, mixed> $record): void $progress
	 */
	private function run_batches( Work $work, callable $left, Run_Summary $summary, ?callable $progress ): void {
		if ( Work::Checks !== $work && $this->leases->awaits_call() ) {
			$work = $this->ask_for_calls( $work, $summary, $left(), true );
		}

		$recorded = static function ( Ledger_Row $row, array $record ) use ( $summary, $progress ): void {
			$summary->count( $row, $record );
			null === $progress || $progress( $row, $record );
		};

		while ( null !== $work && $left() > 0 ) {
			// Someone may switch it off meanwhile.
			$problem = $this->readiness->problem();

			if ( null !== $problem ) {
				$summary->problem = $problem;
				break;
			}

			if ( ! $this->run_batch( $work, min( self::BATCH_SECONDS, $left() ), $summary, $recorded ) ) {
				break;
			}

			// Either Closte went away in the middle, or the trouble is a few domains' own.
			if ( Work::Checks !== $work && $this->circuit_breaker->stops_runs() ) {
				$work = $this->ask_for_calls( $work, $summary, $left(), false );
			}
		}
	}

	/**
	 * Takes steps with rows that are due, for some time. Further ones are claimed while others are under way, so that a slow
	 * one holds no others up.
	 *
	 * @param callable(Ledger_Row $row, array<string, mixed> $record): void $recorded Called with each row whose answer was written.
	 * @return bool False: no row was due.
	 */
	private function run_batch( Work $work, float $seconds, Run_Summary $summary, callable $recorded ): bool {
		$answers = null;
		$failed  = fn( array $calls ): bool => array() !== $calls
			&& Work::Checks !== $work
			&& $this->circuit_breaker->stops_runs_after( $calls );
		$claims  = new Row_Claims(
			$this->leases,
			$this->quarantine,
			$this->confirmation,
			$summary,
			$work,
			$seconds,
			function () use ( &$answers, $failed ): bool {
				return null !== $answers && ( $failed( $answers->calls() ) || null !== $this->readiness->problem() );
			},
			static function () use ( &$answers ): bool {
				return null !== $answers && $answers->is_removing();
			}
		);
		$rows    = $claims->next();

		if ( array() === $rows ) {
			return ! $claims->is_none_due();
		}

		$answers = new Result_Buffer( $this->recorder, $rows, self::WRITTEN_TOGETHER, $recorded );

		try {
			// Who asks for calls alone does not wait for the checks that follow them.
			$lifecycle = fn( array $protected ): \Closte\Lifecycle => $this->extension->lifecycle(
				$protected,
				follow: Work::Calls !== $work
			);
			$more      = static function ( int $room ) use ( $claims ): array {
				// What was written until now is in the log as well, should the process be killed.
				Events::batch_ended();

				return $claims->next( $room );
			};
			// What was claimed before may all have been settled without a call, which takes time as well.
			$this->work_on( $answers, $more, max( self::LEAST_SECONDS, $claims->seconds_left() ), $lifecycle );
		} finally {
			Events::batch_ended();
		}

		return true;
	}

	/**
	 * @param Result_Buffer                                   $answers   Has the first rows.
	 * @param callable(int): list<Ledger_Row>           $more      Further ones, for which there is room; none: there are no more.
	 * @param callable(list<string>): \Closte\Lifecycle $lifecycle Makes it from the domains that are never removed.
	 */
	private function work_on( Result_Buffer $answers, callable $more, float $seconds, callable $lifecycle ): void {
		$first = $answers->missing();

		if ( array() === $first ) {
			return;
		}

		$source     = static function ( int $room ) use ( &$first, $more, $answers ): array {
			$rows  = $first;
			$first = array();

			if ( array() === $rows ) {
				$rows = $answers->expect( $more( $room ) );
			}

			return array_map( static fn( Ledger_Row $row ): array => $row->to_record(), $rows );
		};
		$is_calling = false;

		try {
			$driver     = $lifecycle( $this->desired->protected() );
			$is_calling = true;
			$driver->advanceEach( $source, $answers->add( ... ), $seconds, $answers->write( ... ) );
			$is_calling = false;
		} finally {
			try {
				$answers->write();
			} finally {
				$unanswered = $answers->missing();

				$this->leases->release( $unanswered, $is_calling );

				if ( $is_calling ) {
					Events::interrupted( $unanswered );
				}
			}
		}

		$this->circuit_breaker->learn( $answers->calls() );
		$this->note_work();
	}

	/**
	 * Asks Closte whether it is there. Has it come back, all rows that wait for it are due now, however long each one should
	 * have waited; is it not there, they are left alone, and checks go on.
	 *
	 * @param bool $is_return As in {@see Circuit_Breaker::answered()}.
	 * @return ?Work The work that is possible.
	 */
	private function ask_for_calls( Work $work, Run_Summary $summary, float $seconds, bool $is_return ): ?Work {
		$problem = $this->circuit_breaker->ask_for_run( max( 1.0, min( self::PROBE_SECONDS, $seconds ) ), $is_return );

		if ( null === $problem ) {
			return $work;
		}

		$summary->problem ??= $problem;

		return Work::Calls === $work ? null : Work::Checks;
	}

	/**
	 * For PHPs of this network that lack the extension.
	 */
	private function note_work(): void {
		( new Extension_Watch( $this->extension ) )->worked();
	}

	private static function out_of_time(): string {
		return __( 'This request has no time left for calls to Closte.', 'closte-sync' );
	}
}
