<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Operations\Comparison;
use ClosteSync\Operations\Send_All;
use ClosteSync\Settings\Permission;

defined( 'ABSPATH' ) || exit;

/**
 * `POST /sync` sends all domains of the network that Closte lacks, a batch a request, or says what would be sent.
 */
final class Sync_Controller implements Controller {

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		register_rest_route(
			self::NAMESPACE,
			'/sync',
			array(
				array(
					'methods'             => \WP_REST_Server::CREATABLE,
					'callback'            => Rest_Error::guard(
						fn( \WP_REST_Request $request ): \WP_REST_Response => new \WP_REST_Response(
							$this->sync( (bool) $request['dry_run'], (bool) $request['continue'] )
						)
					),
					'permission_callback' => Permission::check( ... ),
					'args'                => self::params(),
				),
				'schema' => self::schema( ... ),
			)
		);
	}

	/**
	 * @return array<string, array<string, mixed>>
	 */
	public static function params(): array {
		return array(
			'dry_run'  => array(
				'description' => __( 'Only compares the network with Closte and returns the plan. Nothing is sent.', 'closte-sync' ),
				'type'        => 'boolean',
				'default'     => false,
			),
			'continue' => array(
				'description' => __( 'Sends the next batch of what was started before. Repeat this until it is finished.', 'closte-sync' ),
				'type'        => 'boolean',
				'default'     => false,
			),
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	public static function schema(): array {
		return array(
			'$schema'    => 'http://json-schema.org/draft-04/schema#',
			'title'      => 'closte-sync-sync',
			'type'       => 'object',
			'properties' => array(
				'finished'    => array(
					'description' => __( 'True when the last batch is done. Domains that are left are sent automatically.', 'closte-sync' ),
					'type'        => 'boolean',
				),
				'total'       => self::count( __( 'Domains that were missing at Closte at the start.', 'closte-sync' ) ),
				'sent'        => self::count( __( 'Domains that need no more call.', 'closte-sync' ) ),
				'accepted'    => self::count( __( 'Domains that Closte accepted.', 'closte-sync' ) ),
				'refused'     => self::count( __( 'Domains that Closte refused.', 'closte-sync' ) ),
				'left'        => self::count( __( 'Domains that are still to be sent.', 'closte-sync' ) ),
				'without_dns' => self::count( __( 'www names that are not sent because they have no DNS.', 'closte-sync' ) ),
				'problem'     => array(
					'description' => __( 'What is in the way, in sentences. Null: nothing.', 'closte-sync' ),
					'type'        => array( 'string', 'null' ),
				),
				'text'        => array(
					'description' => __( 'The result in sentences.', 'closte-sync' ),
					'type'        => 'string',
				),
				'plan'        => array(
					'description' => __( 'What would be sent. Null: it was no dry run, or there is no plan because of the problem.', 'closte-sync' ),
					'type'        => array( 'object', 'null' ),
					'properties'  => array(
						'add'      => self::domains( __( 'Domains that would be added.', 'closte-sync' ) ),
						'keep'     => self::domains( __( 'Domains that Closte has already.', 'closte-sync' ) ),
						'remove'   => self::domains( __( 'Domains that would be removed.', 'closte-sync' ) ),
						'foreign'  => self::domains( __( 'Domains at Closte that this network has never had. They are left alone.', 'closte-sync' ) ),
						'unwanted' => self::domains( __( 'Domains that nothing in this network uses any longer. They are left alone.', 'closte-sync' ) ),
						'invalid'  => self::domains( __( 'Domains that Closte cannot accept.', 'closte-sync' ) ),
					),
				),
			),
		);
	}

	/**
	 * @return array<string, mixed> As {@see Sync_Controller::schema()} says.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function sync( bool $is_dry_run, bool $goes_on ): array {
		if ( $is_dry_run ) {
			return $this->plan();
		}

		$send_all = new Send_All( $this->services );

		return ( $goes_on ? $send_all->go_on() : $send_all->start() )->to_array() + array( 'plan' => null );
	}

	/**
	 * @return array<string, mixed>
	 */
	private function plan(): array {
		$plan       = Comparison::plan( $this->services, keep: true );
		$is_problem = is_string( $plan );
		$total      = $is_problem ? 0 : count( $plan->add ) + count( $plan->invalid );

		return array(
			'finished'    => true,
			'total'       => $total,
			'sent'        => 0,
			'accepted'    => 0,
			'refused'     => 0,
			'left'        => $total,
			'without_dns' => 0,
			'problem'     => $is_problem ? $plan : null,
			'text'        => $is_problem ? $plan : sprintf(
				/* translators: %s: number of domains */
				_n( '%s domain would be sent to Closte.', '%s domains would be sent to Closte.', $total, 'closte-sync' ),
				number_format_i18n( $total )
			),
			'plan'        => $is_problem ? null : array(
				'add'      => $plan->add,
				'keep'     => $plan->keep,
				'remove'   => $plan->remove,
				'foreign'  => $plan->foreign,
				'unwanted' => $plan->unwanted,
				'invalid'  => $plan->invalid,
			),
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function count( string $description ): array {
		return array(
			'description' => $description,
			'type'        => 'integer',
			'minimum'     => 0,
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function domains( string $description ): array {
		return array(
			'description' => $description,
			'type'        => 'array',
			'items'       => array( 'type' => 'string' ),
		);
	}
}
