<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Takes rows out of the work whose domains nothing wants any longer, though nobody has said that they should go: they went
 * while the plugin was inactive, or by a way that it does not hear of. Nothing is removed at Closte, where somebody may have
 * added the domain by hand.
 */
final class Retirement {

	public function __construct( private readonly Ledger $ledger ) {}

	/**
	 * Forgets what Closte never had from us; retires the rest, so that it stays ours to remove.
	 *
	 * @param Ledger_Row $row Free, or leased by this request.
	 * @throws Database_Exception When the database fails.
	 */
	public function of( Ledger_Row $row ): void {
		if ( $row->may_be_at_closte() ) {
			$this->ledger->retire( $row ) && Events::retired( $row );
		} else {
			$this->ledger->delete( $row ) && Events::forgotten( $row );
		}
	}
}
