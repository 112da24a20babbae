<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Settings;

/**
 * Decides who may manage the integration: on screens, by REST and by abilities.
 */
final class Permission {

	public const CAPABILITY = 'manage_network_options';

	public static function allows(): bool {
		return current_user_can( self::CAPABILITY );
	}

	/**
	 * A permission callback of a REST route.
	 */
	public static function check(): bool|\WP_Error {
		return self::allows() ? true : new \WP_Error(
			'rest_forbidden',
			__( 'Sorry, you are not allowed to manage the Closte integration of this network.', 'closte-sync' ),
			array( 'status' => rest_authorization_required_code() )
		);
	}
}
