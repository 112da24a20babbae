<?php
/**
 * Plugin Name:       Closte Sync
 * Description:       Adds each site's domains to Closte, with a certificate, and removes them when no site uses them.
 * Version:           0.2.0
 * Requires at least: 6.4
 * Requires PHP:      8.1
 * Update URI:        false
 * Network:           true
 * Author:            The Closte Sync authors
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       closte-sync
 * Domain Path:       /languages
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

defined( 'ABSPATH' ) || exit;

if ( defined( 'CLOSTE_SYNC_FILE' ) ) {
	/**
	 * Fires when another copy of the plugin is loaded beside the one that runs. It does nothing: classes are declared once.
	 *
	 * @param string $file The main file of the further copy.
	 */
	do_action( 'closte_sync_second_copy', __FILE__ );

	return;
}

define( 'CLOSTE_SYNC_FILE', __FILE__ );

require_once __DIR__ . '/inc/class-lazy-loader.php';

( new Lazy_Loader( __FILE__ ) )->begin();
