<?php
/**
 * Copies a site the way duplicating plugins do: a new site by wp_insert_site(), then the content of the old one's
 * tables. Run by the demo in WP-CLI: `wp eval-file duplicate-site.php SITE_ID LABEL`; prints the new site's ID.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

global $wpdb;

list( $closte_from, $closte_label ) = $args;

$closte_to = wp_insert_site(
	array(
		'domain'     => $closte_label . '.' . get_network()->domain,
		'path'       => '/',
		'network_id' => get_current_network_id(),
		'user_id'    => 1,
		'title'      => get_blog_option( (int) $closte_from, 'blogname' ),
	)
);
if ( is_wp_error( $closte_to ) ) {
	WP_CLI::error( $closte_to );
}

foreach ( array( 'posts', 'postmeta', 'terms', 'term_taxonomy', 'term_relationships', 'termmeta' ) as $closte_table ) {
	$closte_source = $wpdb->get_blog_prefix( (int) $closte_from ) . $closte_table;
	$closte_target = $wpdb->get_blog_prefix( $closte_to ) . $closte_table;
	$wpdb->query( "DELETE FROM `$closte_target`" );
	$wpdb->query( "INSERT INTO `$closte_target` SELECT * FROM `$closte_source`" );
}

WP_CLI::line( (string) $closte_to );
