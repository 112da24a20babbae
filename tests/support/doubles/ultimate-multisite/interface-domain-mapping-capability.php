<?php
/**
 * Test double of Ultimate Multisite: the capability of mapping domains.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Integrations\Capabilities;

interface Domain_Mapping_Capability {

	public function on_add_domain( string $domain, int $site_id ): void;

	public function on_remove_domain( string $domain, int $site_id ): void;

	public function on_add_subdomain( string $subdomain, int $site_id ): void;

	public function on_remove_subdomain( string $subdomain, int $site_id ): void;
}
