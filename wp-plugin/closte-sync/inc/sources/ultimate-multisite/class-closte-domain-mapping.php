<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use WP_Ultimo\Integrations\Base_Capability_Module;
use WP_Ultimo\Integrations\Capabilities\Domain_Mapping_Capability;

defined( 'ABSPATH' ) || exit;

/**
 * Domain mapping at Closte as a capability of Ultimate Multisite, in place of the built-in module of the same id.
 * Loaded by its registration hook only.
 */
final class Closte_Domain_Mapping extends Base_Capability_Module implements Domain_Mapping_Capability {

	/**
	 * {@inheritDoc}
	 *
	 * @var array<string>
	 */
	protected array $supported_features = array( 'autossl' );

	/**
	 * @param \Closure(string $domain, int $site_id): void $settle Makes a domain what the network wants it to be.
	 */
	public function __construct( private readonly \Closure $settle ) {}

	/**
	 * {@inheritDoc}
	 */
	public function get_capability_id(): string {
		return 'domain-mapping';
	}

	/**
	 * {@inheritDoc}
	 */
	public function get_title(): string {
		return __( 'Domain Mapping', 'closte-sync' );
	}

	/**
	 * {@inheritDoc}
	 *
	 * @return array{will: list<string>, will_not: list<string>}
	 */
	public function get_explainer_lines(): array {
		return array(
			'will'     => array(
				__( 'Add each domain of this network to Closte when a site gets it, and remove it when no site uses it', 'closte-sync' ),
				__( 'Try again automatically until Closte has it, and check its DNS and its certificate', 'closte-sync' ),
			),
			'will_not' => array(
				__( 'Remove a domain from Closte that no site of this network has had', 'closte-sync' ),
			),
		);
	}

	/**
	 * {@inheritDoc}
	 */
	public function register_hooks(): void {
		add_action( 'wu_add_domain', array( $this, 'on_add_domain' ), 10, 2 );
		add_action( 'wu_remove_domain', array( $this, 'on_remove_domain' ), 10, 2 );
		add_action( 'wu_add_subdomain', array( $this, 'on_add_subdomain' ), 10, 2 );
		add_action( 'wu_remove_subdomain', array( $this, 'on_remove_subdomain' ), 10, 2 );
	}

	/**
	 * {@inheritDoc}
	 */
	public function on_add_domain( string $domain, int $site_id ): void {
		( $this->settle )( $domain, $site_id );
	}

	/**
	 * {@inheritDoc}
	 */
	public function on_remove_domain( string $domain, int $site_id ): void {
		( $this->settle )( $domain, $site_id );
	}

	/**
	 * {@inheritDoc}
	 */
	public function on_add_subdomain( string $subdomain, int $site_id ): void {
		( $this->settle )( $subdomain, $site_id );
	}

	/**
	 * {@inheritDoc}
	 */
	public function on_remove_subdomain( string $subdomain, int $site_id ): void {
		( $this->settle )( $subdomain, $site_id );
	}

	/**
	 * {@inheritDoc}
	 *
	 * @return bool|\WP_Error
	 */
	public function test_connection() {
		return $this->get_integration()->test_connection();
	}
}
