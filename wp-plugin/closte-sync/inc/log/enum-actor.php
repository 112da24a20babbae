<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

/**
 * By whom something was done, as far as the kind of request tells.
 */
enum Actor: string {

	case User    = 'user';
	case WpCli  = 'wp-cli';
	case Cron    = 'cron';
	/** Nobody was logged in: a site that was activated by mail, or a plugin's own API. */
	case Visitor = 'visitor';
	/** Noticed only, after someone had done it elsewhere: in wp-config.php. */
	case Unknown = 'unknown';

	public function label(): string {
		return match ( $this ) {
			self::User    => __( 'User', 'closte-sync' ),
			self::WpCli   => __( 'WP-CLI', 'closte-sync' ),
			self::Cron    => __( 'Background', 'closte-sync' ),
			self::Visitor => __( 'Visitor', 'closte-sync' ),
			self::Unknown => __( 'Unknown', 'closte-sync' ),
		};
	}
}
