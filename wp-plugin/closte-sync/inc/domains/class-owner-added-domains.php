<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Ledger_Row;

/**
 * Keeps in the metadata of a site which domains its admins have added, one entry each. They may remove only these. An entry has
 * the ID of the row, so that it does not count for a domain that someone else adds later, and that of the site, because plugins
 * that duplicate a site copy its metadata.
 */
final class Owner_Added_Domains {

	public const META = 'closte_sync_own_domains';

	/** In place of the number of the row. */
	private const TO_COME = 0;

	/**
	 * Notes a domain that is about to be added: it is theirs once {@see Owner_Added_Domains::complete()} says so.
	 *
	 * @param bool $was_there Whether the network had the domain, or Closte did: then it stays when the site gives it up.
	 * @return bool Whether it could be noted.
	 */
	public function note( int $blog_id, string $domain, bool $was_there ): bool {
		$this->drop( $blog_id, $domain );

		return is_site_meta_supported() && false !== add_site_meta(
			$blog_id,
			self::META,
			array(
				'blog_id'   => $blog_id,
				'domain'    => $domain,
				'row'       => self::TO_COME,
				'was_there' => $was_there,
			)
		);
	}

	/**
	 * What was noted was added, and has this row.
	 *
	 * @return bool Whether it is theirs now.
	 */
	public function complete( Ledger_Row $row ): bool {
		$entry = self::entry( $row, self::TO_COME );

		return null !== $entry && false !== update_site_meta( $row->blog_id, self::META, array( 'row' => $row->id ) + $entry, $entry );
	}

	/**
	 * Whether a domain that was noted, and is not theirs yet, was there before. Null: none was noted.
	 */
	public function noted( Ledger_Row $row ): ?bool {
		$entry = self::entry( $row, self::TO_COME );

		return null === $entry ? null : true === ( $entry['was_there'] ?? null );
	}

	public function drop( int $blog_id, string $domain ): void {
		foreach ( self::stored( $blog_id ) as $entry ) {
			if ( is_array( $entry ) && ( $entry['domain'] ?? null ) === $domain ) {
				delete_site_meta( $blog_id, self::META, $entry );
			}
		}
	}

	public function has( Ledger_Row $row ): bool {
		return null !== self::entry( $row, $row->id );
	}

	/**
	 * Whether a domain of theirs was there before they added it.
	 */
	public function was_there( Ledger_Row $row ): bool {
		return true === ( self::entry( $row, $row->id )['was_there'] ?? null );
	}

	/**
	 * @return ?array<mixed>
	 */
	private static function entry( Ledger_Row $row, int $id ): ?array {
		$named = array( $row->blog_id, $row->domain, $id );

		foreach ( self::stored( $row->blog_id ) as $entry ) {
			if ( is_array( $entry ) && array( $entry['blog_id'] ?? null, $entry['domain'] ?? null, $entry['row'] ?? null ) === $named ) {
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
