<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Ledger\State;
use ClosteSync\Settings\Permission;

defined( 'ABSPATH' ) || exit;

/**
 * `GET /status`: how the network's domains are as a whole, and what keeps them from being sent.
 */
final class Status_Controller implements Controller {

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			'/status',
			array(
				array(
					'methods'             => \WP_REST_Server::READABLE,
					'callback'            => Rest_Error::guard( $this->get_item( ... ) ),
					'permission_callback' => Permission::check( ... ),
				),
				'schema' => self::schema( ... ),
			)
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	public static function schema(): array {
		$count = array(
			'type'    => 'integer',
			'minimum' => 0,
		);

		return array(
			'$schema'    => 'http://json-schema.org/draft-04/schema#',
			'title'      => 'closte-sync-status',
			'type'       => 'object',
			'properties' => array(
				'total'           => array( 'description' => __( 'Number of domains on the list.', 'closte-sync' ) ) + $count,
				'states'          => array(
					'description' => __( 'Number of domains by state.', 'closte-sync' ),
					'type'        => 'object',
					'properties'  => array_fill_keys( array_column( State::cases(), 'value' ), $count ),
				),
				'hindrance'       => array(
					'description' => __( 'What keeps domains from being sent. Empty: nothing.', 'closte-sync' ),
					'type'        => 'string',
					'enum'        => array( '', 'identity', 'off', 'plugin', 'extension', 'key' ),
				),
				'problem'         => array(
					'description' => __( 'The same in sentences. Null: nothing.', 'closte-sync' ),
					'type'        => array( 'string', 'null' ),
				),
				'has_key'         => array(
					'description' => __( 'Whether there is an API key. The key itself is never returned.', 'closte-sync' ),
					'type'        => 'boolean',
				),
				'circuit_breaker' => array(
					'description' => __( 'Whether calls to Closte pause because it did not answer, or refused the key.', 'closte-sync' ),
					'type'        => 'object',
					'properties'  => array(
						'is_open' => array( 'type' => 'boolean' ),
						'since'   => array(
							'type'   => array( 'string', 'null' ),
							'format' => 'date-time',
						),
						'kind'    => array( 'type' => array( 'string', 'null' ) ),
						'message' => array( 'type' => array( 'string', 'null' ) ),
					),
				),
			),
		);
	}

	private function get_item(): \WP_REST_Response {
		$readiness = $this->services->readiness();
		$hindrance = $readiness->hindrance();
		$counts    = $this->services->ledger_search()->counts_by_state( $hindrance );
		$breaker   = $this->services->circuit_breaker();
		$failure   = $breaker->failure();

		return new \WP_REST_Response(
			array(
				'total'           => array_sum( $counts ),
				'states'          => $counts,
				'hindrance'       => $hindrance,
				'problem'         => $readiness->problem(),
				'has_key'         => null !== Key_Provider::find(),
				'circuit_breaker' => array(
					'is_open' => $breaker->is_down(),
					'since'   => null === $failure ? null : gmdate( 'Y-m-d\TH:i:s\Z', $failure['since'] ),
					'kind'    => $failure['kind'] ?? null,
					'message' => null === $failure ? null : $breaker->failure_text(),
				),
			)
		);
	}
}
