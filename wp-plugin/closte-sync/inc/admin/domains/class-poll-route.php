<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Container;
use ClosteSync\Rest\Controller;
use ClosteSync\Rest\Rest_Error;
use ClosteSync\Settings\Permission;

defined( 'ABSPATH' ) || exit;

/**
 * `POST closte-sync/v1/poll`: moves due domains along, and says how those on an open Domains screen are.
 */
final class Poll_Route implements Controller {

	private const MOST_ROWS = 999;

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			'/poll',
			array(
				'methods'             => \WP_REST_Server::CREATABLE,
				'callback'            => Rest_Error::guard( $this->answer( ... ) ),
				'permission_callback' => Permission::check( ... ),
				'show_in_index'       => false,
				'args'                => array(
					'ids' => array(
						'type'     => 'array',
						'items'    => array( 'type' => 'integer' ),
						'maxItems' => self::MOST_ROWS,
						'default'  => array(),
					),
					'url' => array(
						'type'    => 'string',
						'default' => '',
					),
				),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function answer( \WP_REST_Request $request ): \WP_REST_Response {
		// The list table is made of what WordPress loads for screens only.
		require_once ABSPATH . 'wp-admin/includes/admin.php';

		return new \WP_REST_Response( ( new Domains_Poll( $this->services ) )->answer( $request['ids'], $request['url'] ) );
	}
}
