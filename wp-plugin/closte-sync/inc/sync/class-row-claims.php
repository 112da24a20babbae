<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Lease;
use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Work;

/**
 * Claims due rows for a run, as there is room for them: until none is due, or the time is up, or there is a reason to stop.
 * They are confirmed when they are claimed.
 */
final class Row_Claims {

	/** Rows of one claim. A process that is killed leaves those that it has at hand, 512 at most, under its leases. */
	private const MOST = 500;

	/**
	 * Removals at hand. They are confirmed when they are claimed, so that none may wait for long: a site may take its domain
	 * meanwhile. Twice as many as may be under way.
	 */
	private const MOST_REMOVALS = 16;

	/** Seconds that a lease outlasts the time. */
	private const LEASE_MARGIN = 60;

	/** When the time is up, as of hrtime(). */
	private readonly int $end;

	private bool $has_ended = false;
	private bool $is_none_due = false;

	/**
	 * @param float            $seconds For all of them.
	 * @param \Closure(): bool $stops   Whether to claim no more.
	 * @param \Closure(): bool $removes Whether removals are at hand.
	 */
	public function __construct(
		private readonly Leases $leases,
		private readonly Quarantine $quarantine,
		private readonly Confirmation $confirmation,
		private readonly Run_Summary $summary,
		private readonly Work $work,
		float $seconds,
		private readonly \Closure $stops,
		private readonly \Closure $removes,
	) {
		$this->end = hrtime( true ) + (int) ( $seconds * 1e9 );
	}

	/**
	 * @param int $room For how many there is room.
	 * @return list<Ledger_Row> None: there will be none.
	 * @throws Database_Exception When the database fails.
	 */
	public function next( int $room = self::MOST ): array {
		while ( ! $this->has_ended ) {
			$left = $this->seconds_left();

			if ( $left <= 0 || ( $this->stops )() ) {
				$this->has_ended = true;
				break;
			}

			$lease = Lease::of_this_claim( (int) ceil( $left ) + self::LEASE_MARGIN );
			$rows  = $this->leases->claim_due(
				$lease->owner,
				min( $room, self::MOST ),
				$lease->seconds,
				$this->work,
				// All at once: a claim for each that is done would cost several statements for each domain.
				( $this->removes )() ? 0 : self::MOST_REMOVALS
			);

			$this->is_none_due = array() === $rows;
			$this->has_ended   = $this->is_none_due;

			$readable = $this->quarantine->sift( $rows );
			$this->summary->set_aside( $rows, $readable );
			$settled = $this->confirmation->settle( $readable );

			if ( array() !== $settled ) {
				return $settled;
			}
		}

		return array();
	}

	/**
	 * Whether they ended because no row was due any more.
	 */
	public function is_none_due(): bool {
		return $this->is_none_due;
	}

	/**
	 * Of the time for all of them.
	 */
	public function seconds_left(): float {
		return ( $this->end - hrtime( true ) ) / 1e9;
	}
}
