<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Operations\Site_Finder;

/**
 * Shows the site of a domain in a list, as HTML.
 */
final class Site_Cell {

	/**
	 * Reads the sites of a list, with their titles, in two statements however many there are.
	 *
	 * @param list<int> $ids 0: no site.
	 */
	public static function prime( array $ids ): void {
		_prime_site_caches( array_values( array_unique( array_filter( $ids ) ) ) );
	}

	/**
	 * A link to the site's screen, by its title or, where it has none, its address.
	 */
	public static function link( \WP_Site $site ): string {
		$title = Site_Finder::title_of( $site );

		return sprintf(
			'<a href="%s">%s</a>',
			esc_url( network_admin_url( 'site-info.php?id=' . $site->blog_id ) ),
			esc_html( '' === $title ? $site->domain . $site->path : $title )
		);
	}

	/**
	 * That there is none, also for who hears it.
	 */
	public static function none(): string {
		return '<span aria-hidden="true">—</span><span class="screen-reader-text">' . esc_html__( 'No site', 'closte-sync' ) . '</span>';
	}
}
