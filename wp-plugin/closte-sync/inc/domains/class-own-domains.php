<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Ledger_Row;

/**
 * Keeps which domains the admins of a site have added, in the metadata of the site: one entry for each. Only these are theirs to
 * remove. An entry names the row, so that it says nothing of a domain that somebody adds anew later.
 */
final class Own_Domains {

	public const META = 'closte_sync_own_domains';

	/**
	 * @param bool $was_there Whether the network had the domain, or Closte did: then it stays when the site gives it up.
	 */
	public function add( int $blog_id, Ledger_Row $row, bool $was_there ): void {
		$this->drop( $blog_id, $row->domain );

		if ( is_site_meta_supported() ) {
			add_site_meta(
				$blog_id,
				self::META,
				array(
					'domain'    => $row->domain,
					'row'       => $row->id,
					'was_there' => $was_there,
				)
			);
		}
	}

	public function drop( int $blog_id, string $domain ): void {
		foreach ( self::stored( $blog_id ) as $entry ) {
			if ( is_array( $entry ) && ( $entry['domain'] ?? null ) === $domain ) {
				delete_site_meta( $blog_id, self::META, $entry );
			}
		}
	}

	public function has( Ledger_Row $row ): bool {
		return null !== self::entry( $row );
	}

	/**
	 * Whether a domain of theirs was there before they added it.
	 */
	public function was_there( Ledger_Row $row ): bool {
		return true === ( self::entry( $row )['was_there'] ?? null );
	}

	/**
	 * @return ?array<mixed>
	 */
	private static function entry( Ledger_Row $row ): ?array {
		foreach ( self::stored( $row->blog_id ) as $entry ) {
			if ( is_array( $entry ) && ( $entry['row'] ?? null ) === $row->id && ( $entry['domain'] ?? null ) === $row->domain ) {
				return $entry;
			}
		}

		return null;
	}

	/**
	 * @return list<mixed>
	 */
	private static function stored( int $blog_id ): array {
		$stored = is_site_meta_supported() && $blog_id > 0 ? get_site_meta( $blog_id, self::META ) : array();

		return is_array( $stored ) ? array_values( $stored ) : array();
	}
}
