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

		foreach ( $this->portions( $domains ) as $forms ) {
			$as_written   = fn( array $forms ): string => $this->as_written( $column, $forms );
			$in_any_case  = fn( array $forms ): string => $this->in_any_case( $column, $forms );
			$ignores_case = false;
			$found       += $this->ask( $forms, $as_written, $ignores_case, $sql, $table, ...$more );
			$missing      = array_filter(
				array_diff_key( $forms, $found ),
				fn( string|int $domain ): bool => ! $ignores_case || null !== $this->names->a_label( (string) $domain ),
				ARRAY_FILTER_USE_KEY
			);

			// No index helps with these, so only the names are asked for that may be there unseen.
			if ( array() !== $missing ) {
				$found += $this->ask( $missing, $in_any_case, $ignores_case, $sql, $table, ...$more );
			}
		}

		return $found;
	}

	/**
	 * @param list<string> $domains
	 * @return iterable<non-empty-array<string, list<string>>> Those that one statement asks for, with the forms of each.
	 */
	private function portions( array $domains ): iterable {
		$portion = array();
		$count   = 0;

		foreach ( $domains as $domain ) {
			$forms = $this->names->forms( $domain );

			if ( array() !== $portion && $count + count( $forms ) > Database::ASKED_TOGETHER ) {
				yield $portion;
				$portion = array();
				$count   = 0;
			}

			$portion[ $domain ] = $forms;
			$count             += count( $forms );
		}

		if ( array() !== $portion ) {
			yield $portion;
		}
	}

	/**
	 * @param non-empty-array<string, list<string>>         $forms        By domain.
	 * @param callable(array<string, list<string>>): string $condition    Makes it from these.
	 * @param bool                                          $ignores_case Set to whether capitals make no difference here.
	 * @return array<string, int> Sites by domain.
	 */
	private function ask(
		array $forms,
		callable $condition,
		bool &$ignores_case,
		string $sql,
		string $table,
		string ...$more
	): array {
		$most   = self::MOST_ALIKE * count( $forms );
		// Many names without an order: for that MariaDB would read all sites. One may have very many of them.
		$order  = 1 === count( $forms ) ? ' ORDER BY 1' : '';
		$select = str_replace( ':named', $condition( $forms ), $sql ) . "$order LIMIT $most";
		$found  = array();
		$rows   = $this->database->is_sqlite()
			? $this->database->rows( $select, $table, ...$more )
			// Without a statement of its own, and without reading a row: how the column compares.
			: $this->database->rows(
				"( $select ) UNION ALL SELECT -1, COLLATION( MIN( domain ) ) FROM %i WHERE 1 = 0",
				$table,
				...$more,
				...array( $table )
			);

		foreach ( $rows as $row ) {
			$blog_id = (int) $row['blog_id'];

			if ( -1 === $blog_id ) {
				$ignores_case = str_ends_with( $row['domain'], self::IGNORES_CASE );
				continue;
			}

			$domain = $this->names->canonical( $row['domain'] );

			if ( isset( $forms[ $domain ] ) ) {
				$found[ $domain ] = min( $blog_id, $found[ $domain ] ?? $blog_id );
			}
		}

		// One name that very many sites share has kept others out, and its own first one perhaps.
		if ( count( $rows ) >= $most && count( $forms ) > 1 ) {
			$found = array();

			foreach ( $forms as $domain => $of_domain ) {
				$found += $this->ask( array( $domain => $of_domain ), $condition, $ignores_case, $sql, $table, ...$more );
			}
		}

		return $found;
	}

	/**
	 * The condition that an index answers.
	 *
	 * @param array<string, list<string>> $forms By domain.
	 */
	private function as_written( string $column, array $forms ): string {
		return "$column IN ( " . $this->database->literals( array_merge( ...array_values( $forms ) ) ) . ' )';
	}

	/**
	 * The same without regard to capitals. LOWER() leaves bytes as they are, and in SQLite letters beyond ASCII: of names
	 * that have such letters the others are compared.
	 *
	 * @param array<string, list<string>> $forms By domain.
	 */
	private function in_any_case( string $column, array $forms ): string {
		$lower      = $this->database->is_sqlite() ? "LOWER( $column )" : "LOWER( CONVERT( $column USING utf8mb4 ) )";
		$conditions = array( $this->as_written( $lower, $forms ) );

		foreach ( array_keys( $forms ) as $domain ) {
			if ( null !== $this->names->a_label( (string) $domain ) ) {
				$alike        = $this->database->like_ascii_of( $this->names->unicode( (string) $domain ) );
				$conditions[] = "$lower LIKE " . $this->database->literals( array( $alike ) );
			}
		}

		return '( ' . implode( ' OR ', $conditions ) . ' )';
	}
}
