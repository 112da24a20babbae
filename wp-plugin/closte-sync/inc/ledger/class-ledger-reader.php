<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Reads any number of the ledger's rows in an order, a chunk a statement: each begins where the one before ended.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Ledger_Reader {

	private const ROWS_A_STATEMENT = 1000;

	private readonly string $table;

	public function __construct( private readonly Database $database ) {
		$this->table = $database->table( Schema::TABLE );
	}

	/**
	 * The states as they are shown, the troubled ones first; within a state by the name without `www.`.
	 *
	 * @param Ledger_Query $query     Its order, if it has one, is that of the states; its own state is not read.
	 * @param list<State>  $states    As they are shown; empty: all.
	 * @param string       $hindrance What keeps all domains from being sent, as {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 * @return iterable<Ledger_Row>
	 */
	public function by_state( Ledger_Query $query, array $states, string $hindrance ): iterable {
		$shown = array_filter( State::cases(), static fn( State $state ): bool => array() === $states || in_array( $state, $states, true ) );

		foreach ( 'DESC' === $query->order ? array_reverse( $shown ) : $shown as $state ) {
			$stored = $state->stored_under( $hindrance );

			if ( array() !== $stored ) {
				yield from $this->rows( self::in_states( $query, $stored ), 'base_name' );
			}
		}
	}

	/**
	 * In the query's own order.
	 *
	 * @param Ledger_Query $query Its page is not read.
	 * @return iterable<Ledger_Row>
	 */
	public function all( Ledger_Query $query ): iterable {
		return $this->rows( $query, $query->orderby );
	}

	/**
	 * @return iterable<Ledger_Row>
	 */
	private function rows( Ledger_Query $query, string $column ): iterable {
		list( $where, $values ) = $query->conditions( $this->database );

		// A second column would keep the database from reading the index of a unique one in its order.
		$is_unique = in_array( $column, array( 'id', 'domain' ), true );
		$beyond    = 'DESC' === $query->order ? '<' : '>';
		$order     = "$column {$query->order}" . ( $is_unique ? '' : ", id {$query->order}" );
		$after     = $is_unique ? "$column $beyond %s" : "( $column $beyond %s OR ( $column = %s AND id $beyond %d ) )";
		$condition = $where;
		$given     = $values;

		do {
			$rows = $this->database->rows( "SELECT * FROM %i WHERE $condition ORDER BY $order LIMIT %d", $this->table, ...$given, ...array( self::ROWS_A_STATEMENT ) );

			foreach ( $rows as $row ) {
				yield Ledger_Row::from_array( $row );
			}

			$last      = $rows[ count( $rows ) - 1 ] ?? array();
			$condition = "$where AND $after";
			$given     = array() === $last ? array() : array( ...$values, $last[ $column ], ...( $is_unique ? array() : array( $last[ $column ], $last['id'] ) ) );
		} while ( count( $rows ) === self::ROWS_A_STATEMENT );
	}

	/**
	 * @param list<State> $states As they are stored.
	 */
	private static function in_states( Ledger_Query $query, array $states ): Ledger_Query {
		return new Ledger_Query( ...array_merge( get_object_vars( $query ), array( 'state' => $states ) ) );
	}
}
