<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

/**
 * Keeps the claims of each site, in the metadata of the site: they go with it.
 */
final class Claims {

	public const META = 'closte_sync_claims';

	/** What is not proven by then was given up. */
	private const LIFETIME = 30 * DAY_IN_SECONDS;

	/**
	 * @return array<string, Claim> By domain, the oldest first.
	 */
	public function of( int $blog_id ): array {
		$stored = get_site_meta( $blog_id, self::META, true );
		$claims = array();

		foreach ( is_array( $stored ) ? $stored : array() as $domain => $entry ) {
			$token = is_array( $entry ) ? $entry['token'] ?? null : null;
			$made  = is_array( $entry ) ? $entry['made'] ?? null : null;

			if ( is_string( $token ) && is_int( $made ) && $made > time() - self::LIFETIME ) {
				$claims[ $domain ] = new Claim( (string) $domain, $token, $made );
			}
		}

		return $claims;
	}

	/**
	 * The site's claim of a domain. One that is there already keeps its token: its record may be set.
	 */
	public function claim( int $blog_id, string $domain ): Claim {
		$claims = $this->of( $blog_id );

		if ( ! isset( $claims[ $domain ] ) ) {
			$claims[ $domain ] = new Claim( $domain, 'closte-sync-' . strtolower( wp_generate_password( 32, false ) ), time() );
			$this->save( $blog_id, $claims );
		}

		return $claims[ $domain ];
	}

	public function drop( int $blog_id, string $domain ): void {
		$claims = $this->of( $blog_id );

		if ( isset( $claims[ $domain ] ) ) {
			unset( $claims[ $domain ] );
			$this->save( $blog_id, $claims );
		}
	}

	/**
	 * @param array<string, Claim> $claims
	 */
	private function save( int $blog_id, array $claims ): void {
		if ( array() === $claims ) {
			delete_site_meta( $blog_id, self::META );
			return;
		}

		update_site_meta(
			$blog_id,
			self::META,
			array_map(
				static fn( Claim $claim ): array => array(
					'token' => $claim->token,
					'made'  => $claim->made,
				),
				$claims
			)
		);
	}
}
