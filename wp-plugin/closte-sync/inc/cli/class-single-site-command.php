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
	 * Requires a WordPress multisite network.
	 */
	public function __invoke(): void {
		Terminal::fail(
			__( 'Closte Sync requires a WordPress multisite network, and this is a single site. Set its domain at Closte.', 'closte-sync' ),
			__( 'make it a network: wp core multisite-convert; or deactivate the plugin: wp plugin deactivate closte-sync', 'closte-sync' )
		);
	}
}
