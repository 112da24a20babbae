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
 * `GET closte-sync/v1/domains/<id>/look`: what DNS and the certificate of a domain say now.
 */
final class Live_Check_Route implements Controller {

	/** The states, also where the extension that has them is not loaded. */
	private const DNS         = array( 'here', 'elsewhere', 'partial', 'missing', 'unknown' );
	private const CERTIFICATE = array( 'valid', 'absent', 'untrusted', 'self-signed', 'expired', 'wrong-host', 'unknown' );

	public function __construct( private readonly Container $services ) {}

	/**
	 * For `closteSync.get()`.
	 */
	public static function path( int $id ): string {
		return "domains/$id/look";
	}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			Domains_Controller::ONE . '/look',
			array(
				array(
					'methods'             => \WP_REST_Server::READABLE,
					'callback'            => Rest_Error::guard( $this->answer( ... ) ),
					'permission_callback' => Permission::check( ... ),
					'args'                => array( 'id' => Domains_Controller::id_param() ),
				),
				'schema' => self::schema( ... ),
			)
		);
	}

	/**
	 * @param \WP_REST_Request<array<string, mixed>> $request
	 */
	private function answer( \WP_REST_Request $request ): \WP_REST_Response|\WP_Error {
		$row = $this->services->ledger()->find_by_id( (int) $request['id'] );

		if ( null === $row ) {
			return Rest_Error::not_found();
		}

		$look   = Live_Check::at( $this->services->extension(), $row->domain );
		$report = new Live_Check_Report( $look );

		return new \WP_REST_Response(
			array( 'domain' => $row->domain ) + $look->to_array() + array( 'said' => $report->sentence(), 'html' => $report->html() )
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function schema(): array {
		$text  = array( 'type' => 'string' );
		$error = array( 'type' => array( 'string', 'null' ) );
		$texts = array( 'type' => 'array', 'items' => $text );
		$time  = array( 'type' => array( 'string', 'null' ), 'format' => 'date-time' );

		return array(
			'$schema'    => 'http://json-schema.org/draft-04/schema#',
			'title'      => 'closte-sync-look',
			'type'       => 'object',
			'properties' => array(
				'domain'      => $text,
				'checked_at'  => $time,
				'problem'     => array( 'description' => __( 'Why nothing could be checked; empty when it could.', 'closte-sync' ) ) + $text,
				'dns'         => array(
					'type'       => array( 'object', 'null' ),
					'properties' => array(
						'state'       => array( 'enum' => self::DNS ) + $text,
						'addresses'   => $texts,
						'cnames'      => $texts,
						'resolvers'   => array(
							'type'  => 'array',
							'items' => array(
								'type'       => 'object',
								'properties' => array( 'resolver' => $text, 'state' => $text, 'addresses' => $texts, 'error' => $error ),
							),
						),
						'problems'    => array( 'type' => 'array', 'items' => array( 'type' => 'object' ) ),
						'proxied'     => array( 'type' => 'boolean' ),
						'intercepted' => array( 'type' => 'boolean' ),
						'seconds'     => array( 'type' => 'number' ),
					),
				),
				'certificate' => array(
					'type'       => array( 'object', 'null' ),
					'properties' => array(
						'state'      => array( 'enum' => self::CERTIFICATE ) + $text,
						'issuer'     => $error,
						'names'      => $texts,
						'not_before' => $time,
						'not_after'  => $time,
						'error'      => $error,
						'seconds'    => array( 'type' => 'number' ),
					),
				),
				'said'        => array( 'description' => __( 'The result in one sentence.', 'closte-sync' ) ) + $text,
				'html'        => array( 'description' => __( 'The result as the domain’s page shows it.', 'closte-sync' ) ) + $text,
			),
		);
	}
}
