<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Wanted;

/**
 * The one way by which an answer gets into the ledger: written first, then announced to others.
 */
final class Recorder {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Leases $leases,
		private readonly Domain_Rules $rules,
	) {}

	/**
	 * @param Ledger_Row           $claimed As it was claimed.
	 * @param array<string, mixed> $record  As \Closte\Lifecycle returned it.
	 * @return bool False when the wish changed meanwhile: the row is due again.
	 * @throws Database_Exception When the database fails.
	 */
	public function record( Ledger_Row $claimed, array $record ): bool {
		$this->record_all( array( $claimed->id => $claimed ), array( $claimed->id => $record ), $written );

		return array() !== $written;
	}

	/**
	 * The same for many rows, in few statements. Where the database fails, those that it has written are announced still:
	 * nobody else would do it.
	 *
	 * @param array<int, Ledger_Row>           $claimed As they were claimed, by their ids.
	 * @param array<int, array<string, mixed>> $records As \Closte\Lifecycle returned them, by the same ids.
	 * @param ?array<int, true>                $written Becomes the ids of those that were written: their wish did not change
	 *                                                  meanwhile.
	 * @throws Database_Exception When the database fails.
	 */
	public function record_all( array $claimed, array $records, ?array &$written = null ): void {
		$failure = null;

		try {
			$this->leases->record_all( $claimed, $records, $written );
		} finally {
			foreach ( $records as $id => $record ) {
				Events::answered( $claimed[ $id ], $record );

				try {
					if ( isset( $written[ $id ] ) ) {
						$this->announce( $claimed[ $id ], $record );
					}
				} catch ( Database_Exception $e ) {
					$failure = $e;
				}
			}
		}

		if ( null !== $failure ) {
			throw $failure;
		}
	}

	/**
	 * @param array<string, mixed> $record
	 */
	private function announce( Ledger_Row $claimed, array $record ): void {
		if ( str_starts_with( $claimed->domain, '*.' ) ) {
			$this->rules->forget_wildcards();
		}

		if ( Wanted::Absent === $claimed->wanted && $this->is_pointless( $claimed, $record ) ) {
			$this->forget( $claimed );
			return;
		}

		if ( 'removed' === ( $record['stage'] ?? '' ) ) {
			Events::removed( $claimed );
		} else {
			Events::advanced( $claimed, $claimed->after( $record ) );
		}
	}

	/**
	 * Nothing will ever be done about a protected name that should go, nor about one that Closte can never have had.
	 *
	 * @param array<string, mixed> $record
	 */
	private function is_pointless( Ledger_Row $claimed, array $record ): bool {
		return 'protected' === ( $record['outcome'] ?? '' )
			|| 'invalid-domain' === ( $record['error_kind'] ?? '' )
			|| $this->rules->is_protected( $claimed->domain );
	}

	private function forget( Ledger_Row $claimed ): void {
		$row = $this->ledger->find_by_id( $claimed->id );

		if ( null !== $row && Wanted::Absent === $row->wanted ) {
			$this->ledger->delete( $row );
		}
	}
}
