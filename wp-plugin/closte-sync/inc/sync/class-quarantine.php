<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Sets rows aside that cannot be read, so that they hold no other up: a newer version, another plugin or a damaged database
 * wrote what this version does not know. They are due again a day later, or begin anew when someone retries them.
 */
final class Quarantine {

	public function __construct( private readonly Leases $leases ) {}

	/**
	 * @param list<Ledger_Row> $claimed
	 * @return list<Ledger_Row> Those that can be read.
	 * @throws Database_Exception When the database fails.
	 */
	public function sift( array $claimed ): array {
		$readable = array();

		foreach ( $claimed as $row ) {
			$defect = $row->defect();

			if ( null === $defect ) {
				$readable[] = $row;
				continue;
			}

			$this->leases->set_aside( $row, $defect );
			Events::unreadable( $row, $defect );
		}

		return $readable;
	}
}
