<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Schema;
use ClosteSync\Text\Plain_Text;

/**
 * Writes, lists and prunes the log in the database. Every method throws {@see \ClosteSync\Ledger\Database_Exception}
 * when the database fails.
 */
final class Log_Table {

	/** How many entries are kept, unless the filter says otherwise. */
	public const ROWS = 50000;

	/** How many days an entry is kept, unless the filter says otherwise. */
	public const DAYS = 90;

	/** Each is a property of an entry too. */
	private const WRITTEN = 'logged_at, domain, blog_id, action, outcome, reason, source, actor, user_id, message';

	/** Entries that are read together where many are. */
	private const READ_A_STATEMENT = 1000;

	/** A deletion holds no lock for long. */
	private const DELETED_A_STATEMENT = 1000;

	private readonly Database $database;
	private readonly string $table;

	public function __construct( \wpdb $wpdb ) {
		$this->database = new Database( $wpdb );
		$this->table    = $this->database->table( Schema::LOG_TABLE );
	}

	/**
	 * @param non-empty-list<Entry> $entries They go into one statement.
	 */
	public function insert( array $entries ): void {
		$columns = explode( ', ', self::WRITTEN );
		$values  = static fn( Entry $entry ): array => array_map( static fn( string $column ): mixed => $entry->{$column}, $columns );
		$rows    = $this->database->rows_of_literals( array_map( $values, $entries ) );

		$this->database->run( 'INSERT INTO %i ( ' . self::WRITTEN . " ) VALUES $rows", $this->table );
	}

	/**
	 * Reads their users too: whoever shows an entry names its user.
	 *
	 * @return list<Entry>
	 */
	public function query( Log_Query $query ): array {
		list( $where, $values ) = $this->conditions( $query );

		$order = $query->newest_first ? 'DESC' : 'ASC';
		$rows  = $this->database->rows(
			"SELECT * FROM %i WHERE $where ORDER BY id $order LIMIT %d OFFSET %d",
			$this->table,
			...$values,
			...array( $query->per_page ?? PHP_INT_MAX, $query->offset )
		);
		cache_users( array_unique( array_filter( array_map( 'intval', array_column( $rows, 'user_id' ) ) ) ) );

		return array_map( Entry::from_database( ... ), $rows );
	}

	/**
	 * Reads any number of entries, a chunk a statement: each begins where the one before ended.
	 *
	 * @param Log_Query $query Its offset is not read.
	 * @return iterable<Entry>
	 */
	public function each( Log_Query $query ): iterable {
		$left  = $query->per_page ?? PHP_INT_MAX;
		$bound = $query->newest_first ? 'before_id' : 'after_id';

		do {
			$size    = min( $left, self::READ_A_STATEMENT );
			$entries = $this->query( $query->with( per_page: $size, offset: 0 ) );
			$query   = $query->with( ...array( $bound => end( $entries )->id ?? null ) );
			$left   -= $size;

			yield from $entries;
		} while ( count( $entries ) === $size && $left > 0 );
	}

	/**
	 * The newest entries that a query asks for, the oldest of them first.
	 *
	 * @return iterable<Entry>
	 */
	public function each_oldest_first( Log_Query $query ): iterable {
		$first = null === $query->per_page ? array() : $this->query( $query->with( per_page: 1, offset: $query->per_page - 1 ) );

		return $this->each( $query->with( after_id: ( $first[0]->id ?? 1 ) - 1, newest_first: false, per_page: null ) );
	}

	public function count( Log_Query $query = new Log_Query() ): int {
		list( $where, $values ) = $this->conditions( $query );

		return (int) $this->database->value( "SELECT COUNT(*) FROM %i WHERE $where", $this->table, ...$values );
	}

	/**
	 * @return array<string, array<string, int>> How many entries there are since then, by action and outcome.
	 */
	public function counts_since( int $time ): array {
		$counts = array();

		foreach ( $this->database->rows( 'SELECT action, outcome, COUNT(*) AS entries FROM %i WHERE logged_at >= %d GROUP BY action, outcome', $this->table, $time ) as $row ) {
			$counts[ $row['action'] ][ $row['outcome'] ] = (int) $row['entries'];
		}

		return $counts;
	}

