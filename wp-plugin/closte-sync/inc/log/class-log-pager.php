<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Page;

/**
 * Reads the log page by page. A cursor is the number of an entry.
 */
final class Log_Pager {

	/** Entries that one statement looks through for those that are asked for: there is no index of what they say. */
	private const MOST_ENTRIES = 900;

	public function __construct( private readonly Database $database, private readonly string $table ) {}

	/**
	 * @return Page<Entry>
	 */
	public function page( Log_Query $query, string $after, string $before ): Page {
		$is_back = '' !== $before;
		$given   = $is_back ? $before : $after;
		$cursor  = 1 === preg_match( '/^[0-9]{1,18}$/D', $given ) ? (int) $given : null;
		$size    = $query->per_page ?? PHP_INT_MAX - 1;
		$rows    = $this->rows( $query, $cursor, $query->newest_first !== $is_back, $size + 1 );
		$entries = Entry::many( array_slice( $rows, 0, $size ) );
		$groups  = array_map( static fn( Entry $entry ): array => array( $entry ), array_column( $entries, null, 'id' ) );

		return Page::of( $groups, count( $rows ) > $size, $is_back, null === $cursor );
	}

	/**
	 * @param ?int $cursor        They come after this entry in this order; null: from the beginning on.
	 * @param bool $is_descending Whether the newest come first.
	 * @return list<array<string, string>>
	 */
	private function rows( Log_Query $query, ?int $cursor, bool $is_descending, int $limit ): array {
		$query = null === $cursor ? $query : $query->with( ...array( $is_descending ? 'before_id' : 'after_id' => $cursor ) );

		if ( $query->is_found_by_index() ) {
			return $this->read( $query, $is_descending, $limit );
		}

		$ends  = $this->database->rows( 'SELECT MIN(id) AS first_id, MAX(id) AS last_id FROM %i', $this->table )[0] ?? array();
		$first = max( (int) ( $ends['first_id'] ?? 0 ), ( $query->after_id ?? 0 ) + 1 );
		$last  = min( (int) ( $ends['last_id'] ?? 0 ), ( $query->before_id ?? PHP_INT_MAX ) - 1 );
		$rows  = array();

		while ( $first <= $last && count( $rows ) < $limit ) {
			$from = $is_descending ? max( $first, $last - self::MOST_ENTRIES + 1 ) : $first;
			$to   = $is_descending ? $last : min( $last, $first + self::MOST_ENTRIES - 1 );
			$part = $query->with( after_id: $from - 1, before_id: $to + 1 );
			$rows = array( ...$rows, ...$this->read( $part, $is_descending, $limit - count( $rows ) ) );

			if ( $is_descending ) {
				$last = $from - 1;
			} else {
				$first = $to + 1;
			}
		}

		return $rows;
	}

	/**
	 * @return list<array<string, string>>
	 */
	private function read( Log_Query $query, bool $is_descending, int $limit ): array {
		list( $where, $values ) = $query->conditions( $this->database );

		$order = $is_descending ? 'DESC' : 'ASC';

		return $this->database->rows( "SELECT * FROM %i WHERE $where ORDER BY id $order LIMIT %d", $this->table, ...array( ...$values, $limit ) );
	}
}
