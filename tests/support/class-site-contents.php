<?php
/**
 * The contents of a site, as plugins that duplicate sites copy them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Tables and metadata become those of the original, past all hooks. Afterwards the addresses of the copy are put back. */
final class Site_Contents {

	private const KEPT = array( 'siteurl', 'home', 'blogname', 'admin_email' );

	public static function copy( int $from, int $to ): void {
		global $wpdb;

		$kept = array_map( static fn( string $option ): mixed => get_blog_option( $to, $option ), array_combine( self::KEPT, self::KEPT ) );

		foreach ( $wpdb->tables( 'blog', false ) as $table ) {
			$wpdb->query( $wpdb->prepare( 'DELETE FROM %i', $wpdb->get_blog_prefix( $to ) . $table ) );
			$wpdb->query( $wpdb->prepare( 'INSERT INTO %i SELECT * FROM %i', $wpdb->get_blog_prefix( $to ) . $table, $wpdb->get_blog_prefix( $from ) . $table ) );
		}

		$wpdb->delete( $wpdb->blogmeta, array( 'blog_id' => $to ) );

		foreach ( get_site_meta( $from ) as $key => $values ) {
			foreach ( $values as $value ) {
				add_site_meta( $to, $key, maybe_unserialize( $value ) );
			}
		}

		wp_cache_flush();
		switch_to_blog( $to );
		array_map( update_option( ... ), self::KEPT, $kept );
		restore_current_blog();
		wp_cache_flush();
	}
}
