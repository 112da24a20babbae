<?php
/**
 * Called by WordPress when the plugin is deleted.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

// Another copy of the plugin may be loaded, whose class it is then.
class_exists( Autoloader::class, false ) || require __DIR__ . '/inc/class-autoloader.php';

( new Autoloader( __DIR__ . '/inc' ) )->register();

// The tables and options are those of the last copy that goes.
if ( array() === ( new Plugin_Copies( __DIR__ . '/closte-sync.php', WP_UNINSTALL_PLUGIN ) )->others() ) {
	( new Uninstaller( $GLOBALS['wpdb'] ) )->uninstall();
}
