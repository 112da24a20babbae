<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Who works on rows, and for how long at most: when a request is killed, its rows come free when the lease ends.
 */
final class Lease {

	/** Seconds; longer than any one claim may take, so a lease that ends later was written by a clock that was wrong. */
	public const LONGEST = 600;

	public readonly int $seconds;

	/**
	 * @param string $owner   Unique to this claim, at most 40 characters.
	 * @param int    $seconds At most {@see Lease::LONGEST}.
	 */
	public function __construct( public readonly string $owner, int $seconds ) {
		$this->seconds = min( $seconds, self::LONGEST );
	}

	/**
	 * Its owner is short: a row that a claim makes longer may no longer fit where it is stored.
	 */
	public static function of_this_claim( int $seconds ): self {
		return new self( bin2hex( random_bytes( 8 ) ), $seconds );
	}

	/**
	 * The condition in SQL for rows that nobody works on.
	 */
	public static function is_free( int $now ): string {
		return sprintf( "( lease_owner = '' OR lease_until <= %d OR lease_until > %d )", $now, $now + self::LONGEST );
	}
}
