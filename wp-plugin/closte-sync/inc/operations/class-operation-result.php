<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * What came of an operation, by domain as the ledger has it.
 */
final class Operation_Result {

	/**
	 * @param list<string>           $done    For which it was done: those checked, gone from Closte, or forgotten.
	 * @param array<string, Refusal> $refused By domain.
	 * @param list<string>           $waiting For which it is recorded, and done automatically later.
	 * @param ?string                $warning What went wrong besides, in a sentence; null: nothing.
	 */
	public function __construct(
		public readonly array $done = array(),
		public readonly array $refused = array(),
		public readonly array $waiting = array(),
		public readonly ?string $warning = null,
	) {}
}
