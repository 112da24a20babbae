<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

/**
 * Decides who may use the REST API and the abilities: whoever may use the network screens.
 */
final class Permission {

	public const CAPABILITY = 'manage_network_options';

	public static function allows(): bool {
		return current_user_can( self::CAPABILITY );
	}

	/**
	 * A permission callback.
	 */
	public static function check(): bool|\WP_Error {
		return self::allows() ? true : new \WP_Error(
			'rest_forbidden',
			__( 'Sorry, you are not allowed to manage the Closte integration of this network.', 'closte-sync' ),
			array( 'status' => rest_authorization_required_code() )
		);
	}
}
