<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

use ClosteSync\Text\Plain_Text;

/**
 * Runs prepared statements. A statement that fails throws, and prints nothing into the page whatever WP_DEBUG says.
 */
final class Database {

	/** MariaDB and MySQL: a deadlock, and a lock that was waited for too long. */
	private const PASSING = '/deadlock found|lock wait timeout|database is locked/i';

	private const TRIES = 4;

	/** Characters of the database's own message that are passed on. */
	private const LONGEST_MESSAGE = 300;

	/** Bytes of a text that is searched for: more than anything has that is searched, and fewer than SQLite takes. */
	private const LONGEST_TERM = 4000;

	/**
	 * Values of one `IN ( … )`. From 200 on MariaDB does not look how many rows each has, but goes by what it knew of the index
	 * once (`eq_range_index_dive_limit`), and may read the whole table. That is so where a value may have
	 * several rows, as the domains of sites and mappings. IDs, and the domains of the ledger, have one at most, as a unique index
	 * says: it counts one for each. Only of 1000 and more it makes a subquery; a claim has 500.
	 */
	public const ASKED_TOGETHER = 198;

	/** What most names and words are made of, and nothing has to be escaped of. */
	private const PLAIN = '/^[a-z0-9._-]*$/D';

	public function __construct( private readonly \wpdb $wpdb ) {}

	/**
	 * @param mixed ...$values For the placeholders, as wpdb::prepare() takes them.
	 * @return int Rows affected.
	 * @throws Database_Exception When the statement failed.
	 */
	public function run( string $sql, mixed ...$values ): int {
		return $this->quietly( fn(): int|false => $this->to_count( $this->wpdb->query( $this->prepare( $sql, $values ) ) ) );
	}

	/**
	 * @param mixed ...$values For the placeholders.
	 * @return list<array<string, string>>
	 * @throws Database_Exception When the statement failed.
	 */
	public function rows( string $sql, mixed ...$values ): array {
		return $this->quietly(
			function () use ( $sql, $values ): array|false {
				$rows = $this->wpdb->get_results( $this->prepare( $sql, $values ), ARRAY_A );

				return '' !== $this->wpdb->last_error || ! is_array( $rows ) ? false : $rows;
			}
		);
	}

	/**
	 * @param mixed ...$values For the placeholders.
	 * @return ?string The first column of the first row.
	 * @throws Database_Exception When the statement failed.
	 */
	public function value( string $sql, mixed ...$values ): ?string {
		$row = $this->rows( $sql, ...$values )[0] ?? array();

		return array() === $row ? null : reset( $row );
	}

	/**
	 * @param mixed ...$values For the placeholders.
	 * @return list<string> The first column.
	 * @throws Database_Exception When the statement failed.
	 */
	public function column( string $sql, mixed ...$values ): array {
		return array_map( static fn( array $row ): string => (string) reset( $row ), $this->rows( $sql, ...$values ) );
	}

	/**
	 * The condition for rows of which something else must be true as well. They are looked for by their IDs alone: by another
	 * index each statement would lock them in an order of its own, and two would wait for each other.
	 *
	 * @param non-empty-array<int> $ids
	 * @param string               $condition In SQL.
	 */
	public static function by_ids( array $ids, string $condition ): string {
		sort( $ids );

		return sprintf( 'id IN ( %s ) AND CASE WHEN %s THEN 1 ELSE 0 END = 1', implode( ', ', $ids ), $condition );
	}

	/**
	 * Whether a table has a row for which one of these conditions holds. Each is asked by itself, so that each has an index: of
	 * all in one the database would read the whole table.
	 *
	 * @throws Database_Exception When the statement failed.
	 */
	public function has_any( string $table, string ...$conditions ): bool {
		$selects = array();

		foreach ( array_values( $conditions ) as $n => $condition ) {
			$selects[] = "SELECT * FROM ( SELECT 1 AS one FROM %i WHERE $condition LIMIT 1 ) AS part$n";
		}

		return null !== $this->value( implode( ' UNION ALL ', $selects ), ...array_fill( 0, count( $selects ), $table ) );
	}

	/**
	 * By its very name: SHOW TABLES looks through all the tables of a network, which may be a hundred thousand.
	 *
	 * @throws Database_Exception When the database fails: who takes that for "no" forgets what is in the table.
	 */
	public function has_table( string $table ): bool {
		return null !== ( $this->is_sqlite()
			? $this->value( 'SHOW TABLES LIKE %s', $this->wpdb->esc_like( $table ) )
			: $this->value( 'SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s', $table ) );
	}

