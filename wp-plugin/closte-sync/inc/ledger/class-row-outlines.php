<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Reads many rows, as {@see Row_Outline} has them. Every method throws {@see Database_Exception} when the database fails.
 */
final class Row_Outlines {

	/** As {@see Row_Outline::is_by_hand()} has it. */
	public const BY_HAND = "wanted = 'present' AND ( by_hand = 1 OR source = 'manual' )";

	/** Rows that are read in one statement. */
	private const PORTION = 1000;

	public function __construct( private readonly Database $database, private readonly string $table ) {}

	/**
	 * @return iterable<non-empty-list<Row_Outline>> Of all rows, in portions.
	 */
	public function all(): iterable {
		return $this->portions( '1 = 1' );
	}

	/**
	 * @return iterable<non-empty-list<Row_Outline>> Of what someone asked for by hand, in portions.
	 */
	public function by_hand(): iterable {
		return $this->portions( self::BY_HAND );
	}

	/**
	 * @param list<string> $domains
	 * @return list<Row_Outline> In no order.
	 */
	public function of( array $domains ): array {
		$rows = array();

		foreach ( array_chunk( $domains, Database::ASKED_TOGETHER ) as $names ) {
			array_push( $rows, ...$this->read( 'domain IN ( ' . $this->database->literals( $names ) . ' )' ) );
		}

		return array_map( Row_Outline::from_array( ... ), $rows );
	}

	/**
	 * @return iterable<non-empty-list<Row_Outline>>
	 */
	private function portions( string $condition ): iterable {
		$last = 0;

		do {
			$rows = $this->read( "id > %d AND $condition ORDER BY id LIMIT %d", $last, self::PORTION );

			if ( array() !== $rows ) {
				$last = (int) end( $rows )['id'];
				yield array_map( Row_Outline::from_array( ... ), $rows );
			}
		} while ( count( $rows ) === self::PORTION );
	}

	/**
	 * @return list<array<string, string>>
	 */
	private function read( string $where, int ...$values ): array {
		return $this->database->rows( 'SELECT ' . Row_Outline::COLUMNS . " FROM %i WHERE $where", $this->table, ...$values );
	}
}
