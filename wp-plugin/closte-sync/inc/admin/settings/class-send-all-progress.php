<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

/**
 * How far the sending of all domains has come, for people too.
 */
final class Send_All_Progress {

	public readonly int $sent;

	/**
	 * @param int     $total       How many domains were missing at Closte at the start.
	 * @param int     $waiting     How many wait still.
	 * @param bool    $is_finished Whether nothing more can be sent now.
	 * @param ?string $problem     What is in the way, in words.
	 */
	public function __construct(
		public readonly int $total,
		public readonly int $waiting,
		public readonly bool $is_finished,
		public readonly ?string $problem,
	) {
		$this->sent = max( 0, $total - $waiting );
	}

	public function line(): string {
		return sprintf(
			/* translators: 1: how many are sent, 2: of how many */
			__( '%1$s of %2$s domains sent', 'closte-sync' ),
			number_format_i18n( $this->sent ),
			number_format_i18n( $this->total )
		);
	}

	public function summary(): string {
		if ( null !== $this->problem ) {
			return 0 === $this->total
				? $this->problem
				/* translators: 1: what is in the way, 2: how many domains are sent of how many */
				: sprintf( __( '%1$s %2$s; the others are recorded and are sent by themselves.', 'closte-sync' ), $this->problem, $this->line() );
		}
		if ( $this->waiting > 0 ) {
			/* translators: %s: how many domains are sent of how many */
			return sprintf( __( '%s. The others are recorded and are sent by themselves.', 'closte-sync' ), $this->line() );
		}
		if ( 0 === $this->total ) {
			return __( 'Closte has all domains of this network already.', 'closte-sync' );
		}
		return sprintf(
			/* translators: %s: number of domains */
			_n( 'Done: %s domain that was missing at Closte was sent.', 'Done: %s domains that were missing at Closte were sent.', $this->total, 'closte-sync' ),
			number_format_i18n( $this->total )
		);
	}

	public function notice_type(): string {
		return match ( true ) {
			null !== $this->problem => 'error',
			$this->waiting > 0      => 'warning',
			default                 => 'success',
		};
	}
}
