<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Counts the rows of the ledger, in one statement. Where they are many, pages share what was counted within the last minute.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Row_Counter {

	public const OPTION = 'closte_sync_counts';

	/** Rows that any page may count. */
	private const FEW = 1000;

	private readonly string $table;

	public function __construct( private readonly Database $database ) {
		$this->table = $database->table( Schema::TABLE );
	}

	/**
	 * As they are now.
	 */
	public function count(): Row_Counts {
		$kinds = array_map(
			static fn( array $row ): array => array(
				'state'      => $row['state'],
				'stage'      => $row['stage'],
				'next_call'  => $row['next_call'],
				'source'     => $row['source'],
				'rows_there' => (int) $row['rows_there'],
				'oldest'     => (int) $row['oldest'],
				'newest'     => (int) $row['newest'],
			),
			$this->database->rows(
				'SELECT state, stage, next_call, source, COUNT(*) AS rows_there, MIN( state_since ) AS oldest, MAX( state_since ) AS newest
				FROM %i GROUP BY state, stage, next_call, source',
				$this->table
			)
		);

		return new Row_Counts( $kinds );
	}

	/**
	 * As they were within the last minute, where they are many.
	 */
	public function recent(): Row_Counts {
		$known = get_network_option( get_main_network_id(), self::OPTION );
		$age   = is_array( $known ) ? time() - (int) ( $known['at'] ?? 0 ) : -1;

		if ( $age >= 0 && $age < MINUTE_IN_SECONDS && is_array( $known['kinds'] ?? null ) ) {
			return new Row_Counts( $known['kinds'] );
		}

		$counts = $this->count();

		if ( $counts->total() > self::FEW ) {
			update_network_option( get_main_network_id(), self::OPTION, array( 'at' => time(), 'kinds' => $counts->kinds ) );
		} else {
			$this->forget();
		}

		return $counts;
	}

	/**
	 * Somebody has changed rows, and wants to see it.
	 */
	public function forget(): void {
		if ( false !== get_network_option( get_main_network_id(), self::OPTION ) ) {
			delete_network_option( get_main_network_id(), self::OPTION );
		}
	}
}
