<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Domains\Site_Search;
use ClosteSync\Domains\Site_Titles;

/**
 * Finds sites of a network by what people type: a number, an address, or a part of an address or of a title.
 */
final class Site_Finder {

	/** How many are suggested. */
	private const MOST = 10;

	/**
	 * @param int $network_id The sites of other networks are not found.
	 */
	public function __construct( private readonly Site_Search $search, private readonly int $network_id ) {}

	/**
	 * The site with this ID, where people who manage this network may change it: not that of another network.
	 */
	public static function editable( int $id ): ?\WP_Site {
		// WordPress loads it for screens only.
		require_once ABSPATH . 'wp-admin/includes/ms.php';

		$site = get_site( $id );

		return null !== $site && can_edit_network( (int) $site->network_id ) ? $site : null;
	}

	/**
	 * The one site that is meant; null: none.
	 */
	public function find( string $typed ): ?\WP_Site {
		$typed = trim( $typed );

		if ( 1 === preg_match( '/^\d+$/', $typed ) ) {
			$site = get_site( (int) $typed );

			return null !== $site && (int) $site->network_id === $this->network_id ? $site : null;
		}

		list( $domain, $path ) = self::address( $typed );

		return '' === $domain ? null : $this->query(
			array(
				'domain' => $domain,
				'path'   => $path,
				'number' => 1,
			)
		)[0] ?? null;
	}

	/**
	 * Those that may be meant: the one with this number or address first.
	 *
	 * @return list<\WP_Site>
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function suggest( string $typed ): array {
		$sites = array_filter( array( $this->find( $typed ) ) );
		$ids   = $this->search->find( $typed );

		if ( array() !== $ids ) {
			array_push(
				$sites,
				...$this->query(
					array(
						'site__in' => $ids,
						'number'   => self::MOST,
						'orderby'  => 'site__in',
					)
				)
			);
		}

		return array_slice( array_values( array_column( $sites, null, 'blog_id' ) ), 0, self::MOST );
	}

	/**
	 * A site for people: what {@see Site_Finder::find()} finds it by.
	 */
	public static function address_of( \WP_Site $site ): string {
		return untrailingslashit( $site->domain . $site->path );
	}

	/**
	 * The title of a site for people, as it was typed.
	 */
	public static function title_of( \WP_Site $site ): string {
		$title = get_site_meta( (int) $site->blog_id, Site_Titles::KEY, true );

		// WordPress keeps it escaped.
		return is_string( $title ) && '' !== $title ? $title : wp_specialchars_decode( (string) $site->blogname, ENT_QUOTES );
	}

	/**
	 * @return array{string, string} Domain and path.
	 */
	private static function address( string $typed ): array {
		$url = preg_replace( '~^(?:https?:)?//~i', '', trim( $typed ) ) . '/';

		list( $domain, $path ) = explode( '/', $url, 2 );

		return array( strtolower( $domain ), trailingslashit( '/' . trim( $path, '/' ) ) );
	}

	/**
	 * @param array<string, mixed> $query
	 * @return list<\WP_Site>
	 */
	private function query( array $query ): array {
		return array_values( get_sites( array( 'network_id' => $this->network_id ) + $query ) );
	}
}
