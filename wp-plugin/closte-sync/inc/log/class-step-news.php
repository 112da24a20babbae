<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;

/**
 * Reads from a row before and after a step what came of it, where that is news: what came of every call that was to be
 * made, and what a check of its DNS or its certificate found that the last one did not.
 */
final class Step_News {

	/**
	 * @param Ledger_Row           $before As it was claimed.
	 * @param array<string, mixed> $record What \Closte\Lifecycle made of it.
	 * @return ?array{Outcome, string} With a message for people. Null: no call was made of which there is news.
	 */
	public static function of_call( Ledger_Row $before, array $record ): ?array {
		$outcome    = Outcome::tryFrom( (string) ( $record['outcome'] ?? '' ) );
		$has_failed = '' !== ( $record['error_kind'] ?? '' ) && Outcome::Protected !== $outcome;

		// While a certificate does not come, a domain that Closte has is added again each hour. That this failed as it had
		// failed before is not worth a line each time.
		$is_old = $has_failed && ! $before->awaits_call()
			&& array( $before->error_kind, $before->error_message ) === array( $record['error_kind'], $record['error_message'] ?? '' );

		return null === $outcome || $is_old ? null : array( $outcome, $has_failed ? $before->after( $record )->error_text() : '' );
	}

	/**
	 * @param Ledger_Row                    $before As it was claimed.
	 * @param Ledger_Row                    $after  As it is now.
	 * @param \Closure(Ledger_Row): string $wrong  What is wrong with it, for people; '' for nothing.
	 * @return ?array{Outcome, string} With a message for people. Null: nothing was checked, or nothing new was found.
	 */
	public static function of_check( Ledger_Row $before, Ledger_Row $after, \Closure $wrong ): ?array {
		$was_checked = $before->dns_checked_at !== $after->dns_checked_at
			|| $before->certificate_checked_at !== $after->certificate_checked_at;

		if ( ! $was_checked || self::findings( $before ) === self::findings( $after ) ) {
			return null;
		}

		return array( Outcome::from( $after->state->value ), trim( self::seen( $after ) . ' ' . $wrong( $after ) ) );
	}

	/**
	 * What makes two checks differ. Addresses and times do not: they may change with every look at a proxied domain.
	 *
	 * @return list<mixed>
	 */
	private static function findings( Ledger_Row $row ): array {
		$codes = array_column( $row->problems, 'code' );
		sort( $codes );

		return array( $row->stage, $row->state, $codes );
	}

	private static function seen( Ledger_Row $row ): string {
		if ( Stage::Done !== $row->stage || 0 === $row->certificate_not_after ) {
			/* translators: %s: stage of a domain, such as "Checking DNS" */
			return sprintf( __( 'Stage: %s.', 'closte-sync' ), $row->stage->label() );
		}

		return sprintf(
			/* translators: 1: name of an authority, 2: date */
			__( 'It points to this network. Its certificate, issued by %1$s, is valid until %2$s.', 'closte-sync' ),
			'' === $row->certificate_issuer ? '?' : $row->certificate_issuer,
			wp_date( (string) get_option( 'date_format' ), $row->certificate_not_after )
		);
	}
}
