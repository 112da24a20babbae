<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;

/**
 * Reads from a row before and after a step what a check of its DNS or its certificate found, where that is news: another
 * stage, another state or other problems. A check that finds what the last one found is not worth a line.
 */
final class Check_Result {

	private function __construct(
		public readonly Outcome $outcome,
		public readonly string $message,
	) {}

	/**
	 * @param Ledger_Row $before As it was claimed.
	 * @param Ledger_Row $after  As it is now.
	 * @param string     $wrong  What is wrong with it now, for people; '' for nothing.
	 * @return ?self Null: nothing was checked, or nothing new was found.
	 */
	public static function of( Ledger_Row $before, Ledger_Row $after, string $wrong ): ?self {
		return ! self::was_checked( $before, $after ) || self::findings( $before ) === self::findings( $after )
			? null
			: new self( Outcome::of_state( $after->state ), trim( self::seen( $after ) . ' ' . $wrong ) );
	}

	private static function was_checked( Ledger_Row $before, Ledger_Row $after ): bool {
		return $before->dns_checked_at !== $after->dns_checked_at || $before->certificate_checked_at !== $after->certificate_checked_at;
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
