<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Leases;

/**
 * Keeps one recurring event on the site that {@see Networks::run_site()} names: by Action Scheduler where a plugin brings
 * it there, else by WP-Cron. It recurs each minute, so that a run which is killed is followed by another, and after each run
 * it is moved to when the next row is due.
 */
final class Scheduler {

	public const HOOK     = 'closte_sync_run';
	public const DAILY    = 'closte_sync_reconcile';
	public const SCHEDULE = 'closte_sync_minute';
	public const GROUP    = 'closte-sync';

	/**
	 * Seconds between two runs while rows wait for Closte. Less than a minute: who comes by each minute, a visitor or the
	 * system's cron, must find it due each time, not every second time.
	 */
	public const RUN_AGAIN_AFTER = 45;

	/** Seconds; how much later than wanted an event may be before it is moved. */
	private const SLACK = 5;

	/** Seconds; a daily reconcile that is later than this is one that WP-Cron does not carry out. */
	private const OVERDUE = 600;

	/**
	 * How often the plan is made anew because the ledger changed meanwhile, so that a busy network holds no run up.
	 */
	private const TRIES = 3;

	/** Seconds for which this request takes an event for granted that it has seen or made; by then the next run comes by anyway. */
	private const TRUSTED = 60;

	/** The soonest event that this request knows of, and when it saw that, as Unix seconds. */
	private ?int $known_event = null;
	private int $known_since  = 0;

	public function __construct(
		private readonly Leases $leases,
		private readonly Networks $networks,
		private readonly Action_Scheduler $actions = new Action_Scheduler( self::HOOK, self::GROUP ),
	) {}

	/**
	 * Makes sure that there is an event no later than this. A later one stays beside it until the next run.
	 *
	 * @param int $time Unix seconds.
	 */
	public function wake_at( int $time ): void {
		if ( null !== $this->known_event && $this->known_event <= $time + self::SLACK && time() < $this->known_since + self::TRUSTED ) {
			return;
		}

		$this->on_run_site(
			function () use ( $time ): void {
				$this->actions->is_loaded() && $this->actions->remember();
				$next = $this->next();

				if ( null === $next || $next > $time + self::SLACK ) {
					$this->add( $time );
				}

				$this->known_event = min( $next ?? $time, $time );
				$this->known_since = time();

				self::keep_daily_here();
			}
		);
	}

	/**
	 * Makes sure that there is a daily reconcile, within a day: one that is further away was planned while the clock was
	 * wrong.
	 */
	public function keep_daily(): void {
		$this->on_run_site( self::keep_daily_here( ... ) );
	}

	/**
	 * Moves the event to when the next row is due; without any row there is none. Rows that wait for Closte's return are
	 * looked after each minute, however long each one waits.
	 *
	 * @param int $not_before Unix seconds: nothing can be done until then.
	 * @return ?int When the next row is due; null: there is none.
	 * @throws Database_Exception When the database fails.
	 */
	public function reschedule( int $not_before = 0 ): ?int {
		$this->known_event = null;
		$this->on_run_site( $this->actions->remember( ... ) );
		$this->keep_daily();
		$due = $this->leases->next_due();

		for ( $try = 1; $this->plan( $due, $not_before ) && $try < self::TRIES; $try++ ) {
			// Whoever recorded a row since then saw the old event, and left it in place.
			$planned_for = $due;
			$due         = $this->leases->next_due();

			if ( $due === $planned_for ) {
				break;
			}
		}

		return $due;
	}

	/**
	 * Moves the daily reconcile to this time, once; from then on it is daily again.
	 *
	 * @param int $time Unix seconds.
	 */
	public function reconcile_at( int $time ): void {
		$this->on_run_site(
			static function () use ( $time ): void {
				Wp_Cron::move( self::DAILY, 'daily', $time );
			}
		);
	}

	/**
	 * Makes sure that there is a daily reconcile no later than this.
	 *
	 * @param int $time Unix seconds.
	 */
	public function reconcile_by( int $time ): void {
		$this->on_run_site(
			static function () use ( $time ): void {
				$next = wp_next_scheduled( self::DAILY );

				if ( false === $next || $next > $time ) {
					Wp_Cron::move( self::DAILY, 'daily', $time );
				}
			}
		);
	}

	/**
	 * Has WP-Cron reconcile at once or, where that is switched off, the next `wp closte run`.
	 */
	public function reconcile_next(): void {
		$this->reconcile_by( time() - self::OVERDUE );
	}

	/**
	 * Plugins go away that may bring Action Scheduler, which is there until this request ends: WP-Cron has a run too then.
	 */
	public function bridge(): void {
		$this->on_run_site(
			function (): void {
				$next = $this->actions->is_carrier() && array() === Wp_Cron::times( self::HOOK ) ? $this->next() : null;
				null === $next || wp_schedule_event( $next, self::SCHEDULE, self::HOOK );
			}
		);
	}

	/**
	 * Whether no run is planned on the current site, as far as that costs no query.
	 */
	public static function plans_nothing_here(): bool {
		return 0 === did_action( 'action_scheduler_init' ) && false === wp_next_scheduled( self::HOOK );
	}

	/**
	 * Moves a daily reconcile that WP-Cron should have carried out long ago to the next day: the caller carries it out.
	 *
	 * @return bool Whether there is one.
	 */
	public function claim_overdue_reconcile(): bool {
		$next = $this->on_run_site( static fn(): int => (int) wp_next_scheduled( self::DAILY ) ) ?? 0;

		if ( 0 === $next || $next > time() - self::OVERDUE ) {
			$this->keep_daily();
			return false;
		}

		$this->reconcile_at( time() + DAY_IN_SECONDS );

		return true;
	}

