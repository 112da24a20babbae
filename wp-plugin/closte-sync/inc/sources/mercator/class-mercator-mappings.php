<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Mercator;

use Mercator\Mapping;

/**
 * Makes and deletes mappings of Mercator's. Its errors have a code only: here they are put into words.
 */
final class Mercator_Mappings {

	/**
	 * @return ?\WP_Error Null: the site is served at the domain.
	 */
	public static function add( string $domain, int $blog_id ): ?\WP_Error {
		$mapping = Mapping::create( $blog_id, $domain, true );

		if ( is_wp_error( $mapping ) ) {
			return self::in_words( $mapping, $domain );
		}

		// One that was there may be switched off, and one for which the table was made first always is.
		$result = $mapping->is_active() ? true : $mapping->set_active( true );

		return is_wp_error( $result ) ? self::in_words( $result, $domain ) : null;
	}

	/**
	 * @return ?\WP_Error Null: the mapping is gone.
	 */
	public static function delete( string $domain, int $blog_id ): ?\WP_Error {
		$mapping = Mapping::get_by_domain( $domain );

		if ( is_wp_error( $mapping ) ) {
			return self::in_words( $mapping, $domain );
		}

		if ( null === $mapping || $mapping->get_site_id() !== $blog_id ) {
			return new \WP_Error(
				'not_mapped',
				/* translators: 1: domain, 2: number of a site */
				sprintf( __( 'Mercator has no mapping of %1$s to site %2$d.', 'closte-sync' ), $domain, $blog_id )
			);
		}

		$result = $mapping->delete();

		return is_wp_error( $result ) ? self::in_words( $result, $domain ) : null;
	}

	private static function in_words( \WP_Error $error, string $domain ): \WP_Error {
		$code    = (string) $error->get_error_code();
		$message = $error->get_error_message();

		return new \WP_Error(
			$code,
			match ( true ) {
				'' !== $message => $message,
				/* translators: %s: domain */
				'mercator.mapping.domain_exists' === $code => sprintf( __( 'In Mercator, %s is mapped to another site.', 'closte-sync' ), $domain ),
				/* translators: 1: domain, 2: code of an error, such as mercator.mapping.insert_failed */
				default => sprintf( __( 'Mercator could not save the mapping of %1$s (%2$s).', 'closte-sync' ), $domain, $code ),
			}
		);
	}
}
