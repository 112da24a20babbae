<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Text\Plain_Text;

/**
 * Keeps a copy of each site's title in the metadata of sites, where titles can be searched: WordPress has each in a table of its
 * own.
 */
final class Site_Titles {

	public const KEY = 'closte_sync_title';

	/** Sites whose titles one statement reads. */
	private const SITES_A_STATEMENT = 50;

	/** Characters of a title that are kept. */
	private const LONGEST = 200;

	public function __construct( private readonly Database $database, private readonly \wpdb $wpdb ) {}

	/**
	 * A site has this title now. One that has not been read yet still is: with it, older sites would no longer count as new.
	 */
	public function change( int $blog_id, string $title ): void {
		if ( ! is_site_meta_supported() ) {
			return;
		}

		// Another process may have read it, whose cache need not be this one.
		wp_cache_delete( $blog_id, 'blog_meta' );

		if ( metadata_exists( 'blog', $blog_id, self::KEY ) ) {
			update_site_meta( $blog_id, self::KEY, wp_slash( self::cut( $title ) ) );
		}
	}

	/**
	 * Reads the titles of sites that were created since the last time. The creation itself is spared a statement.
	 *
	 * @param float $seconds After which the rest is left to the next time.
	 */
	public function read_new( float $seconds ): void {
		$until = microtime( true ) + $seconds;

		do {
			$ids = is_site_meta_supported() ? $this->new_sites() : array();
			$this->read( $ids );
		} while ( count( $ids ) === self::SITES_A_STATEMENT && microtime( true ) < $until );
	}

	/**
	 * Reads the titles of sites that were there before, a few at a time.
	 *
	 * @param float $seconds After which the rest is left to the next time.
	 */
	public function complete( float $seconds ): void {
		$until = microtime( true ) + $seconds;
		$after = 0;

		while ( is_site_meta_supported() && microtime( true ) < $until ) {
			$ids = $this->without_title( $after );

			if ( array() === $ids ) {
				return;
			}

			$after = max( $ids );
			$this->read( $ids );
		}
	}

	/**
	 * Forgets them all: they may change unheard.
	 */
	public static function forget(): void {
		if ( is_site_meta_supported() ) {
			delete_metadata( 'blog', 0, self::KEY, '', true );
		}
	}

	/**
	 * @param list<int> $ids Sites without a title.
	 */
	private function read( array $ids ): void {
		$titles = array() === $ids ? array() : $this->titles( $ids );

		foreach ( $ids as $id ) {
			add_site_meta( $id, self::KEY, wp_slash( self::cut( $titles[ $id ] ?? '' ) ), true );
		}
	}

	/**
	 * @return list<int> Sites after the last one with a title; none before {@see self::complete()} has begun.
	 */
	private function new_sites(): array {
		$ids = $this->database->column(
			'SELECT blog_id FROM %i WHERE blog_id > ( SELECT MAX( blog_id ) FROM %i WHERE meta_key = %s ) ORDER BY blog_id LIMIT %d',
			$this->wpdb->blogs,
			$this->wpdb->blogmeta,
			self::KEY,
			self::SITES_A_STATEMENT
		);

		return array_map( intval( ... ), $ids );
	}

	/**
	 * @return list<int> Sites after this one.
	 */
	private function without_title( int $after ): array {
		$ids = $this->database->column(
			'SELECT b.blog_id FROM %i b LEFT JOIN %i m ON m.blog_id = b.blog_id AND m.meta_key = %s
			WHERE b.blog_id > %d AND m.meta_id IS NULL ORDER BY b.blog_id LIMIT %d',
			$this->wpdb->blogs,
			$this->wpdb->blogmeta,
			self::KEY,
			$after,
			self::SITES_A_STATEMENT
		);

		return array_map( intval( ... ), $ids );
	}

	/**
	 * Without switching to each site: that would read all its options.
	 *
	 * @param non-empty-list<int> $ids
	 * @return array<int, string> By site.
	 */
	private function titles( array $ids ): array {
		$selects = array_fill( 0, count( $ids ), "SELECT %d AS blog_id, option_value FROM %i WHERE option_name = 'blogname'" );
		$values  = array();

		foreach ( $ids as $id ) {
			array_push( $values, $id, $this->wpdb->get_blog_prefix( $id ) . 'options' );
		}

		try {
			return array_column( $this->database->rows( implode( ' UNION ALL ', $selects ), ...$values ), 'option_value', 'blog_id' );
		} catch ( Database_Exception ) {
			// A site without its tables takes none of the others with it.
			$title = static fn( int $id ): string => (string) get_blog_option( $id, 'blogname', '' );

			return array_combine( $ids, array_map( $title, $ids ) );
		}
	}

	private static function cut( string $title ): string {
		return Plain_Text::cut( wp_specialchars_decode( $title, ENT_QUOTES ), self::LONGEST );
	}
}
