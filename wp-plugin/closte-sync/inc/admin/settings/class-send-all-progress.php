<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Ledger\Tally;

/**
 * How far the sending of all domains has come, for people too.
 */
final class Send_All_Progress {

	/** How many need nothing more now: accepted, refused, or without DNS of their own. */
	public readonly int $sent;

	/** How many Closte has accepted. */
	public readonly int $accepted;

	/**
	 * @param int                   $total       How many domains were missing at Closte at the start.
	 * @param int                   $waiting     How many wait still.
	 * @param bool                  $is_finished Whether nothing more can be sent now.
	 * @param ?string               $problem     What is in the way, in words.
	 * @param array<string, string> $refused     What Closte said of those that it refused, by domain.
	 * @param int                   $waited      How many www names had no DNS of their own before the start.
	 * @param int                   $without_dns How many of those that were missing have none.
	 */
	public function __construct(
		public readonly int $total,
		public readonly int $waiting,
		public readonly bool $is_finished,
		public readonly ?string $problem,
		public readonly array $refused = array(),
		public readonly int $waited = 0,
		public readonly int $without_dns = 0,
	) {
		$this->sent     = max( 0, $total - $waiting );
		$this->accepted = max( 0, $this->sent - count( $refused ) - $without_dns );
	}

	public function line(): string {
		return sprintf(
			/* translators: 1: how many are sent, 2: of how many */
			__( '%1$s of %2$s domains sent', 'closte-sync' ),
			number_format_i18n( $this->accepted ),
			number_format_i18n( $this->total )
		);
	}

	public function summary(): string {
		if ( null !== $this->problem ) {
			return 0 === $this->total
				? $this->problem
				/* translators: 1: what is in the way, 2: how many domains are sent of how many */
				: sprintf( __( '%1$s %2$s; the others are recorded and are sent by themselves.', 'closte-sync' ), $this->problem, $this->line() )
				. ( array() === $this->refused ? '' : ' ' . $this->tally()->sentence() );
		}
		if ( array() !== $this->refused && $this->total > 0 ) {
			return sprintf(
				/* translators: 1: how many were added, removed, refused and left, with names, 2: number of domains that Closte refused */
				_n( '%1$s The Domains screen says why Closte refused it; it is tried again once a day.', '%1$s The Domains screen says why Closte refused them; they are tried again once a day.', count( $this->refused ), 'closte-sync' ),
				$this->tally()->sentence()
			);
		}
		if ( $this->waiting > 0 ) {
			/* translators: %s: how many domains are sent of how many */
			return sprintf( __( '%s. The others are recorded and are sent by themselves.', 'closte-sync' ), $this->line() ) . $this->tally()->note();
		}
		if ( 0 === $this->total ) {
			return __( 'Closte has all domains of this network already.', 'closte-sync' );
		}
		return sprintf(
			/* translators: %s: number of domains */
			_n( 'Done: %s domain that was missing at Closte was sent.', 'Done: %s domains that were missing at Closte were sent.', $this->accepted, 'closte-sync' ),
			number_format_i18n( $this->accepted )
		) . $this->tally()->note();
	}

	/**
	 * The same as counts.
	 */
	public function tally(): Tally {
		$left = max( 0, $this->total - $this->accepted - count( $this->refused ) - $this->without_dns );

		return new Tally( $this->accepted, 0, $this->refused, $left, without_dns: $this->without_dns );
	}

	public function notice_type(): string {
		return match ( true ) {
			null !== $this->problem                             => 'error',
			$this->waiting > 0, array() !== $this->refused      => 'warning',
			default                                             => 'success',
		};
	}
}
