<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * What came of an {@see Adoption}.
 */
final class Adoption_Result {

	/**
	 * @param list<string> $adopted
	 * @param list<string> $ours    They were ours already.
	 * @param list<string> $missing Closte does not have them.
	 */
	public function __construct(
		public readonly array $adopted,
		public readonly array $ours,
		public readonly array $missing,
	) {}
}
