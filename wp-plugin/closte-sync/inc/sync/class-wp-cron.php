<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Reads and moves recurring events of WP-Cron on the current site.
 */
final class Wp_Cron {

	/**
	 * @return list<int> Unix seconds, the soonest first.
	 */
	public static function times( string $hook ): array {
		$key    = md5( serialize( array() ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions -- how WordPress files an event without arguments.
		$events = array_filter( (array) _get_cron_array(), static fn( mixed $hooks ): bool => isset( $hooks[ $hook ][ $key ] ) );
		$times  = array_map( 'intval', array_keys( $events ) );
		sort( $times );

		return $times;
	}

	/**
	 * Moves an event of WP-Cron, so that there is one at every moment.
	 */
	public static function move( string $hook, string $recurrence, int $time ): void {
		$old = self::times( $hook );

		if ( ! in_array( $time, $old, true ) && true !== wp_schedule_event( $time, $recurrence, $hook ) ) {
			return;
		}

		foreach ( array_diff( $old, array( $time ) ) as $timestamp ) {
			wp_unschedule_event( $timestamp, $hook );
		}
	}
}
