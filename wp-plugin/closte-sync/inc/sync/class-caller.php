<?php
/**
 * Takes the next step of some rows within a request.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Log\Log;

/**
 * Claims rows, calls for them at the same time, and writes each answer as it comes. All of it within the request's
 * budget. What is not sent stays due.
 */
final class Caller {

	/** Seconds; longer than the budget, so that a row is free again soon after a request that was killed. */
	private const LEASE = 30;

	/** How often a wish may change during its own call before it is left to the next run. */
	private const ROUNDS = 3;

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Recorder $recorder,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
		private readonly Circuit_Breaker $circuit_breaker,
		private readonly Desired_Domains $desired,
		private readonly Confirmation $confirmation,
		private readonly Log $log,
		private readonly Budget $budget,
	) {}

	/**
	 * @param list<Ledger_Row> $rows    What to take a step with, where it is due.
	 * @param bool             $insists Whether someone asked for it, who waits also where Closte did not answer a moment ago.
	 * @return ?string Why some of it was not sent, in words; null when all was.
	 * @throws Database_Exception When the database fails.
	 */
	public function call( array $rows, bool $insists = false ): ?string {
		try {
			return $this->send( $rows, $insists );
		} finally {
			// One statement for all that the event concerns, after the last answer.
			$this->log->flush();
		}
	}

	/**
	 * Why nothing is called now, in words.
	 */
	public function hindrance( bool $insists = false ): ?string {
		$problem = $this->readiness->problem();

		return match ( true ) {
			null !== $problem                           => $problem,
			$this->budget->is_used_up()                 => __( 'This request has used up its time for calls to Closte.', 'closte-sync' ),
			! $insists && $this->circuit_breaker->is_down() => __( 'Closte did not answer a moment ago.', 'closte-sync' ),
			default                                     => null,
		};
	}

	/**
	 * @param list<Ledger_Row> $rows
	 */
	private function send( array $rows, bool $insists ): ?string {
		$reason = null;

		for ( $round = 1; array() !== $rows && $round <= self::ROUNDS; $round++ ) {
			$reason = $this->hindrance( $insists );

			if ( null !== $reason ) {
				$this->log->deferred( $rows, $reason );
				return $reason;
			}

			$claimed = $this->claim( $rows );

			try {
				$rows = array() === $claimed ? array() : $this->budget->spend( fn( float $seconds ): array => $this->advance( $claimed, $seconds ) );
			} catch ( \Closte\ClosteException $e ) {
				// A setting that the extension refuses; what the calls met is in the rows.
				$this->circuit_breaker->failed( 'config', $e->getMessage() );
				$this->log->deferred( $claimed, $e->getMessage() );
				return $e->getMessage();
			}
		}

		return array() === $rows ? null : __( 'What is wanted of it changed during the call.', 'closte-sync' );
	}

	/**
	 * @param list<Ledger_Row> $rows
	 * @return array<int, Ledger_Row> By id.
	 */
	private function claim( array $rows ): array {
		$owner   = wp_generate_uuid4();
		$claimed = array();

		foreach ( $rows as $row ) {
			$mine = $this->ledger->claim( $row->id, $owner, self::LEASE );

			if ( null !== $mine && $this->confirmation->settle( $mine ) ) {
				Steps::reached( 'claimed', $mine->domain );
				$claimed[ $mine->id ] = $mine;
			}
		}

		return $claimed;
	}

	/**
	 * @param array<int, Ledger_Row> $claimed By id.
	 * @return list<Ledger_Row> Rows whose wish changed during the call.
	 */
	private function advance( array $claimed, float $seconds ): array {
		$changed        = array();
		$answered       = array();
		$is_interrupted = true;
		$is_calling     = false;

		try {
			$lifecycle  = $this->extension->lifecycle( $this->desired->protected(), array( 'timeout' => $seconds ) );
			$is_calling = true;

			$lifecycle->advanceAll(
				array_values( array_map( static fn( Ledger_Row $row ): array => $row->to_record(), $claimed ) ),
				function ( array $record ) use ( $claimed, &$changed, &$answered ): void {
					$row                  = $claimed[ (int) $record['id'] ];
					$answered[ $row->id ] = $record;

					Steps::reached( 'answered', $row->domain );

					if ( ! $this->recorder->record( $row, $record ) ) {
						$changed[] = $row;
					}

					Steps::reached( 'recorded', $row->domain );
				},
				$seconds
			);

			$is_interrupted = false;
		} finally {
			$unanswered = array_diff_key( $claimed, $answered );

			foreach ( $unanswered as $row ) {
				$this->ledger->release( $row, $is_interrupted );
			}

			match ( true ) {
				! $is_interrupted => $this->log->deferred( $unanswered, __( 'This request has used up its time for calls to Closte.', 'closte-sync' ) ),
				$is_calling       => $this->log->broken_off( $unanswered ),
				default           => null,
			};
		}

		$this->circuit_breaker->learn( array_values( $answered ) );

		return $changed;
	}
}
