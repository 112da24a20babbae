<?php
/**
 * Test double of Ultimate Multisite: it duplicates sites.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Helpers;

use ClosteSync\Tests\Site_Contents;

require_once dirname( __DIR__, 2 ) . '/class-site-contents.php';

/** As the original: the site is made with all that it brings, then it gets the contents, and then a hook tells of it. */
class Site_Duplicator {

	public static function duplicate_site( $from_site_id, $title, $args = array() ) {
		$id = wpmu_create_blog( $args['domain'], $args['path'] ?? '/', $title, $args['user_id'], array( 'public' => true ), get_current_network_id() );

		if ( is_wp_error( $id ) ) {
			return $id;
		}

		Site_Contents::copy( $from_site_id, $id );
		update_blog_option( $id, 'blogname', $title );
		do_action( 'wu_duplicate_site', array( 'site_id' => $id ) );

		return $id;
	}
}
