<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * Finds sites of a network by what people type: a number, an address, or a part of one.
 */
final class Site_Search {

	/** How many are suggested. */
	private const MOST = 10;

	/**
	 * @param int $network_id The sites of other networks are not found.
	 */
	public function __construct( private readonly int $network_id ) {}

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
	 * Those that may be meant: the one with this number first, then those whose address has this in it.
	 *
	 * @return list<\WP_Site>
	 */
	public function suggest( string $typed ): array {
		$exact           = $this->find( $typed );
		list( $domain, ) = self::address( $typed );
		$sites           = array_filter( array( $exact ) );

		if ( '' !== $domain ) {
			array_push(
				$sites,
				...$this->query(
					array(
						'search'         => $domain,
						'search_columns' => array( 'domain', 'path' ),
						'number'         => self::MOST,
						'orderby'        => array(
							'domain' => 'ASC',
							'path'   => 'ASC',
						),
					)
				)
			);
		}

		return array_slice( array_values( array_column( $sites, null, 'blog_id' ) ), 0, self::MOST );
	}

	/**
	 * A site for people: what {@see Site_Search::find()} finds it by.
	 */
	public static function address_of( \WP_Site $site ): string {
		return untrailingslashit( $site->domain . $site->path );
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
