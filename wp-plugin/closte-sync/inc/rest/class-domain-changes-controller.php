<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Settings\Permission;

defined( 'ABSPATH' ) || exit;

/**
 * `POST /domains` adds a domain, `DELETE /domains/<id>` removes or forgets one.
 */
final class Domain_Changes_Controller implements Controller {

	private readonly Domain_Changes $changes;

	public function __construct( private readonly Container $services, private readonly Domain_Item $item ) {
		$this->changes = new Domain_Changes( $this->services );
	}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			Domains_Controller::ROUTE,
			array(
				array(
					'methods'             => \WP_REST_Server::CREATABLE,
					'callback'            => Rest_Error::guard( $this->create_item( ... ) ),
					'permission_callback' => Permission::check( ... ),
					'args'                => self::add_params(),
				),
			)
		);
		register_rest_route(
			self::NAMESPACE,
			Domains_Controller::ONE,
			array(
				array(
					'methods'             => \WP_REST_Server::DELETABLE,
					'callback'            => Rest_Error::guard( $this->delete_item( ... ) ),
					'permission_callback' => Permission::check( ... ),
					'args'                => self::remove_params(),
				),
			)
		);
	}

	/**
	 * @return array<string, array<string, mixed>>
	 */
	public static function add_params(): array {
		return array(
			'domain' => array(
				'description' => __( 'The domain. *.example.com adds a wildcard.', 'closte-sync' ),
				'type'        => 'string',
				'minLength'   => 1,
				'maxLength'   => 1024,
				'required'    => true,
			),
			'site'   => array(
				'description' => __( 'ID of the site that gets the domain. 0: no site.', 'closte-sync' ),
				'type'        => 'integer',
				'minimum'     => 0,
				'default'     => 0,
			),
			'way'    => array(
				'description' => __( 'How the site gets the domain: by a mapping plugin, as its address, or not at all (register): then it is only sent to Closte. Default: a mapping if a mapping plugin is active and a site is given, else register.', 'closte-sync' ),
				'type'        => 'string',
				'enum'        => array_column( Add_Method::cases(), 'value' ),
			),
		);
	}

	/**
	 * @return array<string, array<string, mixed>>
	 */
	public static function remove_params(): array {
		return array(
			'id'     => Domains_Controller::id_param(),
			'forget' => array(
				'description' => __( 'Only removes the domain from the list. If Closte has it, it stays there.', 'closte-sync' ),
				'type'        => 'boolean',
				'default'     => false,
			),
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function create_item( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$added = $this->changes->add( $request['domain'], (int) $request['site'], (string) $request['way'] );

		if ( $added instanceof \WP_Error ) {
			return $added;
		}

		$response = Domains_Controller::response( $this->item->one( $added['row'] ), 'edit' );
		$response->set_status( $added['is_new'] ? 201 : 200 );
		$response->header( 'Location', rest_url( self::NAMESPACE . Domains_Controller::ROUTE . '/' . $added['row']->id ) );

		return $response;
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function delete_item( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$removed = $this->changes->remove( (int) $request['id'], (bool) $request['forget'] );

		if ( $removed instanceof \WP_Error ) {
			return $removed;
		}

		return new \WP_REST_Response(
			array(
				'deleted'  => null === $removed['row'],
				'previous' => $this->item->one( $removed['row'] ?? $removed['before'] ),
			),
			null === $removed['row'] ? 200 : 202
		);
	}
}
