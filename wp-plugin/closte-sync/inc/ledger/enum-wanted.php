<?php
/**
 * What is wanted of a domain.
 *
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
}
