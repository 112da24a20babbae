<?php
/**
 * Test double of Ultimate Multisite: its built-in module for domains at Closte.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Integrations\Providers\Closte;

use WP_Ultimo\Integrations\Base_Capability_Module;
use WP_Ultimo\Integrations\Capabilities\Domain_Mapping_Capability;

/** Notes what the original would have sent. */
class Closte_Domain_Mapping extends Base_Capability_Module implements Domain_Mapping_Capability {

	/** @var list<string> */
	public static array $sent = array();

	public function get_capability_id(): string {
		return 'domain-mapping';
	}

	public function get_title(): string {
		return 'Domain Mapping';
	}

	public function register_hooks(): void {
		add_action( 'wu_add_domain', array( $this, 'on_add_domain' ), 10, 2 );
		add_action( 'wu_remove_domain', array( $this, 'on_remove_domain' ), 10, 2 );
		add_action( 'wu_add_subdomain', array( $this, 'on_add_subdomain' ), 10, 2 );
		add_action( 'wu_remove_subdomain', array( $this, 'on_remove_subdomain' ), 10, 2 );
	}

	public function on_add_domain( string $domain, int $site_id ): void {
		self::$sent[] = "add $domain";
	}

	public function on_remove_domain( string $domain, int $site_id ): void {
		self::$sent[] = "remove $domain";
	}

	public function on_add_subdomain( string $subdomain, int $site_id ): void {}

	public function on_remove_subdomain( string $subdomain, int $site_id ): void {}
}
