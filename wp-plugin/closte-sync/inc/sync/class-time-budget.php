<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * One budget for everything that a request calls Closte for, however many domains its events concern.
 */
final class Time_Budget {

	/** Seconds below which a call is not worth beginning. */
	private const LEAST = 1.0;

	private float $used = 0.0;

	/** For the whole request; null: nobody has asked yet. */
	private ?float $seconds = null;

	/**
	 * Runs something that calls, and counts its time.
	 *
	 * @template T
	 * @param callable(float): T $task Takes the seconds that it may use.
	 */
	public function spend( callable $task ): mixed {
		$begun = hrtime( true );

		try {
			return $task( $this->remaining() );
		} finally {
			$this->used += ( hrtime( true ) - $begun ) / 1e9;
		}
	}

	public function remaining(): float {
		$this->seconds ??= Page_Wait::seconds();

		return max( 0.0, $this->seconds - $this->used );
	}

	public function is_used_up(): bool {
		return $this->remaining() < self::LEAST;
	}
}
