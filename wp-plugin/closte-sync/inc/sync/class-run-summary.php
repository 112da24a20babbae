<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;

/**
 * Counts what a run of the {@see Worker} does, and says how it ended.
 */
final class Run_Summary {

	/** Rows with which a step was taken. */
	public int $advanced = 0;

	/** Domains that Closte accepted. */
	public int $added = 0;

	/** Domains that are gone. */
	public int $removed = 0;

	/** Domains that got to `done`. */
	public int $done = 0;

	/** Rows whose call or check did not succeed. */
	public int $errors = 0;

	/**
	 * Domains whose rows could not be read: they were left alone.
	 *
	 * @var list<string>
	 */
	public array $set_aside = array();

	/** Rows that are due still. */
	public int $left = 0;

	/** Unix seconds; null: there is no row. */
	public ?int $next_due = null;

	/** Why nothing was called, in words; null: nothing was in the way. */
	public ?string $problem = null;

	/** How long it took. */
	public float $seconds = 0.0;

	/**
	 * @param list<Ledger_Row> $claimed
	 * @param list<Ledger_Row> $readable Those of them that can be read.
	 */
	public function set_aside( array $claimed, array $readable ): void {
		if ( count( $claimed ) > count( $readable ) ) {
			$others = array_diff( array_column( $claimed, 'domain' ), array_column( $readable, 'domain' ) );
			array_push( $this->set_aside, ...array_values( $others ) );
		}
	}

	/**
	 * @param array<string, mixed> $record What became of the row.
	 */
	public function count( Ledger_Row $row, array $record ): void {
		++$this->advanced;

		$this->added   += (int) in_array( $record['outcome'] ?? '', array( 'added', 'already-there' ), true );
		$this->removed += (int) ( 'removed' === $record['stage'] );
		$this->done    += (int) ( Stage::Done->value === $record['stage'] && Stage::Done !== $row->stage );
		$this->errors  += (int) ( '' !== ( $record['error_kind'] ?? '' ) );
	}
}
