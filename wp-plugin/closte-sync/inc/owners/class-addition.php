<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Operations\Refusal;

/**
 * What came of adding a domain: it was added, refused, or waits for the proof that it is theirs.
 */
final class Addition {

	/**
	 * @param ?string $error Why the proof could not be looked up.
	 */
	private function __construct(
		public readonly string $domain,
		public readonly ?Refusal $refusal = null,
		public readonly ?Claim $claim = null,
		public readonly ?string $error = null,
	) {}

	public static function done( string $domain ): self {
		return new self( $domain );
	}

	public static function refused( string $domain, Refusal $refusal ): self {
		return new self( $domain, $refusal );
	}

	public static function awaits_proof( Claim $claim, ?string $error = null ): self {
		return new self( $claim->domain, null, $claim, $error );
	}

	public function is_done(): bool {
		return null === $this->refusal && null === $this->claim;
	}
}
