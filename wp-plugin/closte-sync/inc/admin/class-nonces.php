<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

/**
 * Gives an open screen nonces of the log-in that is in force now, with WordPress's own.
 */
final class Nonces {

	/**
	 * Called on AJAX requests.
	 */
	public static function register(): void {
		add_filter( 'wp_refresh_nonces', self::refresh( ... ), 10, 2 );
	}

	/**
	 * @param array<string, mixed> $response Of the heartbeat.
	 * @param mixed                $data     What the screen has sent with it.
	 * @return array<string, mixed>
	 */
	private static function refresh( array $response, mixed $data ): array {
		if ( is_array( $data ) && isset( $data['closte_sync'] ) && Guard::allows() ) {
			$response['closte_sync_nonces'] = array(
				'bulk' => wp_create_nonce( Assets::BULK ),
				'rest' => wp_create_nonce( 'wp_rest' ),
			);
		}

		return $response;
	}
}
