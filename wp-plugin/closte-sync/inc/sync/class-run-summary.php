<?php
/**
 * What a run did.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * The result of {@see Runner::run()}.
 */
final class Run_Summary {

	/**
	 * @param int     $advanced  Rows with which a step was taken.
	 * @param int     $added     Domains that Closte accepted.
	 * @param int     $removed   Domains that are gone.
	 * @param int     $done      Domains that got to `done`.
	 * @param int     $errors    Rows whose call or check did not succeed.
	 * @param int     $left      Rows that are due still.
	 * @param ?int    $next_due  Unix seconds; null: there is no row.
	 * @param ?string $problem   Why nothing was called, in words; null: nothing was in the way.
	 * @param float   $seconds   How long it took.
	 */
	public function __construct(
		public readonly int $advanced = 0,
		public readonly int $added = 0,
		public readonly int $removed = 0,
		public readonly int $done = 0,
		public readonly int $errors = 0,
		public readonly int $left = 0,
		public readonly ?int $next_due = null,
		public readonly ?string $problem = null,
		public readonly float $seconds = 0.0,
	) {}
}
