<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;

/**
 * Decides which stage a domain record of Ultimate Multisite gets. It serves a domain in its active stages only: what we find
 * never takes one of these away, for a site that is live would answer with the sign-up page.
 */
final class Record_Stage {

	/** Where its class does not say so. */
	private const INACTIVE = array( 'checking-dns', 'checking-ssl-cert', 'failed', 'ssl-failed' );

	/**
	 * @param object $record       A `WP_Ultimo\Models\Domain`.
	 * @param bool   $is_done_anew Whether the row was not done before.
	 * @return ?string Null: it stays as it is.
	 */
	public static function next( object $record, Ledger_Row $row, bool $is_done_anew ): ?string {
		$is_inactive = self::is_inactive( $record, $record->get_stage() );

		if ( Stage::Done === $row->stage ) {
			$is_so = Stage::Done->value === $record->get_stage() && $record->is_secure();

			return ! $is_so && ( $is_inactive || $is_done_anew ) ? Stage::Done->value : null;
		}

		$stage = match ( true ) {
			Stage::Pending === $row->stage => Stage::CheckingDns->value,
			// Its `failed` says “DNS failed”. What Closte refused has no stage there.
			$row->awaits_call()            => null,
			default                        => $row->stage->value,
		};

		// A version that does not know the stage would take it for an active one.
		$may_be = null !== $stage && $is_inactive && self::is_inactive( $record, $stage );

		return $may_be && $stage !== $record->get_stage() ? $stage : null;
	}

	/**
	 * Whether it does not serve a domain in this stage.
	 */
	public static function is_inactive( object $record, string $stage ): bool {
		$constant = get_class( $record ) . '::INACTIVE_STAGES';
		$inactive = defined( $constant ) ? (array) constant( $constant ) : self::INACTIVE;

		return in_array( $stage, $inactive, true );
	}

	/**
	 * Whether a record in this stage asks for a look at its domain.
	 */
	public static function asks_for_a_look( string $stage ): bool {
		return in_array( $stage, array( Stage::CheckingDns->value, Stage::CheckingCertificate->value ), true );
	}
}
