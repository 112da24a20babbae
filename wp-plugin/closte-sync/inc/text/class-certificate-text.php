<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says why there is no certificate that browsers trust.
 */
final class Certificate_Text {

	/**
	 * Why a certificate is not valid, of one that was checked just now.
	 */
	public static function of_report( \Closte\CertificateReport $report ): string {
		$values = new Problem_Values(
			array(
				'reason' => $report->reason ?? '',
				'place'  => $report->place ?? '',
				'detail' => $report->detail ?? '',
			),
			array(),
			''
		);
		$reason = self::reason( $values );

		return '' === $reason ? (string) $report->error : $reason;
	}

	/**
	 * Why there is no certificate that browsers trust, or none that could be read.
	 *
	 * @return string '' where that is not known, or was said already.
	 */
	public static function reason( Problem_Values $values ): string {
		$place  = $values->text( 'place' );
		$detail = $values->text( 'detail' );

		return match ( $values->text( 'reason' ) ) {
			'no-time'           => __( 'There was no time left. It is checked again automatically.', 'closte-sync' ),
			'name-too-long'     => __( 'The name is too long to be looked up.', 'closte-sync' ),
			/* translators: %s: why, such as "SERVFAIL" or "no answer in time" */
			'lookup-failed'     => sprintf( __( 'The DNS lookup of its address failed (%s).', 'closte-sync' ), No_Answer_Text::of( $detail ) ),
			'no-address'        => __( 'The domain has no address.', 'closte-sync' ),
			/* translators: %s: addresses */
			'not-public'        => sprintf( __( 'The domain points to %s. Only public addresses and the addresses of this network are checked.', 'closte-sync' ), $detail ),
			/* translators: %s: address and port */
			'refused'           => sprintf( __( 'Nothing answers at %s.', 'closte-sync' ), $place ),
			/* translators: %s: address and port */
			'not-served'        => sprintf( __( 'The server at %s has no certificate for the domain yet.', 'closte-sync' ), $place ),
			/* translators: %s: address and port */
			'timeout'           => sprintf( __( 'The server at %s did not answer in time.', 'closte-sync' ), $place ),
			/* translators: 1: address and port, 2: technical reason in English */
			'unreachable'       => sprintf( __( 'This server cannot connect to %1$s (%2$s).', 'closte-sync' ), $place, $detail ),
			'roots'             => __( 'The certificates of trusted authorities cannot be read on this server. Install the package ca-certificates, or correct closte.ca_file.', 'closte-sync' ),
			'key-unproven'      => __( 'The server does not prove that the certificate is its own.', 'closte-sync' ),
			'unknown-issuer'    => __( 'Its issuer is not trusted by this system, or the server does not send the intermediate certificates.', 'closte-sync' ),
			'chain-expired'     => __( 'A certificate in its chain has expired.', 'closte-sync' ),
			'chain-broken'      => __( 'The signatures of its chain are not valid.', 'closte-sync' ),
			'chain-unreadable'  => __( 'A certificate in its chain cannot be read.', 'closte-sync' ),
			'weak-signature'    => __( 'A signature in its chain is of a kind that browsers no longer accept, such as SHA-1.', 'closte-sync' ),
			'unknown-extension' => __( 'It has a critical extension that is not known.', 'closte-sync' ),
			'wrong-purpose'     => __( 'It is not meant for servers.', 'closte-sync' ),
			'odd-form'          => __( 'Browsers do not accept its form or its key.', 'closte-sync' ),
			'unreadable'        => __( 'It cannot be read: its form is broken.', 'closte-sync' ),
			/* translators: %s: technical reason in English */
			'chain-untrusted'   => sprintf( __( 'Its chain is not trusted (%s).', 'closte-sync' ), $detail ),
			'no-certificate'    => __( 'The server shows no certificate.', 'closte-sync' ),
			'self-signed'       => __( 'It is self-signed.', 'closte-sync' ),
			'expired'           => __( 'It has expired.', 'closte-sync' ),
			'not-yet'           => __( 'It is not valid yet. Check the clock of this server.', 'closte-sync' ),
			'other-names'       => __( 'It is for other names.', 'closte-sync' ),
			'no-names'          => __( 'It names no domain.', 'closte-sync' ),
			default             => '',
		};
	}
}
