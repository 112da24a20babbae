<?php
/**
 * Puts the network back as it was: run by WP-CLI between two tests.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

global $wpdb;

foreach ( get_sites( array( 'number' => 0 ) ) as $site ) {
	if ( ! is_main_site( (int) $site->blog_id ) ) {
		wp_delete_site( (int) $site->blog_id );
	}
}
$wpdb->query( "DELETE FROM {$wpdb->base_prefix}closte_sync_domains" );
$wpdb->query( "DELETE FROM {$wpdb->base_prefix}closte_sync_log" );
$wpdb->query( "DELETE FROM {$wpdb->sitemeta} WHERE meta_key LIKE 'closte\\_sync\\_%' AND meta_key <> 'closte_sync_db_version'" );
wp_clear_scheduled_hook( 'closte_sync_run' );
wp_clear_scheduled_hook( 'closte_sync_reconcile' );
wp_schedule_event( time() + DAY_IN_SECONDS, 'daily', 'closte_sync_reconcile' );
wp_cache_flush();
( new ClosteSync\Settings\Settings( enabled: true ) )->save();
