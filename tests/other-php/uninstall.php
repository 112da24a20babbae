<?php
/**
 * Uninstalls the plugin, and prints which of its tables were there and which are left.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

require_once ABSPATH . 'wp-admin/includes/plugin.php';

$closte_tables = static fn(): array => $GLOBALS['wpdb']->get_col( "SHOW TABLES LIKE '%closte_sync%'" );
$closte_before = $closte_tables();
deactivate_plugins( plugin_basename( CLOSTE_SYNC_FILE ), false, true );
uninstall_plugin( 'closte-sync/closte-sync.php' );
echo wp_json_encode( array( $closte_before, $closte_tables() ) );
