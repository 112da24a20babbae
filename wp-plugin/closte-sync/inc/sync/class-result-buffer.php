<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Wanted;

/**
 * Buffers the results of a batch and writes several of them together. If the process is killed first, the lease of their rows
 * ends, and the next process that claims them reads Closte's list before it calls.
 */
final class Result_Buffer {

	/** The `error_reason` of a call that was cut off: Closte takes that long at least. */
	private const TOO_SLOW = 'timeout';

	/** What is to be known of a call when the batch has ended; of a refusal of the domain, its message is not. */
	private const OF_CALLS = array( 'outcome', 'error_kind', 'error_reason', 'error_message', 'retry_after' );

	/** @var array<int, Ledger_Row> Those that no answer has come to, by their ids. */
	private array $expected = array();

	/** @var array<int, Ledger_Row> Those whose answer is not written. */
	private array $answered = array();

	/** @var array<int, array<string, mixed>> Their answers. */
	private array $waiting = array();

	/** @var list<array<string, mixed>> */
	private array $calls = array();

	/** @var list<Ledger_Row> */
	private array $changed = array();

	/** When the batch began, as of hrtime(), and how many seconds later Closte's last answer came, or was given up. */
	private readonly int $begun;
	private float $slowest = 0.0;

	/**
	 * @param array<Ledger_Row>                                              $rows     As they were claimed.
	 * @param int                                                            $together How many are written together at most.
	 * @param ?callable(Ledger_Row $row, array<string, mixed> $record): void $recorded Called with each row whose answer was written.
	 */
	public function __construct(
		private readonly Recorder $recorder,
		array $rows,
		private readonly int $together = 1,
		private readonly mixed $recorded = null,
	) {
		$this->begun = hrtime( true );
		$this->expect( $rows );
	}

	/**
	 * @param array<Ledger_Row> $rows Further ones, as they were claimed.
	 * @return list<Ledger_Row> Without those that are expected already: where the clock was put forward their leases seem to have
	 *                          ended, and they were claimed again. The answer to the first claim is turned down.
	 */
	public function expect( array $rows ): array {
		$new = array();

		foreach ( $rows as $row ) {
			if ( ! isset( $this->expected[ $row->id ] ) && ! isset( $this->answered[ $row->id ] ) ) {
				$this->expected[ $row->id ] = $row;
				$new[]                      = $row;
			}
		}

		return $new;
	}

	/**
	 * @param array<string, mixed> $record As \Closte\Lifecycle returned it.
	 * @throws Database_Exception When the database fails.
	 */
	public function add( array $record ): void {
		$id = (int) $record['id'];

		$this->waiting[ $id ]  = $record;
		$this->answered[ $id ] = $this->expected[ $id ];
		unset( $this->expected[ $id ] );

		if ( '' !== ( $record['outcome'] ?? '' ) ) {
			$is_answer = in_array( $record['error_kind'] ?? '', array( '', ...Ledger_Row::REFUSALS ), true );

			if ( $is_answer || self::TOO_SLOW === ( $record['error_reason'] ?? '' ) ) {
				$this->slowest = ( hrtime( true ) - $this->begun ) / 1e9;
			}

			$this->note_call( array_intersect_key( $record, array_flip( self::OF_CALLS ) ) );
		}

		if ( count( $this->waiting ) >= $this->together ) {
			$this->write();
		}
	}

	/**
	 * Writes what waits: called each second, so that one call that hangs keeps no other's answer from being written.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function write(): void {
		if ( array() === $this->waiting ) {
			return;
		}

		$records        = $this->waiting;
		$claimed        = $this->answered;
		$this->waiting  = array();
		$this->answered = array();
		$written        = array();

		try {
			$this->recorder->record_all( $claimed, $records, $written );
		} finally {
			foreach ( null === $this->recorded ? array() : array_intersect_key( $records, $written ) as $id => $record ) {
				( $this->recorded )( $claimed[ $id ], $record );
			}
		}

		array_push( $this->changed, ...array_values( array_diff_key( $claimed, $written ) ) );
	}

	/**
	 * What the calls say of Closte, in their order. Of answers in a row that say the same, one is enough: a batch may have many
	 * thousands. Failures are counted.
	 *
	 * @return list<array<string, mixed>>
	 */
	public function calls(): array {
		return $this->calls;
	}

	/**
	 * Seconds after which Closte's last answer came, or was waited for no longer; 0: it gave none, and not for slowness.
	 */
	public function slowest(): float {
		return $this->slowest;
	}

	/**
	 * @return list<Ledger_Row> Those whose wish changed during the call.
	 */
	public function changed(): array {
		return $this->changed;
	}

	/**
	 * @return list<Ledger_Row> Those that no answer came to.
	 */
	public function missing(): array {
		return array_values( $this->expected );
	}

	/**
	 * Whether one of them is to be removed.
	 */
	public function is_removing(): bool {
		foreach ( $this->expected as $row ) {
			if ( Wanted::Absent === $row->wanted ) {
				return true;
			}
		}

		return false;
	}

	/**
	 * @param array<string, mixed> $call
	 */
	private function note_call( array $call ): void {
		$is_failure = ! in_array( $call['error_kind'] ?? '', array( '', ...Ledger_Row::REFUSALS ), true );

		if ( ! $is_failure ) {
			unset( $call['error_message'] );
		}

		if ( $is_failure || end( $this->calls ) !== $call ) {
			$this->calls[] = $call;
		}
	}
}
