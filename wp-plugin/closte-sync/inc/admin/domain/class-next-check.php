<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Ledger\Ledger_Row;

/**
 * Shows when a domain is checked next. The script counts down beside it, while somebody watches.
 */
final class Next_Check {

	/**
	 * @param string $hindrance What keeps all domains from being checked, as {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 */
	public function __construct( private readonly Ledger_Row $row, private readonly string $hindrance ) {}

	/**
	 * Unix time; 0: none is planned.
	 */
	public function at(): int {
		return '' === $this->hindrance ? $this->row->next_check_at : 0;
	}

	public function html(): string {
		if ( '' !== $this->hindrance && 0 !== $this->row->next_check_at ) {
			return esc_html__( 'Paused', 'closte-sync' );
		}

		return 0 === $this->at() ? esc_html__( 'None planned', 'closte-sync' ) : sprintf(
			'%1$s <span class="closte-sync-countdown" role="timer" aria-live="off" data-at="%2$d" data-template="%3$s" data-checking="%4$s"></span>',
			Local_Time::html( $this->at() ),
			$this->at(),
			/* translators: %s: a span of time, such as 4:59 */
			esc_attr__( 'in %s', 'closte-sync' ),
			esc_attr__( 'Checking now…', 'closte-sync' )
		);
	}
}
