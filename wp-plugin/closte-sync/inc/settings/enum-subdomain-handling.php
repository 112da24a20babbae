<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Settings;

/**
 * When a subdomain of the network is added. `auto`: unless a wildcard of ours that Closte has accepted covers it.
 */
enum Subdomain_Handling: string {

	case Auto   = 'auto';
	case Always = 'always';
	case Never  = 'never';

	public function label(): string {
		return match ( $this ) {
			self::Auto   => __( 'Unless a wildcard covers them', 'closte-sync' ),
			self::Always => __( 'Always', 'closte-sync' ),
			self::Never  => __( 'Never', 'closte-sync' ),
		};
	}
}
