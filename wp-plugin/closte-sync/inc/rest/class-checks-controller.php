<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Settings\Permission;

defined( 'ABSPATH' ) || exit;

/**
 * `POST /domains/<id>/check` and `POST /check` take the next step with domains now.
 */
final class Checks_Controller implements Controller {

	private const MOST = 100;

	public function __construct( private readonly Container $services, private readonly Domain_Item $item ) {}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			Domains_Controller::ONE . '/check',
			array(
				array(
					'methods'             => \WP_REST_Server::CREATABLE,
					'callback'            => Rest_Error::guard( $this->check_one( ... ) ),
					'permission_callback' => Permission::check( ... ),
					'args'                => array( 'id' => Domains_Controller::id_param() ),
				),
				'schema' => Domain_Schema::item( ... ),
			)
		);
		register_rest_route(
			self::NAMESPACE,
			'/check',
			array(
				array(
					'methods'             => \WP_REST_Server::CREATABLE,
					'callback'            => Rest_Error::guard( $this->check_many( ... ) ),
					'permission_callback' => Permission::check( ... ),
					'args'                => array( 'ids' => self::ids(
						__( 'Numbers of the domains on the list.', 'closte-sync' )
					) + array( 'required' => true )
					),
				),
				'schema' => self::schema( ... ),
			)
		);
	}

	/**
	 * @return array<string, mixed> Of the answer to `POST /check`.
	 */
	public static function schema(): array {
		return array(
			'$schema'    => 'http://json-schema.org/draft-04/schema#',
			'title'      => 'closte-sync-check',
			'type'       => 'object',
			'properties' => array(
				'checked' => self::ids( __( 'Domains that were sent or checked now, as far as the time of a request goes.', 'closte-sync' ), 0 ),
				'waiting' => self::ids( __( 'Domains that follow automatically.', 'closte-sync' ), 0 ),
				'missing' => self::ids( __( 'Numbers that are not on the list.', 'closte-sync' ), 0 ),
				'warning' => array(
					'description' => __( 'What went wrong, in a sentence. Null: nothing.', 'closte-sync' ),
					'type'        => array( 'string', 'null' ),
				),
			),
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function check_one( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$checked = ( new Domain_Changes( $this->services ) )->check( (int) $request['id'] );

		return $checked instanceof \WP_Error ? $checked : Domains_Controller::response( $this->item->one( $checked ) );
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function check_many( \WP_REST_Request $request ): \WP_REST_Response {
		$rows   = $this->services->ledger()->find_by_ids( $request['ids'] );
		$result = $this->services->domain_operations()->check( $rows );
		$ids    = array_column( $rows, 'id', 'domain' );
		$of     = static fn( array $domains ): array => array_map( static fn( string $domain ): int => $ids[ $domain ], $domains );

		return new \WP_REST_Response(
			array(
				'checked' => $of( $result->done ),
				'waiting' => $of( $result->waiting ),
				'missing' => array_values( array_diff( $request['ids'], $ids ) ),
				'warning' => $result->warning,
			)
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function ids( string $description, int $least = 1 ): array {
		return array(
			'description' => $description,
			'type'        => 'array',
			'items'       => array(
				'type'    => 'integer',
				'minimum' => 1,
			),
			'minItems'    => $least,
			'maxItems'    => self::MOST,
			'uniqueItems' => true,
		);
	}
}