	public function last_id(): int {
		return (int) $this->database->value( 'SELECT MAX(id) FROM %i', $this->table );
	}

	/**
	 * Deletes what is too old, and the oldest of what is too much.
	 *
	 * @return int How many entries.
	 */
	public function prune(): int {
		return $this->delete_where( 'logged_at < %d', time() - self::days() * DAY_IN_SECONDS ) + $this->delete_where( 'id <= %d', $this->last_too_many( self::rows() ) );
	}

	/**
	 * How many entries are kept.
	 */
	public static function rows(): int {
		/**
		 * Filters how many entries the log keeps.
		 *
		 * @param int $rows Entries, at least 100.
		 */
		return max( 100, (int) apply_filters( 'closte_sync_log_rows', self::ROWS ) );
	}

	/**
	 * How long an entry is kept.
	 */
	public static function days(): int {
		/**
		 * Filters how many days the log keeps an entry.
		 *
		 * @param int $days Days, at least 1.
		 */
		return max( 1, (int) apply_filters( 'closte_sync_log_days', self::DAYS ) );
	}

	/**
	 * The newest entry that is one too many; 0: none is. Most of the time two ends of an index tell.
	 */
	private function last_too_many( int $rows ): int {
		$ends = $this->database->rows( 'SELECT MIN(id) AS first_id, MAX(id) AS last_id FROM %i', $this->table )[0] ?? array();

		if ( (int) ( $ends['last_id'] ?? 0 ) - (int) ( $ends['first_id'] ?? 0 ) < $rows ) {
			return 0;
		}

		return (int) $this->database->value( 'SELECT id FROM %i ORDER BY id DESC LIMIT 1 OFFSET %d', $this->table, $rows );
	}

	private function delete_where( string $condition, int $value ): int {
		$deleted = 0;

		do {
			$ids = $this->database->column( "SELECT id FROM %i WHERE $condition LIMIT %d", $this->table, $value, self::DELETED_A_STATEMENT );

			if ( array() !== $ids ) {
				$deleted += $this->database->run(
					'DELETE FROM %i WHERE id IN ( ' . implode( ', ', array_map( 'intval', $ids ) ) . ' )',
					$this->table
				);
			}
		} while ( self::DELETED_A_STATEMENT === count( $ids ) );

		return $deleted;
	}

	/**
	 * @return array{string, list<int|string>}
	 */
	private function conditions( Log_Query $query ): array {
		$conditions = array( '1 = 1' );
		$values     = array();
		$exact      = array(
			'domain = %s'    => '' === $query->domain ? null : $query->domain,
			'actor = %s'     => $query->actor?->value,
			'user_id = %d'   => $query->user_id,
			'blog_id = %d'   => $query->blog_id,
			'logged_at >= %d' => $query->since,
			'logged_at < %d' => $query->until,
			'id > %d'        => $query->after_id,
			'id < %d'        => $query->before_id,
		);

		foreach ( $exact as $condition => $value ) {
			if ( null !== $value ) {
				$conditions[] = $condition;
				$values[]     = $value;
			}
		}

		foreach ( array( 'action' => $query->actions, 'outcome' => $query->outcomes, 'reason' => $query->reasons ) as $column => $words ) {
			if ( array() !== $words ) {
				$conditions[] = "$column IN ( " . Database::placeholders( $words ) . ' )';
				array_push( $values, ...array_map( static fn( \BackedEnum $word ): string => $word->value, $words ) );
			}
		}

		if ( '' !== $query->search ) {
			$conditions[] = '( domain LIKE %s OR LOWER( message ) LIKE %s )';
			$like = $this->database->like( Plain_Text::lower( $query->search ) );
			array_push( $values, $like, $like );
		}

		return array( implode( ' AND ', $conditions ), $values );
	}
}
