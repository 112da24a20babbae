<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * The stages of a domain's way, named as Ultimate Multisite names them. A removed domain has no row.
 */
enum Stage: string {

	case Pending             = 'pending';
	case CheckingDns         = 'checking-dns';
	case CheckingCertificate = 'checking-ssl-cert';
	case Done                = 'done';
	case Failed              = 'failed';
	case CertificateFailed   = 'ssl-failed';
	case Removing            = 'removing';
	/** Nothing wants it any longer: neither called nor looked at. */
	case Retired             = 'retired';

	public function label(): string {
		return match ( $this ) {
			self::Pending             => __( 'Waiting for Closte', 'closte-sync' ),
			self::CheckingDns         => __( 'Checking DNS', 'closte-sync' ),
			self::CheckingCertificate => __( 'Checking certificate', 'closte-sync' ),
			self::Done                => __( 'Done', 'closte-sync' ),
			self::Failed              => __( 'Failed', 'closte-sync' ),
			self::CertificateFailed   => __( 'No certificate', 'closte-sync' ),
			self::Removing            => __( 'Being removed', 'closte-sync' ),
			self::Retired             => __( 'Unused', 'closte-sync' ),
		};
	}
}
