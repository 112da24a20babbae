<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Reads the ledger page by page.
 *
 * A domain and its www name stand together: a cursor is the value that is sorted by and the name that both share. Sorted by
 * state, both are where the worse of the two belongs; sorted by anything else, where that is the same.
 */
final class Ledger_Pager {

	/** Rows that share a name: a domain and its www name. */
	private const PAIR = 2;

	/** Names that one statement looks at. */
	private const MOST_NAMES = 1000;

	public function __construct( private readonly Database $database, private readonly string $table ) {}

	/**
	 * @return Page<Ledger_Row>
	 */
	public function page( Ledger_Query $query ): Page {
		$is_back = '' !== $query->before;
		$cursor  = self::parse( $is_back ? $query->before : $query->after );
		$groups  = $this->groups( $query, $cursor, $is_back );
		$rows    = $this->rows( $query, $groups );
		$pages   = array();
		$count   = 0;
		$is_more = count( $groups ) > $query->per_page;

		foreach ( array_keys( $groups ) as $key ) {
			$count += count( $rows[ $key ] ?? array() );

			if ( array() !== $pages && $count > $query->per_page ) {
				$is_more = true;
				break;
			}

			$pages[ $key ] = $rows[ $key ] ?? array();
		}

		return Page::of( $pages, $is_more, $is_back, null === $cursor );
	}

	/**
	 * The cursors of the groups of a page, nearest first, and one more.
	 *
	 * @param ?array{string, string} $cursor
	 * @return array<string, array{string, string}> By the cursor as text.
	 */
	private function groups( Ledger_Query $query, ?array $cursor, bool $is_back ): array {
		$is_descending = ( 'DESC' === $query->order ) !== $is_back;
		$groups        = 'state' === $query->orderby
			? $this->groups_by_state( $query, $cursor, $is_descending )
			: $this->groups_by_column( $query, $cursor, $is_descending );

		return array_slice( $groups, 0, $query->per_page + 1, true );
	}

	/**
	 * @param ?array{string, string} $cursor
	 * @return array<string, array{string, string}>
	 */
	private function groups_by_column( Ledger_Query $query, ?array $cursor, bool $is_descending ): array {
		$groups = array();

		foreach ( $this->segments_by_column( $query, $cursor, $is_descending ) as list( $sql, $values ) ) {
			$missing = $query->per_page + 1 - count( $groups );

			if ( $missing <= 0 ) {
				break;
			}

			foreach ( $this->database->rows( "$sql LIMIT %d", ...array( ...$values, self::PAIR * $missing ) ) as $row ) {
				$groups[ $row['sorted_by'] . '/' . $row['base_name'] ] = array( $row['sorted_by'], $row['base_name'] );
			}
		}

		return $groups;
	}

	/**
	 * @param ?array{string, string} $cursor
	 * @return list<array{string, list<int|string>}> Statements without their limit, and their values.
	 */
	private function segments_by_column( Ledger_Query $query, ?array $cursor, bool $is_descending ): array {
		list( $where, $values ) = $query->conditions( $this->database );

		$beyond = $is_descending ? '<' : '>';
		$order  = $is_descending ? 'DESC' : 'ASC';
		$column = $query->orderby;

		if ( 'domain' === $column ) {
			$select = "SELECT '' AS sorted_by, base_name FROM %i WHERE $where";

			return null === $cursor
				? array( array( "$select ORDER BY base_name $order", array( $this->table, ...$values ) ) )
				: array( array( "$select AND base_name $beyond %s ORDER BY base_name $order", array( $this->table, ...$values, $cursor[1] ) ) );
		}

		$select = "SELECT $column AS sorted_by, base_name FROM %i WHERE $where";
		// A second column would keep the database from reading the primary key in its order.
		$then = 'id' === $column ? '' : ", base_name $order";

		if ( null === $cursor ) {
			return array( array( "$select ORDER BY $column $order$then", array( $this->table, ...$values ) ) );
		}

		// Two ranges of the index: of both in one condition it would read all rows that are alike.
		return array(
			array( "$select AND $column = %s AND base_name $beyond %s ORDER BY base_name $order", array( $this->table, ...$values, ...$cursor ) ),
			array( "$select AND $column $beyond %s ORDER BY $column $order$then", array( $this->table, ...$values, $cursor[0] ) ),
		);
	}

