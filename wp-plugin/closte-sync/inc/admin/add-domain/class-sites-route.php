<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Admin\Guard;
use ClosteSync\Container;
use ClosteSync\Operations\Site_Finder;
use ClosteSync\Rest\Controller;
use ClosteSync\Rest\Rest_Error;

defined( 'ABSPATH' ) || exit;

/**
 * `GET closte-sync/v1/sites`: the sites of this network that may be meant by what is typed.
 */
final class Sites_Route implements Controller {

	public const PATH = '/' . self::NAMESPACE . '/sites';

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		$text = array( 'type' => 'string' );

		register_rest_route(
			self::NAMESPACE,
			'/sites',
			array(
				array(
					'methods'             => \WP_REST_Server::READABLE,
					'callback'            => Rest_Error::guard( $this->answer( ... ) ),
					'permission_callback' => Guard::allows( ... ),
					'args'                => array(
						'search' => array(
							'type'        => 'string',
							'default'     => '',
							'maxLength'   => 2000,
							'description' => __( 'A part of the address or of the title of the site, or its ID.', 'closte-sync' ),
						),
					),
				),
				'schema' => static fn(): array => array(
					'$schema'    => 'http://json-schema.org/draft-04/schema#',
					'title'      => 'closte-sync-site',
					'type'       => 'object',
					'properties' => array(
						'id'      => array( 'type' => 'integer' ),
						'address' => $text,
						'title'   => $text,
					),
				),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function answer( \WP_REST_Request $request ): \WP_REST_Response {
		return new \WP_REST_Response(
			array_map(
				static fn( \WP_Site $site ): array => array(
					'id'      => (int) $site->blog_id,
					'address' => Site_Finder::address_of( $site ),
					'title'   => Site_Finder::title_of( $site ),
				),
				( new Site_Finder( $this->services->site_search(), get_current_network_id() ) )->suggest( (string) $request['search'] )
			)
		);
	}
}
