<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Guard;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Rest\Controller;

/**
 * `POST closte-sync/v1/domains/<id>/watch`: does what is due, and says what the page of a domain shows now.
 */
final class Watch_Route implements Controller {

	public function __construct( private readonly Container $services ) {}

	public static function path( Domain_Request $request, string $domain ): string {
		return sprintf( '/' . self::NAMESPACE . '/domains/%1$d/watch?name=%2$s&steps=%3$d', $request->id, rawurlencode( $domain ), $request->steps );
	}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			'/domains/(?P<id>[1-9][0-9]{0,17})/watch',
			array(
				'methods'             => \WP_REST_Server::CREATABLE,
				'callback'            => $this->answer( ... ),
				'permission_callback' => Guard::allows( ... ),
				'show_in_index'       => false,
				'args'                => array(
					'id'    => array( 'type' => 'integer', 'minimum' => 1, 'required' => true ),
					'name'  => array( 'type' => 'string', 'default' => '' ),
					'steps' => array( 'type' => 'integer', 'minimum' => 1, 'default' => 1 ),
				),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function answer( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		try {
			return new \WP_REST_Response(
				( new Live_Update( $this->services ) )->answer(
					Domain_Request::from( array( 'domain' => $request['id'], 'name' => $request['name'], 'steps' => $request['steps'] ) )
				)
			);
		} catch ( Database_Exception $e ) {
			return new \WP_Error(
				'closte_sync_database',
				/* translators: %s: message of the database */
				sprintf( __( 'The database failed: %s', 'closte-sync' ), $e->getMessage() ),
				array( 'status' => 500 )
			);
		}
	}
}
