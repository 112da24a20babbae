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
	 * @param bool    $points_here Its DNS points to this network.
	 * @param string  $record_name Where the TXT record has to be; '' where it is not needed.
	 * @param ?string $error       Why the DNS could not be asked, as the extension says it.
	 */
	public function __construct(
		public readonly bool $is_proven,
		public readonly bool $points_here,
		public readonly string $record_name = '',
		public readonly ?string $error = null,
	) {}
}
