<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * How many domains need somebody, as a value.
 */
final class Attention_Counts {

	/**
	 * @param int $network Domains for which a network admin must act.
	 * @param int $owner   Domains whose owner must act.
	 * @param int $newest  When the newest of them came into its state, as Unix seconds; 0: there is none.
	 */
	public function __construct(
		public readonly int $network,
		public readonly int $owner,
		public readonly int $newest,
	) {}

	public function total(): int {
		return $this->network + $this->owner;
	}
}
