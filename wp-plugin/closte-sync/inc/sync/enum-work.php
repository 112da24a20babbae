<?php
/**
 * Which due rows to take.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Rows by what their next step is.
 */
enum Work: string {

	case All    = 'all';
	/** A call to Closte: rows that are pending or being removed. */
	case Calls  = 'calls';
	/** A look at DNS or at a certificate: all others. */
	case Checks = 'checks';
}
