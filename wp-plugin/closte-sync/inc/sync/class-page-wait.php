<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Keeps what is known of how long Closte takes here, from which \Closte\Lifecycle says how long a page waits for it. Only
 * what pages call for counts: the question whether Closte is there is answered faster. A network option of the main
 * network, written when a page would wait longer than before, and once a day.
 */
final class Page_Wait {

	public const OPTION = 'closte_sync_pace';

	/**
	 * Seconds that the calls of a page may take together.
	 */
	public static function seconds(): float {
		return \Closte\Lifecycle::pageSeconds( self::known(), time() );
	}

	/**
	 * Closte has answered a page, or took longer than the page waited for it: the next one waits longer then.
	 *
	 * @param float $seconds How long that took, or how long was waited; 0: neither.
	 */
	public static function learn( float $seconds ): void {
		$known = self::known();
		$next  = \Closte\Lifecycle::notePace( $known, $seconds, time() );

		$next === $known || update_network_option( get_main_network_id(), self::OPTION, $next );
	}

	/**
	 * @return array<mixed>
	 */
	private static function known(): array {
		$known = get_network_option( get_main_network_id(), self::OPTION );

		return is_array( $known ) ? $known : array();
	}
}
