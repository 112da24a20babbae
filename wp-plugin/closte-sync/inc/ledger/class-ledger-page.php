<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * One page of a list of the ledger's rows, and where its neighbours are.
 */
final class Ledger_Page {

	/**
	 * @param list<Ledger_Row> $rows
	 * @param string           $previous {@see Ledger_Query::$before} of the page before; '': there is none.
	 * @param string           $next     {@see Ledger_Query::$after} of the page after; '': there is none.
	 */
	public function __construct(
		public readonly array $rows,
		public readonly string $previous,
		public readonly string $next,
	) {}
}
