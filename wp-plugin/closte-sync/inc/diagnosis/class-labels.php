<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;

/**
 * Puts machine words into words for people. All plain text.
 */
final class Labels {

	/**
	 * What DNS said: a \Closte\DnsState value.
	 *
	 * @param string $state The value, or ''.
	 */
	public static function dns_state( string $state ): string {
		return match ( $state ) {
			'here'      => __( 'Points here', 'closte-sync' ),
			'elsewhere' => __( 'Points elsewhere', 'closte-sync' ),
			'partial'   => __( 'Partly here', 'closte-sync' ),
			'missing'   => __( 'No address', 'closte-sync' ),
			'unknown'   => __( 'No answer', 'closte-sync' ),
			default     => $state,
		};
	}

	/**
	 * What a certificate is: a \Closte\CertificateState value.
	 *
	 * @param string $state The value, or ''.
	 */
	public static function certificate_state( string $state ): string {
		return match ( $state ) {
			'valid'       => __( 'Valid', 'closte-sync' ),
			'absent'      => __( 'None', 'closte-sync' ),
			'untrusted'   => __( 'Not trusted', 'closte-sync' ),
			'self-signed' => __( 'Self-signed', 'closte-sync' ),
			'expired'     => __( 'Expired', 'closte-sync' ),
			'wrong-host'  => __( 'For other names', 'closte-sync' ),
			'unknown'     => __( 'No answer', 'closte-sync' ),
			default       => $state,
		};
	}

	/**
	 * When a certificate expires.
	 *
	 * @param int $days Whole days that are left, negative when it has expired.
	 */
	public static function certificate_end( int $days ): string {
		return match ( true ) {
			$days < 0   => __( 'has expired', 'closte-sync' ),
			0 === $days => __( 'expires within a day', 'closte-sync' ),
			/* translators: %s: number of days */
			default     => sprintf( _n( 'expires in %s day', 'expires in %s days', $days, 'closte-sync' ), number_format_i18n( $days ) ),
		};
	}

	/**
	 * Where a row stands.
	 */
	public static function stage( Ledger_Row $row ): string {
		return match ( true ) {
			null !== $row->unreadable_column() => __( 'Cannot be read', 'closte-sync' ),
			$row->waits_for_dns()              => __( 'No DNS record', 'closte-sync' ),
			default                            => $row->stage->label(),
		};
	}

	/**
	 * How a row is: `done`, `working`, `warning` or `bad`.
	 */
	public static function status( Ledger_Row $row ): string {
		if ( null !== $row->unreadable_column() ) {
			return 'bad';
		}

		return match ( $row->stage ) {
			Stage::Done                             => array() === $row->problems ? 'done' : 'warning',
			Stage::Failed, Stage::CertificateFailed => 'bad',
			Stage::Retired                          => 'warning',
			default                                 => $row->has_error() || array() !== $row->problems ? 'warning' : 'working',
		};
	}
}
