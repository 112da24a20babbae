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

	private function __construct(
		public readonly string $domain,
		public readonly ?Refusal $refusal,
		public readonly ?Claim $claim,
		public readonly ?Ownership_Result $ownership,
	) {}

	public static function done( string $domain ): self {
		return new self( $domain, null, null, null );
	}

	public static function refused( string $domain, Refusal $refusal ): self {
		return new self( $domain, $refusal, null, null );
	}

	public static function awaits_proof( Claim $claim, Ownership_Result $ownership ): self {
		return new self( $claim->domain, null, $claim, $ownership );
	}

	public function is_done(): bool {
		return null === $this->refusal && null === $this->claim;
	}
}
