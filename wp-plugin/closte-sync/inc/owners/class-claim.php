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

	/** Below the domain, where the TXT record has to be. */
	private const LABEL = '_closte-sync';

	/**
	 * @param string $domain       In the form that is compared.
	 * @param string $token        What the TXT record has to say.
	 * @param int    $made         When it was entered, as Unix time.
	 * @param bool   $needs_record Whether the TXT record alone proves it: that the domain points here proves control only where it
	 *                             began after the domain was entered.
	 */
	public function __construct(
		public readonly string $domain,
		public readonly string $token,
		public readonly int $made,
		public readonly bool $needs_record,
	) {}

	/**
	 * @param mixed $stored As {@see Claim::to_array()} gives it, or anything.
	 */
	public static function from( mixed $stored ): ?self {
		$domain = is_array( $stored ) ? $stored['domain'] ?? null : null;
		$token  = is_array( $stored ) ? $stored['token'] ?? null : null;
		$made   = is_array( $stored ) ? $stored['made'] ?? null : null;

		return is_string( $domain ) && is_string( $token ) && is_int( $made )
			? new self( $domain, $token, $made, false !== ( $stored['needs_record'] ?? null ) )
			: null;
	}

	/**
	 * The same, where only the TXT record counts.
	 */
	public function by_record_only(): self {
		return new self( $this->domain, $this->token, $this->made, true );
	}

	public function record_name(): string {
		return self::LABEL . '.' . $this->domain;
	}

	/**
	 * @return array{domain: string, token: string, made: int, needs_record: bool}
	 */
	public function to_array(): array {
		return array(
			'domain'       => $this->domain,
			'token'        => $this->token,
			'made'         => $this->made,
			'needs_record' => $this->needs_record,
		);
	}
}
