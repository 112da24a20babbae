<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Container;
use ClosteSync\Rest\Controller;
use ClosteSync\Rest\Domains_Controller;
use ClosteSync\Rest\Rest_Error;
use ClosteSync\Settings\Permission;

defined( 'ABSPATH' ) || exit;

/**
 * `POST closte-sync/v1/domains/<id>/watch`: does what is due, and says what the page of a domain shows now.
 */
final class Watch_Route implements Controller {

	public function __construct( private readonly Container $services ) {}

	/**
	 * For `closteSync.post()`.
	 */
	public static function path( int $id ): string {
		return "domains/$id/watch";
	}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			Domains_Controller::ONE . '/watch',
			array(
				'methods'             => \WP_REST_Server::CREATABLE,
				'callback'            => Rest_Error::guard( $this->answer( ... ) ),
				'permission_callback' => Permission::check( ... ),
				'show_in_index'       => false,
				'args'                => array(
					'id'    => Domains_Controller::id_param(),
					'name'  => array( 'type' => 'string', 'default' => '' ),
					'steps' => array( 'type' => 'integer', 'minimum' => 1, 'default' => 1 ),
				),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function answer( \WP_REST_Request $request ): \WP_REST_Response {
		return new \WP_REST_Response(
			( new Live_Update( $this->services ) )->answer(
				Domain_Request::from( array( 'domain' => $request['id'], 'name' => $request['name'], 'steps' => $request['steps'] ) )
			)
		);
	}
}
