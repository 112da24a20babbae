<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Settings;

/**
 * When the www name of a domain is added too. The values are those of Ultimate Multisite's setting
 * `auto_create_www_subdomain`.
 */
enum Www_Handling: string {

	case Always   = 'always';
	case MainOnly = 'main_only';
	case Never    = 'never';

	public function label(): string {
		return match ( $this ) {
			self::Always   => __( 'Always', 'closte-sync' ),
			self::MainOnly => __( 'Only for main domains (example.com, not shop.example.com)', 'closte-sync' ),
			self::Never    => __( 'Never', 'closte-sync' ),
		};
	}
}
