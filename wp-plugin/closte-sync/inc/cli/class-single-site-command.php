<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

/**
 * Says why there is nothing to do here.
 */
final class Single_Site_Command {

	/**
	 * Works on a WordPress multisite network only.
	 */
	public function __invoke(): void {
		Terminal::fail(
			__( 'Closte Sync works on a WordPress multisite network only, and this is a single site. Its domain is set in Closte itself.', 'closte-sync' ),
			__( 'wp core multisite-convert makes it a network; wp plugin deactivate closte-sync switches the plugin off', 'closte-sync' )
		);
	}
}
