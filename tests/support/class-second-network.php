<?php
/**
 * Makes a second network beside that of the tests.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * It has a main site of its own. WordPress finds it by its domain where wp-config.php names no network.
 */
final class Second_Network {

	public const DOMAIN = 'second-network.test';

	/**
	 * @return int Its ID.
	 */
	public static function create( \wpdb $wpdb ): int {
		$wpdb->insert( $wpdb->site, array( 'domain' => self::DOMAIN, 'path' => '/' ) );
		$id = (int) $wpdb->insert_id;

		foreach ( array( 'site_name' => 'Second', 'siteurl' => 'http://' . self::DOMAIN . '/', 'subdomain_install' => 1, 'ms_files_rewriting' => 0, 'site_admins' => array( 'admin' ), 'admin_email' => 'admin@second-network.test' ) as $name => $value ) {
			// WordPress takes the default of one of them for a value that is stored.
			$wpdb->insert( $wpdb->sitemeta, array( 'site_id' => $id, 'meta_key' => $name, 'meta_value' => maybe_serialize( $value ) ) );
		}

		$site = wp_insert_site( array( 'domain' => self::DOMAIN, 'path' => '/', 'network_id' => $id, 'user_id' => 1 ) );
		update_network_option( $id, 'main_site', $site );

		return $id;
	}

	/**
	 * Writes where the plugin is active, as WordPress does.
	 *
	 * @param int ...$networks IDs.
	 */
	public static function activate_on( \wpdb $wpdb, int ...$networks ): void {
		foreach ( array_map( 'intval', $wpdb->get_col( "SELECT id FROM $wpdb->site" ) ) as $id ) {
			$plugins = (array) get_network_option( $id, 'active_sitewide_plugins', array() );
			unset( $plugins['closte-sync/closte-sync.php'] );
			update_network_option( $id, 'active_sitewide_plugins', $plugins + ( in_array( $id, $networks, true ) ? array( 'closte-sync/closte-sync.php' => time() ) : array() ) );
		}
	}

	public static function id( \wpdb $wpdb ): int {
		return (int) $wpdb->get_var( $wpdb->prepare( "SELECT id FROM $wpdb->site WHERE domain = %s", self::DOMAIN ) );
	}

	/** Its sites, and what is stored of it. */
	public static function remove( \wpdb $wpdb ): void {
		$id = self::id( $wpdb );

		foreach ( get_sites( array( 'network_id' => $id, 'number' => 0 ) ) as $site ) {
			wp_delete_site( (int) $site->blog_id );
		}

		$wpdb->delete( $wpdb->sitemeta, array( 'site_id' => $id ) );
		$wpdb->delete( $wpdb->site, array( 'id' => $id ) );
	}

	/**
	 * A wp-config.php for several networks: it names none.
	 */
	public static function config( string $config ): string {
		return (string) preg_replace( "/^define\( '(DOMAIN|PATH|SITE_ID|BLOG_ID)_CURRENT_SITE'.*$/m", '', $config );
	}
}
