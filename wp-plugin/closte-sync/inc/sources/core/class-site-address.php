<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Core;

/**
 * Changes the address of a site, as Network Admin → Sites → Edit does.
 */
final class Site_Address {

	/**
	 * Makes a domain, without a path, the address of a site.
	 *
	 * @return ?\WP_Error Null: it is.
	 */
	public static function change( int $blog_id, string $domain ): ?\WP_Error {
		$before = get_site( $blog_id );

		if ( null === $before ) {
			/* translators: %d: number of a site */
			return new \WP_Error( 'site_not_found', sprintf( __( 'Site %d does not exist.', 'closte-sync' ), $blog_id ) );
		}

		if ( is_main_site( $blog_id, (int) $before->network_id ) ) {
			return new \WP_Error( 'main_site', __( 'WordPress does not change the address of a network’s main site.', 'closte-sync' ) );
		}

		// The object is shared, and changes with the site.
		$domain_before = $before->domain;
		$path_before   = $before->path;
		$result        = wp_update_site(
			$blog_id,
			array(
				'domain' => $domain,
				'path'   => '/',
			)
		);

		if ( is_wp_error( $result ) ) {
			return $result;
		}

		switch_to_blog( $blog_id );

		try {
			// They cannot be made while another site is the current one: that site makes them when they are gone.
			delete_option( 'rewrite_rules' );

			foreach ( array( 'home', 'siteurl' ) as $option ) {
				self::follow( $option, $domain_before . $path_before, $domain );
			}
		} finally {
			restore_current_blog();
		}

		return null;
	}

	/**
	 * Changes an address among the site's options, unless somebody has set it to something else than the site's address.
	 *
	 * @param string $before Domain and path.
	 */
	private static function follow( string $option, string $before, string $domain ): void {
		$url  = (string) get_option( $option );
		$port = wp_parse_url( $url, PHP_URL_PORT );
		$path = trailingslashit( (string) wp_parse_url( $url, PHP_URL_PATH ) );
		$host = (string) wp_parse_url( $url, PHP_URL_HOST );

		// A server on another port than usual is reached at that port whether or not the site's domain has it.
		if ( $host . $path === preg_replace( '/:\d+/', '', $before, 1 ) ) {
			$scheme = wp_parse_url( $url, PHP_URL_SCHEME ) ?? 'http';

			update_option( $option, "$scheme://$domain" . ( null === $port ? '' : ":$port" ) );
		}
	}
}
