<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Flash;
use ClosteSync\Container;
use ClosteSync\Diagnosis\Connection_Check;
use ClosteSync\Rest\Controller;
use ClosteSync\Rest\Rest_Error;
use ClosteSync\Settings\Permission;

defined( 'ABSPATH' ) || exit;

/**
 * `POST closte-sync/v1/connection-test`: whether Closte answers and accepts the key, for the settings screen.
 */
final class Connection_Test_Route implements Controller {

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			'/connection-test',
			array(
				'methods'             => \WP_REST_Server::CREATABLE,
				'callback'            => Rest_Error::guard( $this->answer( ... ) ),
				'permission_callback' => Permission::check( ... ),
				'show_in_index'       => false,
			)
		);
	}

	private function answer(): \WP_REST_Response {
		$finding = ( new Connection_Check( $this->services->extension(), $this->services->circuit_breaker() ) )->run();
		$text    = trim( $finding->message . ' ' . $finding->advice );

		return new \WP_REST_Response(
			array(
				'status' => $finding->severity->value,
				'text'   => $text,
				'html'   => wp_get_admin_notice(
					esc_html( $text ),
					array(
						'type'               => Flash::type_of( $finding->severity ),
						'additional_classes' => array( 'inline' ),
					)
				),
			)
		);
	}
}