	/**
	 * Whether this is WordPress's drop-in for SQLite.
	 */
	public function is_sqlite(): bool {
		return defined( 'DB_ENGINE' ) && 'sqlite' === constant( 'DB_ENGINE' );
	}

	public function like( string $text ): string {
		return '%' . $this->wpdb->esc_like( Plain_Text::cut( $text, self::LONGEST_TERM ) ) . '%';
	}

	public function ending( string $text ): string {
		return '%' . $this->wpdb->esc_like( $text );
	}

	/**
	 * The pattern for a name of which only the ASCII letters are compared: others have several forms, and so has the dot.
	 */
	public function like_ascii_of( string $name ): string {
		return (string) preg_replace( array( '/[^\x00-\x7F]+/u', '/\./' ), array( '%', '_' ), $this->wpdb->esc_like( $name ) ) . '%';
	}

	/**
	 * A `%s` for each of these, as `IN ( … )` takes them.
	 *
	 * @param array<mixed> $values
	 */
	public static function placeholders( array $values ): string {
		return implode( ', ', array_fill( 0, count( $values ), '%s' ) );
	}

	/**
	 * Values in SQL, each in quotes. For where there are hundreds: wpdb::prepare() takes each placeholder by itself, which is more
	 * work than most of these statements are.
	 *
	 * @param array<int|string|\BackedEnum> $values
	 */
	public function literals( array $values ): string {
		$literals = array();

		foreach ( $values as $value ) {
			$text       = (string) ( $value instanceof \BackedEnum ? $value->value : $value );
			$text       = 1 === preg_match( self::PLAIN, $text ) ? $text : $this->wpdb->_escape( $text );
			$literals[] = "'$text'";
		}

		return implode( ', ', $literals );
	}

	/**
	 * Rows in SQL, as `VALUES` takes them.
	 *
	 * @param non-empty-array<array<int|string|\BackedEnum>> $rows
	 */
	public function rows_of_literals( array $rows ): string {
		return '( ' . implode( ' ), ( ', array_map( $this->literals( ... ), $rows ) ) . ' )';
	}

	/**
	 * A table of the whole network.
	 */
	public function table( string $name ): string {
		return $this->wpdb->base_prefix . $name;
	}

	/**
	 * @param array<mixed> $values
	 */
	private function prepare( string $sql, array $values ): string {
		return array() === $values ? $sql : (string) $this->wpdb->prepare( $sql, ...$values ); // phpcs:ignore WordPress.DB.PreparedSQL.NotPrepared
	}

	private function to_count( int|bool $result ): int|false {
		return '' !== $this->wpdb->last_error ? false : ( is_bool( $result ) ? ( $result ? 0 : false ) : $result );
	}

	/**
	 * @template T
	 * @param callable(): (T|false) $statement
	 * @throws Database_Exception When the statement failed, also when repeated after a deadlock.
	 */
	private function quietly( callable $statement ): mixed {
		$suppressed = $this->wpdb->suppress_errors( true );

		try {
			for ( $try = 1; ; $try++ ) {
				$this->wpdb->last_error = '';
				$result                 = $statement();

				if ( false !== $result ) {
					return $result;
				}

				$error = '' === $this->wpdb->last_error ? __( 'The database does not answer.', 'closte-sync' ) : $this->wpdb->last_error;

				$is_busy = 1 === preg_match( self::PASSING, $error );

				if ( $try >= self::TRIES || ! $is_busy ) {
					throw new Database_Exception( self::in_short( $error ), $is_busy ); // phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped -- escaped where it is shown.
				}
			}
		} finally {
			$this->wpdb->suppress_errors( $suppressed );
		}
	}

	/**
	 * The drop-in for SQLite tells the whole story of a query that failed, with a trace.
	 */
	private static function in_short( string $error ): string {
		$text = trim( str_replace( '&nbsp;', '', wp_strip_all_tags( $error ) ) );
		$line = 1 === preg_match( '/^SQLSTATE\[\w+\][^\n]*/m', $text, $match ) ? $match[0] : (string) strtok( $text, "\n" );

		return Plain_Text::shorten( trim( $line ), self::LONGEST_MESSAGE );
	}
}