	/**
	 * When the next run is, as Unix seconds; null: none is planned.
	 */
	public function next_run(): ?int {
		return $this->on_run_site( fn(): ?int => $this->next() );
	}

	/**
	 * When the next row is due, as Unix seconds; null: there is none.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function next_due(): ?int {
		return $this->leases->next_due();
	}

	/**
	 * Which program carries the event.
	 *
	 * @return string `action-scheduler` or `wp-cron`.
	 */
	public function carrier(): string {
		return $this->on_run_site( $this->actions->is_carrier( ... ) ) ? 'action-scheduler' : 'wp-cron';
	}

	/**
	 * Ends the events of this network. Where the plugin stays active on another, runs go on there.
	 */
	public function clear(): void {
		$this->on_site( (int) get_main_site_id(), $this->end_events( ... ) );

		if ( ! in_array( $this->networks->run_site(), array( null, (int) get_main_site_id() ), true ) ) {
			$this->wake_at( time() );
		}
	}

	/**
	 * Ends the events of the current site, where runs are planned no longer, and sees that they are where they belong.
	 */
	public function leave(): void {
		$this->end_events();
		$this->wake_at( time() );
	}

	/**
	 * The site where runs are planned; null: there is none.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function run_site(): ?int {
		return $this->networks->run_site();
	}

	/**
	 * Adds the recurrence to WordPress's.
	 *
	 * @param array<string, array{interval: int, display: string}> $schedules The recurrences so far.
	 * @return array<string, array{interval: int, display: string}>
	 */
	public static function add_schedule( array $schedules ): array {
		$schedules[ self::SCHEDULE ] = array(
			'interval' => MINUTE_IN_SECONDS,
			'display'  => 'Closte Sync',
		);

		return $schedules;
	}

	/**
	 * @param ?int $due        When the next row is due; null: there is none.
	 * @param int  $not_before Unix seconds: nothing can be done until then.
	 * @return bool Whether events were changed.
	 */
	private function plan( ?int $due, int $not_before ): bool {
		if ( null === $due ) {
			return (bool) $this->on_run_site(
				function (): bool {
					$planned = $this->planned();
					array() === $planned || $this->clear_runs();

					return array() !== $planned;
				}
			);
		}

		$latest = time() + ( $this->leases->awaits_call() ? self::RUN_AGAIN_AFTER : DAY_IN_SECONDS );
		$time   = max( time(), $not_before, min( $due, $latest ) );

		return (bool) $this->on_run_site(
			function () use ( $time ): bool {
				$planned  = $this->planned();
				$is_right = 1 === count( $planned ) && abs( $planned[0] - $time ) <= self::SLACK && ! $this->actions->is_doubled();

				$is_right || $this->move( $time );

				return ! $is_right;
			}
		);
	}

	private function next(): ?int {
		return $this->planned()[0] ?? null;
	}

	/**
	 * @return list<int> Unix seconds, the soonest first.
	 */
	private function planned(): array {
		if ( $this->actions->is_carrier() ) {
			return $this->actions->planned();
		}

		// A run in another process may have moved the event since this one read its options.
		wp_cache_delete( 'cron', 'options' );
		wp_cache_delete( 'alloptions', 'options' );

		return Wp_Cron::times( self::HOOK );
	}

	private function add( int $time ): void {
		if ( $this->actions->is_carrier() ) {
			$this->move( $time );
		} else {
			wp_schedule_event( $time, self::SCHEDULE, self::HOOK );
		}
	}

	/**
	 * The new event comes before the old one goes, whatever carries either: who is killed between the two leaves one too many,
	 * not none.
	 */
	private function move( int $time ): void {
		$carries = $this->actions->is_carrier();

		if ( $carries && $this->actions->move( $time ) ) {
			return;
		}

		// Where Action Scheduler did not take it, a sooner one stays.
		if ( ! $carries || ( Wp_Cron::times( self::HOOK )[0] ?? PHP_INT_MAX ) > $time ) {
			Wp_Cron::move( self::HOOK, self::SCHEDULE, $time );
		}
	}

	private static function keep_daily_here(): void {
		$next = wp_next_scheduled( self::DAILY );

		if ( false === $next || $next > time() + DAY_IN_SECONDS + self::OVERDUE ) {
			Wp_Cron::move( self::DAILY, 'daily', time() + HOUR_IN_SECONDS );
		}
	}

	private function end_events(): void {
		$this->known_event = null;
		$this->clear_runs();
		wp_clear_scheduled_hook( self::DAILY );
	}

	private function clear_runs(): void {
		wp_clear_scheduled_hook( self::HOOK );

		if ( $this->actions->is_carrier() ) {
			$this->actions->clear();
		}
	}

	/**
	 * @template T
	 * @param callable(): T $task
	 * @return ?T Null where there is no such site.
	 */
	private function on_run_site( callable $task ): mixed {
		$site = $this->networks->run_site();

		return null === $site ? null : $this->on_site( $site, $task );
	}

	/**
	 * @template T
	 * @param callable(): T $task
	 */
	private function on_site( int $site, callable $task ): mixed {
		if ( get_current_blog_id() === $site ) {
			return $task();
		}

		switch_to_blog( $site );

		try {
			return $task();
		} finally {
			restore_current_blog();
		}
	}
}
