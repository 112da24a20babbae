<?php
/**
 * What the tests of domains that site owners add say of DNS.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Owners\Addition;
use ClosteSync\Owners\Owner_Domains;

require_once dirname( __DIR__ ) . '/phpt/dns.inc';

/** Owners may add domains, up to two a site; DNS has nothing. */
trait Owners_Dns {

	private int $site;

	private ?\Dns $dns = null;

	protected function setUp(): void {
		parent::setUp();
		$this->set( array( 'owners' => true, 'owner_limit' => 2, 'targets' => array( '127.0.0.1' ) ) );
		add_filter( 'closte_sync_lifecycle_options', static fn( array $options ): array => array( 'authoritative' => false ) + $options );
		$this->dns_says();
	}

	protected function tearDown(): void {
		$this->dns = null;
		parent::tearDown();
	}

	/** From now on the DNS has these records only, as tests/phpt/dns-server.inc takes them. */
	private function dns_says( string ...$records ): void {
		$this->dns = new \Dns( ...$records );
		$this->set( array( 'resolvers' => array( $this->dns->address ) ) );
		$this->next_request();
	}

	/** The domain is claimed, then gets the TXT record. */
	private function add_by_record( string $domain, string ...$records ): Addition {
		$claim = $this->domains()->add( $this->site, $domain )->claim;
		$this->dns_says( "_closte-sync.$domain=\"" . $claim?->token, ...$records );

		return $this->domains()->add( $this->site, $domain );
	}

	/** The domain is claimed, then points here. */
	private function add_by_pointing( string $domain ): Addition {
		$this->dns_says();
		$this->domains()->add( $this->site, $domain );
		$this->dns_says( "$domain=127.0.0.1" );

		return $this->domains()->add( $this->site, $domain );
	}

	private function domains(): Owner_Domains {
		return $this->plugin->owner_domains();
	}

	/** What the site's admins may remove. */
	private function removable(): array {
		return array_column( $this->domains()->removable( $this->domains()->rows( $this->site ) ), 'domain' );
	}
}
