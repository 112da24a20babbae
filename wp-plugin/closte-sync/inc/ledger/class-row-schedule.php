<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Makes rows due: what waits for no reason any longer, or waits for a time that a wrong clock has set.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Row_Schedule {

	/** Seconds; no row waits for longer, so one that does was written by a clock that was wrong. */
	private const LONGEST_WAIT = WEEK_IN_SECONDS;

	/**
	 * @param \Closure(): int $clock Unix time.
	 */
	public function __construct(
		private readonly Database $database,
		private readonly string $table,
		private readonly \Closure $clock,
	) {}

	/**
	 * Makes rows due at once: this one, or all that wait after an error which has passed and for nothing else. That error is
	 * told no longer.
	 *
	 * @return int How many.
	 */
	public function make_due( ?string $domain = null ): int {
		$now = $this->now();

		return null === $domain
			? $this->database->run(
				"UPDATE %i SET next_check_at = %d, error_kind = '', error_reason = '', error_message = '', state_since = %d,
					state = CASE WHEN wanted = 'absent' THEN 'leaving' ELSE 'waiting' END
				WHERE " . Work::Calls->condition() . ' AND needs_confirmation = 0 AND error_kind IN ( ' . Leases::PASSING_ERRORS . ' )',
				$this->table,
				$now,
				$now
			)
			: $this->database->run( "UPDATE %i SET next_check_at = %d WHERE domain = %s AND wanted <> 'retired'", $this->table, $now, $domain );
	}

	/**
	 * Makes rows due that were written in the future: the clock was set back, and what they wait for would come late.
	 */
	public function fix_clock_skew(): void {
		$now    = $this->now();
		$latest = $now + Lease::LONGEST;

		$is_odd = array( "updated_at > $latest", sprintf( 'next_check_at > %d', $now + self::LONGEST_WAIT ), 'next_check_at < 0' );

		// Looked for first: an UPDATE locks every row that it reads.
		if ( $this->database->has_any( $this->table, ...$is_odd ) ) {
			$this->database->run(
				"UPDATE %i SET next_check_at = CASE WHEN wanted = 'retired' THEN 0 ELSE %d END, updated_at = %d
				WHERE " . implode( ' OR ', $is_odd ),
				$this->table,
				$now,
				$now
			);
		}
	}

	private function now(): int {
		return ( $this->clock )();
	}
}
