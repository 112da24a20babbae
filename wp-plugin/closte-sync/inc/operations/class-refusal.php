<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * Why an operation is not done for a domain, and what to do instead.
 */
final class Refusal {

	/** A site or a mapping has the domain. */
	public const IN_USE = 'in-use';

	/** It comes with a domain that a site or a mapping has. */
	public const COMES_WITH = 'comes-with';

	/** A network's own domain, or one of the Closte application's. */
	public const PROTECTED = 'protected';

	/** Somebody else changed its row, or works on it. */
	public const CHANGED = 'changed';

	/**
	 * @param string $code    For programs: one of the words above.
	 * @param string $message What is in the way, in a sentence.
	 * @param string $advice  What to do instead, in a sentence; '': nothing can be done.
	 */
	public function __construct(
		public readonly string $code,
		public readonly string $message,
		public readonly string $advice,
	) {}

	/**
	 * Both sentences in one.
	 */
	public function sentence(): string {
		return trim( $this->message . ' ' . $this->advice );
	}
}
