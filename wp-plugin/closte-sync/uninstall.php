<?php
/**
 * Called by WordPress when the plugin is deleted.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

require_once __DIR__ . '/inc/class-autoloader.php';

( new Autoloader( __DIR__ . '/inc' ) )->register();
( new Uninstaller( $GLOBALS['wpdb'] ) )->uninstall();
