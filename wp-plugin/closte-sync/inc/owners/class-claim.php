<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

/**
 * A domain that the admin of a site wants to add, and has not proven to be theirs yet.
 */
final class Claim {

	/**
	 * @param string $domain In the form that is compared.
	 * @param string $token  What the TXT record has to say.
	 * @param int    $made   When it was entered, as Unix time.
	 */
	public function __construct(
		public readonly string $domain,
		public readonly string $token,
		public readonly int $made,
	) {}
}
