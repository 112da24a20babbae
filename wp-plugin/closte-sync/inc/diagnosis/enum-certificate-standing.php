<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;

/**
 * How it stands with the certificate of a wanted domain. Whoever counts domains by their certificates counts by this.
 */
enum Certificate_Standing {

	/** It is served. */
	case Good;
	/** It is served, and has not been renewed in time. */
	case Ending;
	/** It has ended. */
	case Ended;
	/** None is served that browsers trust, or it does not point here. */
	case Lacking;

	/**
	 * @param int $now Unix time.
	 */
	public static function of( Ledger_Row $row, int $now ): self {
		$has_end = $row->certificate_not_after > 0;

		return match ( true ) {
			'expired' === $row->certificate_state || ( $has_end && $row->certificate_not_after <= $now ) => self::Ended,
			Stage::Done !== $row->stage || null !== $row->unreadable_column()                            => self::Lacking,
			$has_end && self::is_ending( $row->certificate_not_after, $now )                             => self::Ending,
			default                                                                                      => self::Good,
		};
	}

	public function is_served(): bool {
		return self::Good === $this || self::Ending === $this;
	}

	/**
	 * Whether a certificate should have been renewed by now.
	 *
	 * @param int $not_after Unix time.
	 */
	public static function is_ending( int $not_after, int $now ): bool {
		$days = self::days_left( $not_after, $now );

		return null !== $days && $days < \Closte\Lifecycle::CERTIFICATE_WARNING_DAYS;
	}

	/**
	 * Whole days until a certificate ends, negative when it has; null: there is no extension that counts them.
	 *
	 * @param int $not_after Unix time.
	 */
	public static function days_left( int $not_after, int $now ): ?int {
		return Extension::is_loaded() ? \Closte\Lifecycle::daysLeft( $not_after, $now ) : null;
	}
}
