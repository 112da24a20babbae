<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Calls a function just before each statement that changes the ledger's table: the moments between which PHP may be killed
 * or the database go away.
 */
final class Ledger_Writes {

	private int $count = 0;

	/**
	 * @param \Closure(int): void $before Takes the number of the statement, from 1.
	 */
	public function __construct( private readonly \Closure $before ) {
		add_filter( 'query', $this->see( ... ), PHP_INT_MAX );
	}

	public function count(): int {
		return $this->count;
	}

	private function see( string $sql ): string {
		if ( 1 === preg_match( '/^\s*(INSERT|UPDATE|REPLACE|DELETE)\b.*closte_sync_domains\b/s', $sql ) ) {
			++$this->count;
			( $this->before )( $this->count );
		}

		return $sql;
	}
}
