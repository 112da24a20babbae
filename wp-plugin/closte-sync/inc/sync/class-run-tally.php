<?php
/**
 * Counts what a run does.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;

/**
 * Makes a {@see Run_Summary} as a run goes on.
 */
final class Run_Tally {

	private int $advanced = 0;
	private int $added    = 0;
	private int $removed  = 0;
	private int $done     = 0;
	private int $errors   = 0;

	/** @var ?\Closure(Ledger_Row, array<string, mixed>): void */
	private readonly ?\Closure $progress;

	/**
	 * @param ?callable(Ledger_Row, array<string, mixed>): void $progress
	 */
	public function __construct( ?callable $progress ) {
		$this->progress = null === $progress ? null : $progress( ... );
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

		if ( null !== $this->progress ) {
			( $this->progress )( $row, $record );
		}
	}

	public function summary( int $left, ?int $next_due, ?string $problem, float $seconds ): Run_Summary {
		return new Run_Summary( $this->advanced, $this->added, $this->removed, $this->done, $this->errors, $left, $next_due, $problem, $seconds );
	}
}
