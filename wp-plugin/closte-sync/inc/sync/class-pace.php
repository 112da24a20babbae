<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Knows how long Closte takes here, and so how long a page waits for it at most: what has always answered at once is not
 * waited for as long as what is slow. Only what pages call for counts: the question whether Closte is there is answered
 * faster. A network option of the main network, written when a page would wait longer than before, and once a day.
 */
final class Pace {

	public const OPTION = 'closte_sync_pace';

	/** Seconds that a page waits at most: where nothing is known, and where Closte answers fast. */
	public const LONGEST  = 8.0;
	public const SHORTEST = 2.5;

	/** How many times the slowest of the last answers it waits. */
	private const TIMES = 4;

	/** Seconds in which answers are counted as alike. */
	private const STEP = 0.6;

	/**
	 * Seconds that the calls of a page may take together.
	 */
	public static function page_seconds(): float {
		$slowest = self::slowest();

		return 0.0 === $slowest ? self::LONGEST : max( self::SHORTEST, min( self::LONGEST, self::TIMES * $slowest ) );
	}

	/**
	 * Closte has answered a page, or took longer than the page waited for it: the next one waits longer then.
	 *
	 * @param float $seconds How long that took, or how long was waited; 0: neither.
	 */
	public static function learn( float $seconds ): void {
		$slowest = self::STEP * ceil( $seconds / self::STEP );

		if ( $slowest > self::slowest() ) {
			update_network_option(
				get_main_network_id(),
				self::OPTION,
				array(
					'slowest' => $slowest,
					'at'      => time(),
				)
			);
		}
	}

	/**
	 * Seconds that the slowest answer of the last day took, rounded up; 0: none is known.
	 */
	private static function slowest(): float {
		$known = get_network_option( get_main_network_id(), self::OPTION );
		$age   = is_array( $known ) ? time() - (int) ( $known['at'] ?? 0 ) : -1;

		return $age >= 0 && $age < DAY_IN_SECONDS ? (float) ( $known['slowest'] ?? 0 ) : 0.0;
	}
}
