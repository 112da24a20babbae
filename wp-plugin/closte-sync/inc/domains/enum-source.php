<?php
/**
 * Who wanted a domain.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

/**
 * Where a domain was heard of last.
 */
enum Source: string {

	case Core              = 'core';
	case UltimateMultisite = 'ultimate-multisite';
	case Mercator          = 'mercator';
	case Www               = 'www';
	case Sync              = 'sync';
	case Manual            = 'manual';

	public function label(): string {
		return match ( $this ) {
			self::Core              => __( 'Site', 'closte-sync' ),
			self::UltimateMultisite => __( 'Ultimate Multisite mapping', 'closte-sync' ),
			self::Mercator          => __( 'Mercator mapping', 'closte-sync' ),
			self::Www               => __( 'www of another domain', 'closte-sync' ),
			self::Sync              => __( 'Reconcile', 'closte-sync' ),
			self::Manual            => __( 'By hand', 'closte-sync' ),
		};
	}
}
