<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

/**
 * Whether a domain was proven to be theirs who want to add it.
 */
final class Ownership_Result {

	/**
	 * @param bool    $by_record Whether the TXT record proves it: that counts whoever has the domain now.
	 * @param ?string $error     Why the DNS could not be asked, as the extension says it.
	 */
	public function __construct(
		public readonly bool $is_proven,
		public readonly bool $by_record = false,
		public readonly ?string $error = null,
	) {}
}
