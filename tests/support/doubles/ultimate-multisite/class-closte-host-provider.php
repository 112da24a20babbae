<?php
/**
 * Test double of Ultimate Multisite: the built-in host provider of versions up to 2.4.10.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Integrations\Host_Providers;

/** Notes what the original would have sent. */
class Closte_Host_Provider {

	/** @var list<string> */
	public static array $sent = array();

	public function init(): void {
		$enabled = get_network_option( null, 'wu_host_integrations_enabled', array() );

		if ( ! empty( $enabled['closte'] ) ) {
			add_action( 'wu_add_domain', array( $this, 'on_add_domain' ), 10, 2 );
			add_action( 'wu_remove_domain', array( $this, 'on_remove_domain' ), 10, 2 );
			add_action( 'wu_add_subdomain', array( $this, 'on_add_subdomain' ), 10, 2 );
			add_action( 'wu_remove_subdomain', array( $this, 'on_remove_subdomain' ), 10, 2 );
		}
	}

	public function on_add_domain( $domain, $site_id ): void {
		self::$sent[] = "add $domain";
	}

	public function on_remove_domain( $domain, $site_id ): void {
		self::$sent[] = "remove $domain";
	}

	public function on_add_subdomain( $subdomain, $site_id ): void {}

	public function on_remove_subdomain( $subdomain, $site_id ): void {}
}
