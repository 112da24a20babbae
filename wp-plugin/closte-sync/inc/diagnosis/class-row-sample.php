<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Ledger\Ledger_Row;

/**
 * Counts the rows that a check finds, and keeps the first ones: those that are named.
 */
final class Row_Sample {

	public int $count = 0;

	/** @var list<Ledger_Row> */
	public array $first = array();

	/**
	 * @var array<string, int> How many there are of each status, by its name for people.
	 */
	public array $statuses = array();

	/**
	 * @param int $most How many are kept.
	 */
	public function __construct( private readonly int $most ) {}

	public function add( Ledger_Row $row ): void {
		++$this->count;
		$status                    = Labels::stage( $row );
		$this->statuses[ $status ] = 1 + ( $this->statuses[ $status ] ?? 0 );

		if ( count( $this->first ) < $this->most ) {
			$this->first[] = $row;
		}
	}
}
