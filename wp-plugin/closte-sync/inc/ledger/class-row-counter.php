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

	private readonly string $table;
	private readonly Shared_Count $shared;

	public function __construct( private readonly Database $database ) {
		$this->table  = $database->table( Schema::TABLE );
		$this->shared = new Shared_Count( self::OPTION );
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
		return new Row_Counts( $this->shared->recent( fn(): array => $this->count()->kinds ) );
	}

	/**
	 * Somebody has changed rows, and wants to see it.
	 */
	public function forget(): void {
		$this->shared->forget();
	}
}