	/**
	 * One state after another. A name that is in a state that comes before, too, is listed there. It is looked for in a statement of
	 * its own: a join of the table with itself leaves too much to the planner.
	 *
	 * @param ?array{string, string} $cursor
	 * @return array<string, array{string, string}>
	 */
	private function groups_by_state( Ledger_Query $query, ?array $cursor, bool $is_descending ): array {
		$ranges = self::ranges( $query->states() );
		$ranges = $is_descending ? array_reverse( $ranges, true ) : $ranges;
		$start  = null === $cursor ? false : array_search( $cursor[0], array_keys( $ranges ), true );
		$beyond = false === $start ? null : $cursor[1];
		$groups = array();

		foreach ( array_slice( $ranges, (int) $start, null, true ) as $word => list( $is_in, $words, $before ) ) {
			$limit = self::PAIR * ( $query->per_page + 1 - count( $groups ) );

			do {
				$names  = $this->names( $query, $is_in, $words, $beyond, $is_descending, $limit );
				$beyond = end( $names );

				foreach ( array_diff( array_unique( $names ), $this->listed( $query, $names, $before ) ) as $name ) {
					$groups[ "$word/$name" ] = array( (string) $word, $name );
				}

				$is_more = count( $names ) === $limit;
				$limit   = min( self::MOST_NAMES, 4 * $limit );
			} while ( $is_more && count( $groups ) <= $query->per_page );

			if ( count( $groups ) > $query->per_page ) {
				break;
			}

			$beyond = null;
		}

		return $groups;
	}

	/**
	 * @param list<string> $words Of the condition.
	 * @return list<string> The next names of a range; those of a pair may be there twice.
	 */
	private function names( Ledger_Query $query, string $is_in, array $words, ?string $beyond, bool $is_descending, int $limit ): array {
		list( $where, $values ) = $query->conditions( $this->database );

		$order = $is_descending ? 'DESC' : 'ASC';
		$from  = null === $beyond ? '' : ' AND base_name ' . ( $is_descending ? '<' : '>' ) . ' %s';

		return $this->database->column(
			"SELECT base_name FROM %i WHERE $is_in AND $where$from ORDER BY base_name $order LIMIT %d",
			$this->table,
			...array( ...$words, ...$values, ...( null === $beyond ? array() : array( $beyond ) ), $limit )
		);
	}

	/**
	 * @param list<string> $names
	 * @param list<State>  $before
	 * @return list<string> Those of these names that are in one of these states, too.
	 */
	private function listed( Ledger_Query $query, array $names, array $before ): array {
		if ( array() === $names || array() === $before ) {
			return array();
		}

		list( $where, $values )    = $query->conditions( $this->database );
		list( $is_before, $words ) = Ledger_Query::in_states( $before );

		return $this->database->column(
			'SELECT base_name FROM %i WHERE base_name IN ( ' . Database::placeholders( $names ) . " ) AND $is_before AND $where",
			$this->table,
			...$names,
			...$words,
			...$values
		);
	}

	/**
	 * Each is one range of the index, in the order of names. Words that are no state come with {@see State::NetworkMustAct}: there
	 * are none, unless someone has written into the table.
	 *
	 * @param list<State> $states
	 * @return array<string, array{string, list<string>, list<State>}> The condition, its values, and the states that come before.
	 */
	private static function ranges( array $states ): array {
		$ranges = array();
		$before = array();

		foreach ( $states as $state ) {
			if ( State::NetworkMustAct === $state ) {
				$known        = array_column( State::cases(), 'value' );
				$ranges['no'] = array( 'state NOT IN ( ' . Database::placeholders( $known ) . ' )', $known, $before );
			}

			$ranges[ $state->value ] = array( 'state = %s', array( $state->value ), $before );
			$before[]                = $state;
		}

		return $ranges;
	}

	/**
	 * @param array<string, array{string, string}> $groups
	 * @return array<string, non-empty-list<Ledger_Row>> By group; the domain before its www name.
	 */
	private function rows( Ledger_Query $query, array $groups ): array {
		if ( array() === $groups ) {
			return array();
		}

		list( $where, $values ) = $query->conditions( $this->database );

		$names    = array_column( $groups, 1 );
		$by_name  = array_combine( $names, array_keys( $groups ) );
		$by_group = array();
		$found    = $this->database->rows(
			"SELECT * FROM %i WHERE $where AND base_name IN ( " . Database::placeholders( $names ) . ' ) ORDER BY base_name, domain <> base_name',
			$this->table,
			...$values,
			...$names
		);

		foreach ( $found as $row ) {
			$key = match ( $query->orderby ) {
				'state'  => $by_name[ $row['base_name'] ],
				'domain' => '/' . $row['base_name'],
				default  => $row[ $query->orderby ] . '/' . $row['base_name'],
			};

			$by_group[ $key ][] = Ledger_Row::from_array( $row );
		}

		return $by_group;
	}

	/**
	 * @return ?array{string, string} The value that is sorted by, and the name.
	 */
	private static function parse( string $cursor ): ?array {
		$parts = explode( '/', wp_check_invalid_utf8( $cursor ), 2 );

		return 2 === count( $parts ) ? $parts : null;
	}
}
