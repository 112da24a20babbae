<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Page;
use ClosteSync\Ledger\Schema;
use ClosteSync\Ledger\Shared_Count;

/**
 * Writes, lists and prunes the log in the database. Every method throws {@see \ClosteSync\Ledger\Database_Exception}
 * when the database fails.
 */
final class Log_Table {

	/** How many entries are kept, unless the filter says otherwise. */
	public const ROWS = 50000;

	/** How many days an entry is kept, unless the filter says otherwise. */
	public const DAYS = 90;

	/** The option of the network that keeps how many there are. */
	private const COUNTS = 'closte_sync_log_counts';

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
	 * @return list<Entry>
	 */
	public function query( Log_Query $query ): array {
		list( $where, $values ) = $query->conditions( $this->database );

		$order = $query->newest_first ? 'DESC' : 'ASC';
		$rows  = $this->database->rows(
			"SELECT * FROM %i WHERE $where ORDER BY id $order LIMIT %d OFFSET %d",
			$this->table,
			...$values,
			...array( $query->per_page ?? PHP_INT_MAX, $query->offset )
		);

		return Entry::many( $rows );
	}

	/**
	 * @param Log_Query $query Its offset is not read.
	 * @param string    $after  Where the page before ended: {@see Page::$next}.
	 * @param string    $before Where the page after begins: {@see Page::$previous}, or {@see Page::END}.
	 * @return Page<Entry>
	 */
	public function page( Log_Query $query, string $after = '', string $before = '' ): Page {
		return ( new Log_Pager( $this->database, $this->table ) )->page( $query, $after, $before );
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
		list( $where, $values ) = $query->conditions( $this->database );

		return (int) $this->database->value( "SELECT COUNT(*) FROM %i WHERE $where", $this->table, ...$values );
	}

	/**
	 * For pages: as they were within the last minute, where they are many.
	 */
	public function recent_counts(): Log_Counts {
		$count = fn(): array => array_map(
			static fn( array $row ): array => array(
				'action'     => $row['action'],
				'outcome'    => $row['outcome'],
				'rows_there' => (int) $row['rows_there'],
			),
			$this->database->rows( 'SELECT action, outcome, COUNT(*) AS rows_there FROM %i GROUP BY action, outcome', $this->table )
		);

		return new Log_Counts( ( new Shared_Count( self::COUNTS ) )->recent( $count ) );
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
}
