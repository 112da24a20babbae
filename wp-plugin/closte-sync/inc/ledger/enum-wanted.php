<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Whether a domain should be at Closte.
 */
enum Wanted: string {

	case Present = 'present';
	case Absent  = 'absent';

	/**
	 * Where a row begins that says so.
	 */
	public function first_stage(): Stage {
		return self::Present === $this ? Stage::Pending : Stage::Removing;
	}

	/**
	 * The call that brings it about.
	 */
	public function call(): string {
		return self::Present === $this ? 'add' : 'remove';
	}
}
