<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;

/**
 * Finds sites by name in tables that others made. Names are compared as names: a collation takes more for the same than is
 * the same name (bücher and bucher), or less (Shop.example and shop.example), and WordPress keeps capitals and a dot at the
 * end.
 */
final class Domain_Lookup {

	/** Sites whose names a collation may take for the same. */
	private const MOST_ALIKE = 50;

	/**
	 * Forms of names in one statement. From 200 on MariaDB does not look how many rows each has, but goes by what it knew of the
	 * index once (`eq_range_index_dive_limit`), and reads the whole table.
	 */
	private const ASKED_TOGETHER = 198;

	/** How the names of collations end to which capitals make no difference. */
	private const IGNORES_CASE = '_ci';

	public function __construct( private readonly Database $database, private readonly Domain_Names $names ) {}

	/**
	 * The first site that has each name, however it is written there.
	 *
	 * @param list<string> $domains
	 * @param string       $sql     Selects `blog_id` and `domain`, with `:named` for the condition at its end.
	 * @param string       $column  The column of names, as that statement calls it.
	 * @param string       $table   Which has that column; the first table of the statement.
	 * @param string       ...$more Its other tables.
	 * @return array<string, int> Sites by domain.
	 * @throws Database_Exception When the database fails.
	 */
	public function first_blogs( array $domains, string $sql, string $column, string $table, string ...$more ): array {
		$found = array();

		foreach ( $this->portions( $domains ) as $chunk ) {
			$as_written   = fn( array $names ): array => $this->as_written( $column, $names );
			$in_any_case  = fn( array $names ): array => $this->in_any_case( $column, $names );
			$ignores_case = false;
			$found       += $this->ask( $chunk, $as_written, $ignores_case, $sql, $table, ...$more );
			$missing      = array_filter(
				array_diff( $chunk, array_keys( $found ) ),
				fn( string $domain ): bool => ! $ignores_case || null !== $this->names->a_label( $domain )
			);

			// No index helps with these, so only the names are asked for that may be there unseen.
			if ( array() !== $missing ) {
				$found += $this->ask( array_values( $missing ), $in_any_case, $ignores_case, $sql, $table, ...$more );
			}
		}

		return $found;
	}

	/**
	 * @param list<string> $domains
	 * @return iterable<non-empty-list<string>> Those that one statement asks for.
	 */
	private function portions( array $domains ): iterable {
		$portion = array();
		$forms   = 0;

		foreach ( $domains as $domain ) {
			$more = count( $this->names->forms( $domain ) );

			if ( array() !== $portion && $forms + $more > self::ASKED_TOGETHER ) {
				yield $portion;
				$portion = array();
				$forms   = 0;
			}

			$portion[] = $domain;
			$forms    += $more;
		}

		if ( array() !== $portion ) {
			yield $portion;
		}
	}

	/**
	 * @param list<string>                                        $domains
	 * @param callable(list<string>): array{string, list<string>} $condition    Makes it and its values from names.
	 * @param bool                                                $ignores_case Set to whether capitals make no difference here.
	 * @return array<string, int> Sites by domain.
	 */
	private function ask(
		array $domains,
		callable $condition,
		bool &$ignores_case,
		string $sql,
		string $table,
		string ...$more
	): array {
		list( $named, $values ) = $condition( $domains );

		$most   = self::MOST_ALIKE * count( $domains );
		// Many names without an order: for that MariaDB would read all sites. One may have very many of them.
		$order  = 1 === count( $domains ) ? ' ORDER BY 1' : '';
		$select = str_replace( ':named', $named, $sql ) . "$order LIMIT $most";
		$found  = array();
		$rows   = $this->database->is_sqlite()
			? $this->database->rows( $select, $table, ...$more, ...$values )
			// Without a statement of its own, and without reading a row: how the column compares.
			: $this->database->rows(
				"( $select ) UNION ALL SELECT -1, COLLATION( MIN( domain ) ) FROM %i WHERE 1 = 0",
				$table,
				...$more,
				...$values,
				...array( $table )
			);

		foreach ( $rows as $row ) {
			$blog_id = (int) $row['blog_id'];

			if ( -1 === $blog_id ) {
				$ignores_case = str_ends_with( $row['domain'], self::IGNORES_CASE );
				continue;
			}

			$domain = $this->names->canonical( $row['domain'] );

			if ( in_array( $domain, $domains, true ) ) {
				$found[ $domain ] = min( $blog_id, $found[ $domain ] ?? $blog_id );
			}
		}

		// One name that very many sites share has kept others out, and its own first one perhaps.
		if ( count( $rows ) >= $most && count( $domains ) > 1 ) {
			$found = array();

			foreach ( $domains as $domain ) {
				$found += $this->ask( array( $domain ), $condition, $ignores_case, $sql, $table, ...$more );
			}
		}

		return $found;
	}

	/**
	 * The condition that an index answers.
	 *
	 * @param list<string> $domains
	 * @return array{string, list<string>} With its values.
	 */
	private function as_written( string $column, array $domains ): array {
		$forms = array_merge( ...array_map( $this->names->forms( ... ), $domains ) );

		return array( "$column IN ( " . Database::placeholders( $forms ) . ' )', $forms );
	}

	/**
	 * The same without regard to capitals. LOWER() leaves bytes as they are, and in SQLite letters beyond ASCII: of names
	 * that have such letters the others are compared.
	 *
	 * @param list<string> $domains
	 * @return array{string, list<string>} With its values.
	 */
	private function in_any_case( string $column, array $domains ): array {
		list( , $values ) = $this->as_written( $column, $domains );

		$lower      = $this->database->is_sqlite() ? "LOWER( $column )" : "LOWER( CONVERT( $column USING utf8mb4 ) )";
		$conditions = array( "$lower IN ( " . Database::placeholders( $values ) . ' )' );

		foreach ( $domains as $domain ) {
			if ( null !== $this->names->a_label( $domain ) ) {
				$conditions[] = "$lower LIKE %s";
				$values[]     = $this->database->like_ascii_of( $this->names->unicode( $domain ) );
			}
		}

		return array( '( ' . implode( ' OR ', $conditions ) . ' )', $values );
	}
}
