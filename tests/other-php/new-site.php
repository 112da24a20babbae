<?php
/**
 * A site with a domain of its own.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

$closte_site = wp_insert_site(
	array(
		'domain'     => 'shop.example',
		'path'       => '/',
		'network_id' => 1,
		'user_id'    => 1,
		'title'      => 'Shop',
	)
);
do_action( 'closte_sync_run' );
echo wp_json_encode( $GLOBALS['wpdb']->get_results( "SELECT domain, wanted, stage FROM {$GLOBALS['wpdb']->base_prefix}closte_sync_domains" ) );
