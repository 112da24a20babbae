<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * When what the ledger has began, ends and was changed.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Ledger_Times {

	private readonly string $table;

	public function __construct( private readonly Database $database ) {
		$this->table = $database->table( Schema::TABLE );
	}

	/**
	 * When the next certificate of a domain that is wanted ends; null: none is known.
	 */
	public function next_certificate_end(): ?int {
		$end = $this->database->value( "SELECT MIN(certificate_not_after) FROM %i WHERE certificate_not_after > 0 AND wanted = 'present'", $this->table );

		return null === $end ? null : (int) $end;
	}

	/**
	 * When a row was last written; null: there is none.
	 */
	public function last_change(): ?int {
		$time = $this->database->value( 'SELECT MAX(updated_at) FROM %i', $this->table );

		return null === $time ? null : (int) $time;
	}
}
