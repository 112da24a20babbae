<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Schema;

/**
 * Creates the ledger's table again where it is missing, as in a copy of the network without the tables of plugins, and
 * plans a reconcile that finds what belongs in it.
 */
final class Table_Repair {

	/**
	 * @param \Closure(): Scheduler $scheduler Made when the table is there again: it reads the ledger.
	 */
	public function __construct(
		private readonly Database $database,
		private readonly Schema $schema,
		private readonly \Closure $scheduler,
	) {}

	/**
	 * @return bool Whether the table was missing.
	 * @throws Database_Exception When the database fails.
	 */
	public function repair(): bool {
		if ( $this->database->has_table( $this->schema->table() ) ) {
			return false;
		}

		$this->schema->upgrade( repair: true );
		( $this->scheduler )()->reconcile_at( time() );

		return true;
	}
}
