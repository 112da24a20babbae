<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Domains\Domain_Names;

/**
 * Finds, makes and deletes Ultimate Multisite's domain records. Its hooks tell of what is made and deleted here, too.
 */
final class Domain_Records {

	public function __construct( private readonly Domain_Names $names ) {}

	/**
	 * The record of a domain, which may have another form of the name.
	 */
	public function find( string $domain ): ?object {
		if ( ! function_exists( 'wu_get_domain_by_domain' ) ) {
			return null;
		}

		foreach ( array_unique( array( $domain, ...$this->names->forms( $domain ) ) ) as $form ) {
			$record = wu_get_domain_by_domain( $form );

			if ( is_object( $record ) ) {
				return $record;
			}
		}

		return null;
	}

	/**
	 * As its own form does where nothing is changed in it: not the primary domain, and checked before it is served.
	 *
	 * @return ?\WP_Error Null: the site has it.
	 */
	public function add( string $domain, int $blog_id ): ?\WP_Error {
		$record = wu_create_domain(
			array(
				'domain'         => $domain,
				'blog_id'        => $blog_id,
				'stage'          => 'checking-dns',
				'primary_domain' => false,
			)
		);

		if ( is_wp_error( $record ) ) {
			return $record;
		}

		return $record->get_id() > 0 ? null : new \WP_Error(
			'not_saved',
			/* translators: %s: domain */
			sprintf( __( 'Ultimate Multisite could not save a record for %s.', 'closte-sync' ), $domain )
		);
	}

	/**
	 * @return ?\WP_Error Null: the record is gone.
	 */
	public function delete( string $domain, int $blog_id ): ?\WP_Error {
		$record = $this->find( $domain );

		if ( null === $record || (int) $record->get_blog_id() !== $blog_id ) {
			return new \WP_Error(
				'not_mapped',
				/* translators: 1: domain, 2: number of a site */
				sprintf( __( 'Ultimate Multisite has no record of %1$s for site %2$d.', 'closte-sync' ), $domain, $blog_id )
			);
		}

		$result = $record->delete();

		return match ( true ) {
			is_wp_error( $result ) => $result,
			! $result              => new \WP_Error(
				'not_deleted',
				/* translators: %s: domain */
				sprintf( __( 'Ultimate Multisite could not delete its record of %s.', 'closte-sync' ), $domain )
			),
			default                => null,
		};
	}
}
