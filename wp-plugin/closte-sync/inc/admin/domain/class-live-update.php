<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Container;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Keeps the page of one domain up to date: while it is open it drives what is due, so that intervals below a minute are kept
 * where WP-Cron is too slow for them.
 */
final class Live_Update {

	/** Seconds that one request may work. */
	private const BUDGET = 5.0;

	/** Seconds between two requests: while a check is due, and while none is. */
	private const SHORTEST_WAIT = 3;
	private const LONGEST_WAIT  = 30;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Works on what is due, then says where the domain stands.
	 *
	 * @return array{now: int, wait: int, said: string, checked_at: int, parts: array<string, string>, gone: string}
	 */
	public function answer( Domain_Request $request ): array {
		$this->services->audit_context()->unattended( fn() => $this->services->worker()->run( self::BUDGET ) );

		$row = $this->services->ledger()->find_by_id( $request->id );

		return array(
			'now'        => time(),
			'wait'       => null === $row ? self::LONGEST_WAIT : $this->wait( $row ),
			'said'       => null === $row ? __( 'This domain is no longer on the list.', 'closte-sync' ) : $this->said( $row ),
			'checked_at' => null === $row ? 0 : self::checked_at( $row ),
			'parts'      => null === $row ? array() : ( new Domain_Page( $this->services ) )->parts( $row, $request ),
			'gone'       => null === $row ? ( new Removed_Domain_Page( $this->services ) )->html( $request ) : '',
		);
	}

	/**
	 * Seconds until it is worth while to ask again.
	 */
	public function wait( Ledger_Row $row ): int {
		$at = ( new Next_Check( $row, $this->services->readiness()->hindrance() ) )->at();

		return 0 === $at ? self::LONGEST_WAIT : max( self::SHORTEST_WAIT, min( self::LONGEST_WAIT, $at - time() ) );
	}

	/**
	 * When its DNS or its certificate was last checked; 0: never.
	 */
	public static function checked_at( Ledger_Row $row ): int {
		return max( $row->dns_checked_at, $row->certificate_checked_at );
	}

	/**
	 * Where it stands, for who hears it.
	 */
	public function said( Ledger_Row $row ): string {
		$hindrance = $this->services->readiness()->hindrance();

		return trim(
			sprintf(
				/* translators: 1: domain, 2: its state, such as "Working", 3: what is wrong, or nothing */
				__( '%1$s: %2$s. %3$s', 'closte-sync' ),
				$this->services->domain_names()->unicode( $row->domain ),
				$row->state( $hindrance )->label(),
				Advice::of( $row, $hindrance )->wrong
			)
		);
	}
}
