<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Ledger\Outcome_Counts;

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
	 * @param bool                  $is_finished Whether the last batch is done.
	 * @param ?string               $problem     What is in the way, in words.
	 * @param array<string, string> $refused     What Closte said of those that it refused, by domain.
	 * @param int                   $without_dns How many of those that were missing have none.
	 */
	public function __construct(
		public readonly int $total,
		public readonly int $waiting,
		public readonly bool $is_finished,
		public readonly ?string $problem,
		public readonly array $refused = array(),
		public readonly int $without_dns = 0,
	) {
		$this->sent     = max( 0, $total - $waiting );
		$this->accepted = max( 0, $this->sent - count( $refused ) - $without_dns );
	}

	/**
	 * How many are left, to be sent by whatever goes on with it.
	 */
	public function left(): int {
		return max( 0, $this->total - $this->accepted - count( $this->refused ) - $this->without_dns );
	}

	public function line(): string {
		return sprintf(
			/* translators: numbers of domains; 2: of all, 1, 3 and 4: of those that were accepted, refused, and are left */
			__( '%1$s of %2$s domains accepted, %3$s refused, %4$s not sent yet.', 'closte-sync' ),
			number_format_i18n( $this->accepted ),
			number_format_i18n( $this->total ),
			number_format_i18n( count( $this->refused ) ),
			number_format_i18n( $this->left() )
		);
	}

	public function summary(): string {
		$queued = __( 'The others are queued and sent automatically.', 'closte-sync' );

		return match ( true ) {
			null !== $this->problem && 0 === $this->total => $this->problem,
			null !== $this->problem                       => $this->problem . ' ' . $this->line() . ' ' . $queued,
			0 === $this->total                            => __( 'Closte already has all domains of this network.', 'closte-sync' ),
			array() !== $this->refused                    => $this->tally()->sentence() . ' '
				. _n( 'The refused domain is sent again once a day.', 'The refused domains are sent again once a day.', count( $this->refused ), 'closte-sync' ),
			$this->waiting > 0                            => $this->line() . ' ' . $queued . $this->tally()->note(),
			default                                       => sprintf(
				/* translators: %s: number of domains */
				_n( 'Done: %s domain added to Closte.', 'Done: %s domains added to Closte.', $this->accepted, 'closte-sync' ),
				number_format_i18n( $this->accepted )
			) . $this->tally()->note(),
		};
	}

	/**
	 * The same as counts.
	 */
	public function tally(): Outcome_Counts {
		return new Outcome_Counts( $this->accepted, 0, $this->refused, $this->left(), without_dns: $this->without_dns );
	}

	/**
	 * For scripts.
	 *
	 * @return array{
	 *     finished: bool, total: int, sent: int, accepted: int, refused: int, left: int, without_dns: int, problem: ?string, text: string
	 * }
	 */
	public function to_array(): array {
		return array(
			'finished'    => $this->is_finished,
			'total'       => $this->total,
			'sent'        => $this->sent,
			'accepted'    => $this->accepted,
			'refused'     => count( $this->refused ),
			'left'        => $this->left(),
			'without_dns' => $this->without_dns,
			'problem'     => $this->problem,
			'text'        => $this->is_finished ? $this->summary() : $this->line(),
		);
	}

	public function notice_type(): string {
		return match ( true ) {
			null !== $this->problem                             => 'error',
			$this->waiting > 0, array() !== $this->refused      => 'warning',
			default                                             => 'success',
		};
	}
}
