<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Settings\Permission;

defined( 'ABSPATH' ) || exit;

/**
 * `GET /domains` and `GET /domains/<id>`: what is known of the network's domains.
 */
final class Domains_Controller implements Controller {

	public const ROUTE = '/domains';
	public const ONE   = '/domains/(?P<id>[1-9][0-9]{0,17})';

	public function __construct( private readonly Container $services, private readonly Domain_Item $item ) {}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			self::ROUTE,
			array(
				array(
					'methods'             => \WP_REST_Server::READABLE,
					'callback'            => Rest_Error::guard( $this->get_items( ... ) ),
					'permission_callback' => Permission::check( ... ),
					'args'                => $this->get_collection_params(),
				),
				'schema' => $this->get_item_schema( ... ),
			)
		);
		register_rest_route(
			self::NAMESPACE,
			self::ONE,
			array(
				array(
					'methods'             => \WP_REST_Server::READABLE,
					'callback'            => Rest_Error::guard( $this->get_item( ... ) ),
					'permission_callback' => Permission::check( ... ),
					'args'                => array(
						'id'      => self::id_param(),
						'context' => self::context_param(),
					),
				),
				'schema' => $this->get_item_schema( ... ),
			)
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	public function get_item_schema(): array {
		return Domain_Schema::item();
	}

	/**
	 * @return array<string, array<string, mixed>>
	 */
	public function get_collection_params(): array {
		return array( 'context' => self::context_param() ) + Domain_Collection::params();
	}

	/**
	 * @return array<string, mixed>
	 */
	public static function id_param(): array {
		return array(
			'description' => __( 'Number of the domain on the list.', 'closte-sync' ),
			'type'        => 'integer',
			'minimum'     => 1,
			'required'    => true,
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	public static function context_param(): array {
		return array(
			'description' => __( 'How much of a domain is returned.', 'closte-sync' ),
			'type'        => 'string',
			'enum'        => array( 'view', 'edit', 'embed' ),
			'default'     => 'view',
		);
	}

	/**
	 * A domain as it is answered, with links.
	 *
	 * @param array<string, mixed> $item    As {@see Domain_Item} makes it.
	 * @param string               $context One of {@see Domains_Controller::context_param()}.
	 */
	public static function response( array $item, string $context = 'view' ): \WP_REST_Response {
		$response = new \WP_REST_Response( rest_filter_response_by_context( $item, Domain_Schema::item(), $context ) );
		$response->add_links(
			array(
				'self'       => array( 'href' => rest_url( self::NAMESPACE . self::ROUTE . '/' . $item['id'] ) ),
				'collection' => array( 'href' => rest_url( self::NAMESPACE . self::ROUTE ) ),
			)
		);

		return $response;
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function get_items( \WP_REST_Request $request ): \WP_REST_Response {
		$page     = ( new Domain_Collection( $this->services ) )->page( $request->get_params() );
		$server   = rest_get_server();
		$items    = array_map(
			static fn( array $item ): array => $server->response_to_data( self::response( $item, $request['context'] ), false ),
			$this->item->all( $page['rows'] )
		);
		$response = new \WP_REST_Response( $items );
		$response->header( 'X-WP-Total', (string) $page['total'] );
		$response->header( 'X-WP-TotalPages', (string) (int) ceil( $page['total'] / $request['per_page'] ) );

		if ( null !== $page['next'] ) {
			$query = array( 'after' => $page['next'] ) + $request->get_query_params();
			$response->link_header( 'next', add_query_arg( urlencode_deep( $query ), rest_url( self::NAMESPACE . self::ROUTE ) ) );
		}

		return $response;
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function get_item( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$row = $this->services->ledger()->find_by_id( (int) $request['id'] );

		return null === $row ? Rest_Error::not_found() : self::response( $this->item->one( $row ), $request['context'] );
	}
}
