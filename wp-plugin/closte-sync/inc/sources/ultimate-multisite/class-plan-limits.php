<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

/**
 * Reads how many domains the plan of a site allows. Ultimate Multisite asks it in its own form only, not when a record is made.
 */
final class Plan_Limits {

	/**
	 * @return ?int How many more domains the site may have; null: as many as it likes.
	 */
	public static function domains_left( int $blog_id ): ?int {
		$module = self::module( $blog_id );

		if ( null === $module ) {
			return null;
		}

		$limit = $module->is_enabled() ? $module->get_limit() : false;

		return match ( true ) {
			false === $limit     => 0,
			is_numeric( $limit ) => max( 0, (int) $limit - self::count( $blog_id ) ),
			default              => null,
		};
	}

	/**
	 * The part of the site's limitations that is about domains; null: the site has none.
	 */
	private static function module( int $blog_id ): ?object {
		$site = function_exists( 'wu_get_site' ) ? wu_get_site( $blog_id ) : null;

		if ( ! is_object( $site ) || ! method_exists( $site, 'has_limitations' ) || ! method_exists( $site, 'get_limitations' ) ) {
			return null;
		}

		if ( ! $site->has_limitations() ) {
			return null;
		}

		// It has this property only when it is read.
		$module = $site->get_limitations()->domain_mapping;

		$is_known = is_object( $module ) && method_exists( $module, 'is_enabled' ) && method_exists( $module, 'get_limit' );

		return $is_known ? $module : null;
	}

	/**
	 * The domains that the site has by records, without those under the network's: they come with it.
	 */
	private static function count( int $blog_id ): int {
		$network = '.' . ( get_network( get_site( $blog_id )?->network_id )->domain ?? '' );
		$is_own  = static fn( object $record ): bool => ! str_ends_with( (string) $record->get_domain(), $network );

		return count( array_filter( wu_get_domains( array( 'blog_id' => $blog_id ) ), $is_own ) );
	}
}
