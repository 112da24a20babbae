<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Abilities;

use ClosteSync\Container;
use ClosteSync\Rest\Domain_Changes_Controller;
use ClosteSync\Rest\Domain_Collection;
use ClosteSync\Rest\Domain_Schema;
use ClosteSync\Rest\Domains_Controller;
use ClosteSync\Rest\Rest_Error;
use ClosteSync\Rest\Sync_Controller;
use ClosteSync\Settings\Permission;

/**
 * Registers what can be done with the network's domains with WordPress's Abilities API, from WordPress 6.9 on. Abilities do
 * what the REST API does, and are open to the same people.
 */
final class Abilities {

	private const CATEGORY = 'closte-sync';

	public function __construct( private readonly Container $services ) {}

	/**
	 * Called on `wp_abilities_api_categories_init`.
	 */
	public function register_category(): void {
		wp_register_ability_category(
			self::CATEGORY,
			array(
				'label'       => __( 'Domains at Closte', 'closte-sync' ),
				'description' => __( 'Domains of the network, their DNS and their certificates at the host Closte.', 'closte-sync' ),
			)
		);
	}

	/**
	 * Called on `wp_abilities_api_init`.
	 */
	public function register(): void {
		$tasks = new Domain_Tasks( $this->services );
		$id    = array( 'id' => Domains_Controller::id_param() );
		$item  = self::output( Domain_Schema::item() );

		$this->add(
			'list-domains',
			__( 'List domains', 'closte-sync' ),
			__( 'Lists the domains of the network with their state, what is wrong, and the DNS records to change. State owner-must-act or network-must-act means that someone must act.', 'closte-sync' ),
			Domain_Collection::params(),
			self::list_schema(),
			$tasks->list_domains( ... ),
			self::annotations( is_readonly: true )
		);
		$this->add(
			'get-domain',
			__( 'Get a domain', 'closte-sync' ),
			__( 'Returns all that is known of one domain of the network.', 'closte-sync' ),
			$id,
			$item,
			$tasks->get_domain( ... ),
			self::annotations( is_readonly: true )
		);
		$this->add(
			'check-domain',
			__( 'Check a domain', 'closte-sync' ),
			__( 'Checks the DNS and the certificate of a domain now, or sends it to Closte again, and returns the domain as it is afterward.', 'closte-sync' ),
			$id,
			$item,
			$tasks->check_domain( ... ),
			self::annotations()
		);
		$this->add(
			'add-domain',
			__( 'Add a domain', 'closte-sync' ),
			__( 'Adds a domain to a site of the network, or to Closte only, and returns it with the DNS records to set.', 'closte-sync' ),
			Domain_Changes_Controller::add_params(),
			$item,
			$tasks->add_domain( ... ),
			self::annotations()
		);
		$this->add(
			'remove-domain',
			__( 'Remove a domain', 'closte-sync' ),
			__( 'Removes a domain that no site uses from Closte, or only from the list. Visitors of the domain no longer reach the network.', 'closte-sync' ),
			Domain_Changes_Controller::remove_params(),
			self::removal_schema(),
			$tasks->remove_domain( ... ),
			self::annotations( is_destructive: true )
		);
		$this->add(
			'sync',
			__( 'Send all domains', 'closte-sync' ),
			__( 'Sends all domains of the network that Closte lacks, a batch at a time, or says what would be sent. Removes nothing.', 'closte-sync' ),
			Sync_Controller::params(),
			self::output( Sync_Controller::schema() ),
			$tasks->sync( ... ),
			self::annotations()
		);
	}

	/**
	 * @param array<string, array<string, mixed>>            $params      As a REST route has them.
	 * @param array<string, mixed>                           $output      Its schema.
	 * @param callable(array<string, mixed>): mixed          $task
	 * @param array<string, bool>                            $annotations
	 */
	private function add(
		string $name,
		string $label,
		string $description,
		array $params,
		array $output,
		callable $task,
		array $annotations
	): void {
		$input    = self::input( $params );
		$sanitize = static fn( mixed $given ): array => self::with_defaults( rest_sanitize_value_from_schema( $given, $input ), $params );

		wp_register_ability(
			"closte-sync/$name",
			array(
				'label'               => $label,
				'description'         => $description,
				'category'            => self::CATEGORY,
				'input_schema'        => $input,
				'output_schema'       => $output,
				'execute_callback'    => Rest_Error::guard( static fn( mixed $given ): mixed => $task( $sanitize( $given ) ) ),
				'permission_callback' => static fn(): bool => Permission::allows(),
				'meta'                => array(
					'annotations'  => $annotations,
					'show_in_rest' => true,
				),
			)
		);
	}

	/**
	 * @param array<string, array<string, mixed>> $params
	 * @return array<string, mixed>
	 */
	private static function input( array $params ): array {
		$required   = array_keys( array_filter( $params, static fn( array $param ): bool => $param['required'] ?? false ) );
		$properties = array_map( static fn( array $param ): array => array_diff_key( $param, array( 'required' => true ) ), $params );
		$schema     = array(
			'type'                 => 'object',
			'properties'           => $properties,
			'additionalProperties' => false,
		);

		// What needs no input may be called without.
		return $schema + ( array() === $required ? array( 'default' => array() ) : array( 'required' => $required ) );
	}

	/**
	 * @param array<string, mixed>                $given
	 * @param array<string, array<string, mixed>> $params
	 * @return array<string, mixed>
	 */
	private static function with_defaults( array $given, array $params ): array {
		foreach ( $params as $name => $param ) {
			if ( array_key_exists( 'default', $param ) ) {
				$given += array( $name => $param['default'] );
			}
		}

		return $given;
	}

	/**
	 * A schema of a REST route without what is said of routes only.
	 *
	 * @param array<string, mixed> $schema
	 * @return array<string, mixed>
	 */
	private static function output( array $schema ): array {
		unset( $schema['$schema'], $schema['title'] );

		return $schema;
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function list_schema(): array {
		return array(
			'type'       => 'object',
			'properties' => array(
				'domains' => array(
					'description' => __( 'The domains of this page.', 'closte-sync' ),
					'type'        => 'array',
					'items'       => self::output( Domain_Schema::item() ),
				),
				'total'   => array(
					'description' => __( 'Number of domains on all pages.', 'closte-sync' ),
					'type'        => 'integer',
				),
				'next'    => array(
					'description' => __( 'Pass this as "after" for the next page. Null: this is the last one.', 'closte-sync' ),
					'type'        => array( 'integer', 'null' ),
				),
			),
		);
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function removal_schema(): array {
		return array(
			'type'       => 'object',
			'properties' => array(
				'deleted'  => array(
					'description' => __( 'Whether the domain is gone. If not, its removal is queued.', 'closte-sync' ),
					'type'        => 'boolean',
				),
				'previous' => self::output( Domain_Schema::item() ),
			),
		);
	}

	/**
	 * @return array{readonly: bool, destructive: bool, idempotent: bool} All can be repeated without doing more.
	 */
	private static function annotations( bool $is_readonly = false, bool $is_destructive = false ): array {
		return array(
			'readonly'    => $is_readonly,
			'destructive' => $is_destructive,
			'idempotent'  => true,
		);
	}
}
