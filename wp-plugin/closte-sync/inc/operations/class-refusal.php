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

	/** Nobody can check the name: the extension cannot be used. */
	public const EXTENSION = 'extension';

	/** It is no name that Closte could take. */
	public const INVALID = 'invalid';

	/** It is the domain of a network. */
	public const NETWORK = 'network';

	/** The network serves it already. */
	public const SERVED = 'served';

	/** Another site has it. */
	public const TAKEN = 'taken';

	/** The site has it already. */
	public const ALREADY = 'already';

	/** The site is missing. */
	public const NO_SITE = 'no-site';

	/** Nothing would serve it. */
	public const NOT_SERVED = 'not-served';

	/** WordPress, the mapping plugin or Closte refused it. */
	public const FAILED = 'failed';

	/** The site has as many domains as it may have. */
	public const LIMIT = 'limit';

	/** Somebody else changed its row, or works on it. */
	public const CHANGED = 'changed';

	/**
	 * @param string $code    For programs: one of the words above.
	 * @param string $message What is in the way, in a sentence.
	 * @param string $advice  What to do instead, in a sentence; '': nothing can be done.
	 * @param int    $blog_id The site where it can be done; 0: none.
	 */
	public function __construct(
		public readonly string $code,
		public readonly string $message,
		public readonly string $advice,
		public readonly int $blog_id = 0,
	) {}

	/**
	 * Both sentences in one.
	 */
	public function sentence(): string {
		return trim( $this->message . ' ' . $this->advice );
	}
}
