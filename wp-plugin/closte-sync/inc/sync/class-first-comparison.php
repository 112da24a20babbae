<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Remembers that the domains of sites which were there before the integration was turned on have not been compared with
 * Closte yet.
 */
final class First_Comparison {

	private const OPTION = 'closte_sync_first_comparison';

	public static function await_it(): void {
		update_network_option( get_main_network_id(), self::OPTION, time() );
	}

	public static function is_done(): void {
		0 === self::awaited_since() || delete_network_option( get_main_network_id(), self::OPTION );
	}

	/**
	 * @return int Unix time; 0: it has been made.
	 */
	public static function awaited_since(): int {
		return (int) get_network_option( get_main_network_id(), self::OPTION, 0 );
	}
}
