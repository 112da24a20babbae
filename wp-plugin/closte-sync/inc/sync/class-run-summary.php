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

	/** Rows that are due still. */
	public int $left = 0;

	/** Unix seconds; null: there is no row. */
	public ?int $next_due = null;

	/** Why nothing was called, in words; null: nothing was in the way. */
	public ?string $problem = null;

	/** How long it took. */
	public float $seconds = 0.0;

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
