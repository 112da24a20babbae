<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Ledger\Database;

/**
 * Keeps the claims of each site, in the metadata of the site: they go with it. Each has an entry of its own, so that requests at the
 * same time take none from each other. An entry names its site: plugins that duplicate a site take its metadata along, and the
 * owner of the copy must not add a domain by the record of the original's owner.
 */
final class Ownership_Claims {

	public const META = 'closte_sync_claims';

	/** What is not proven by then was given up. */
	private const LIFETIME = 30 * DAY_IN_SECONDS;

	public function __construct( private readonly Database $database ) {}

	/**
	 * @return array<string, Claim> By domain, the oldest first.
	 */
	public function of( int $blog_id ): array {
		$claims = array();

		foreach ( self::stored( $blog_id ) as $entry ) {
			$claim = self::claim( $entry, $blog_id );

			if ( null !== $claim && ! self::is_over( $claim ) ) {
				$claims[ $claim->domain ] ??= $claim;
			}
		}

		return $claims;
	}

	/**
	 * What other sites claim under a registrable domain.
	 *
	 * @return list<array{int, Claim}> The site and its claim.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function others_under( string $registrable, int $blog_id ): array {
		$rows = is_site_meta_supported() ? $this->database->rows(
			'SELECT blog_id, meta_value FROM %i WHERE meta_key = %s AND blog_id <> %d AND meta_value LIKE %s',
			$this->database->table( 'blogmeta' ),
			self::META,
			$blog_id,
			$this->database->like( $registrable )
		) : array();
		$others = array();

		foreach ( $rows as $row ) {
			$claim = self::claim( maybe_unserialize( $row['meta_value'] ), (int) $row['blog_id'] );

			if ( null !== $claim && ! self::is_over( $claim ) && str_ends_with( ".$claim->domain", ".$registrable" ) ) {
				$others[] = array( (int) $row['blog_id'], $claim );
			}
		}

		return $others;
	}

	/**
	 * Notes the claim of a domain, for which there is none yet.
	 *
	 * @return ?Claim Null: the site's metadata cannot be written.
	 */
	public function make( int $blog_id, string $domain, bool $needs_record ): ?Claim {
		if ( ! is_site_meta_supported() ) {
			return null;
		}

		foreach ( self::stored( $blog_id ) as $entry ) {
			$claim = self::claim( $entry, $blog_id );

			if ( null === $claim || self::is_over( $claim ) ) {
				delete_site_meta( $blog_id, self::META, $entry );
			}
		}

		$claim = new Claim( $domain, 'closte-sync-' . strtolower( wp_generate_password( 32, false ) ), time(), $needs_record );

		// Another request may have made one meanwhile: the first counts.
		$is_kept = false !== add_site_meta( $blog_id, self::META, self::entry( $claim, $blog_id ) );

		return $is_kept ? $this->of( $blog_id )[ $domain ] ?? null : null;
	}

	/**
	 * From now on, only the TXT record proves this claim.
	 */
	public function require_record( int $blog_id, Claim $claim ): Claim {
		$required = $claim->by_record_only();
		update_site_meta( $blog_id, self::META, self::entry( $required, $blog_id ), self::entry( $claim, $blog_id ) );

		return $required;
	}

	/**
	 * @return bool Whether there was one.
	 */
	public function drop( int $blog_id, string $domain ): bool {
		$dropped = false;

		foreach ( self::stored( $blog_id ) as $entry ) {
			if ( self::claim( $entry, $blog_id )?->domain === $domain ) {
				$dropped = delete_site_meta( $blog_id, self::META, $entry ) || $dropped;
			}
		}

		return $dropped;
	}

	/**
	 * @return list<mixed>
	 */
	private static function stored( int $blog_id ): array {
		$stored = is_site_meta_supported() ? get_site_meta( $blog_id, self::META ) : array();

		return is_array( $stored ) ? array_values( $stored ) : array();
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function entry( Claim $claim, int $blog_id ): array {
		return array( 'blog_id' => $blog_id ) + $claim->to_array();
	}

	private static function claim( mixed $entry, int $blog_id ): ?Claim {
		return is_array( $entry ) && ( $entry['blog_id'] ?? null ) === $blog_id ? Claim::from( $entry ) : null;
	}

	private static function is_over( Claim $claim ): bool {
		return $claim->made <= time() - self::LIFETIME;
	}
}
