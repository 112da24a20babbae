<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

/**
 * Shows the site of a domain in a list, as HTML.
 */
final class Site_Cell {

	/**
	 * A link to the site's screen, by its title or, where it has none, its address.
	 */
	public static function link( \WP_Site $site ): string {
		return sprintf(
			'<a href="%s">%s</a>',
			esc_url( network_admin_url( 'site-info.php?id=' . $site->blog_id ) ),
			esc_html( '' === (string) $site->blogname ? $site->domain . $site->path : $site->blogname )
		);
	}

	/**
	 * That there is none, also for who hears it.
	 */
	public static function none(): string {
		return '<span aria-hidden="true">—</span><span class="screen-reader-text">' . esc_html__( 'No site', 'closte-sync' ) . '</span>';
	}
}
