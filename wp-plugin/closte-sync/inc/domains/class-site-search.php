<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Database;

/**
 * Finds sites by their address or a part of their title.
 */
final class Site_Search {

	/** Sites that a search finds at most. */
	public const MOST = 200;

	/** Bytes of a text that may be an address or a part of a title. SQLite does not compare with much more. */
	private const LONGEST = 2000;

	/** Seconds that a search spends on the titles of new sites. */
	private const TITLES_SECONDS = 1.0;

	public function __construct(
		private readonly Database $database,
		private readonly Domain_Names $names,
		private readonly Site_Titles $titles,
		private readonly \wpdb $wpdb,
	) {}

	/**
	 * @param string $text As someone types or pastes it.
	 * @return list<int> Their ids; at most {@see self::MOST}.
	 */
	public function find( string $text ): array {
		$text = trim( $text );

		return strlen( $text ) < 2 || strlen( $text ) > self::LONGEST ? array() : array_slice(
			array_values( array_unique( array( ...$this->by_address( $text ), ...$this->by_title( $text ) ) ) ),
			0,
			self::MOST
		);
	}

	/**
	 * An address is searched from its beginning, which an index finds. Of a link the site is found that has it.
	 *
	 * @return list<int>
	 */
	private function by_address( string $text ): array {
		$path = Typed_Address::of( $text )->path;
		$name = $this->names->searchable( $text );

		if ( '' !== $path ) {
			$ids = $this->ids( 'domain = %s AND path LIKE %s', $name, $this->wpdb->esc_like( $path ) . '%' );

			return array() === $ids ? $this->ids( "domain = %s AND path = '/'", $name ) : $ids;
		}

		$ids = $this->ids( 'domain LIKE %s', $this->wpdb->esc_like( $name ) . '%' );

		// Where sites are subdirectories, the path alone.
		return is_subdomain_install() ? $ids : array(
			...$ids,
			...$this->ids( 'domain = %s AND path LIKE %s', get_network()->domain, $this->wpdb->esc_like( get_network()->path . $text ) . '%' ),
		);
	}

	/**
	 * Reads the titles alone: {@see Site_Titles} has them in one place.
	 *
	 * @return list<int>
	 */
	private function by_title( string $text ): array {
		$this->titles->read_new( self::TITLES_SECONDS );

		return is_site_meta_supported() ? $this->column(
			'SELECT blog_id FROM %i WHERE meta_key = %s AND meta_value LIKE %s LIMIT %d',
			$this->wpdb->blogmeta,
			Site_Titles::KEY,
			$this->database->like( $text ),
			self::MOST
		) : array();
	}

	/**
	 * @return list<int> Sites whose address is so.
	 */
	private function ids( string $where, string ...$values ): array {
		return $this->column( "SELECT blog_id FROM %i WHERE $where LIMIT %d", $this->wpdb->blogs, ...array( ...$values, self::MOST ) );
	}

	/**
	 * @return list<int>
	 */
	private function column( string $sql, mixed ...$values ): array {
		return array_map( intval( ... ), $this->database->column( $sql, ...$values ) );
	}
}
