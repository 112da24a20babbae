<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says what is wrong with the certificate of a domain and what to do.
 */
final class Problem_Message_Certificate {

	/**
	 * @return ?string Null: this version does not know the code.
	 */
	public static function of( string $code, Problem_Values $values ): ?string {
		$domain = $values->text( 'domain' );

		return match ( $code ) {
			'certificate-absent'      =>
				/* translators: %s: domain */
				sprintf( __( 'No certificate is served for %s yet. Closte issues it automatically, usually within 10 minutes after the domain points to this network.', 'closte-sync' ), $domain ),
			'certificate-untrusted'   => self::untrusted( $values ),
			'certificate-self-signed' =>
				/* translators: %s: domain */
				sprintf( __( 'A self-signed certificate is served for %s, so browsers warn visitors. It is usually a placeholder until the real one is issued. If it stays, ask Closte’s support.', 'closte-sync' ), $domain ),
			'certificate-expired'     => 'not-yet' === $values->text( 'reason' )
				/* translators: %s: domain */
				? sprintf( __( 'The certificate of %s is not valid yet. Check the clock of this server.', 'closte-sync' ), $domain )
				/* translators: %s: domain */
				: sprintf( __( 'The certificate of %s has expired. Closte renews certificates automatically while the domain points to this network. Check its DNS; if that is correct, ask Closte’s support.', 'closte-sync' ), $domain ),
			'certificate-wrong-host'  => self::wrong_host( $values ),
			'certificate-unknown'     => trim(
				/* translators: %s: domain */
				sprintf( __( 'The certificate of %s could not be checked.', 'closte-sync' ), $domain ) . ' ' . Certificate_Text::reason( $values )
			),
			'certificate-ending'      => self::ending( $domain, $values->number( 'days' ) ),
			default                   => null,
		};
	}

	private static function untrusted( Problem_Values $values ): string {
		$issuer = $values->text( 'issuer' );
		$what   = '' === $issuer
			/* translators: %s: domain */
			? sprintf( __( 'Browsers do not trust the certificate of %s.', 'closte-sync' ), $values->text( 'domain' ) )
			/* translators: 1: domain, 2: who issued the certificate */
			: sprintf( __( 'Browsers do not trust the certificate of %1$s, which %2$s issued.', 'closte-sync' ), $values->text( 'domain' ), $issuer );

		return implode(
			' ',
			array_filter(
				array(
					$what,
					Certificate_Text::reason( $values ),
					__( 'If it is not replaced within an hour, ask Closte’s support for a new certificate for this domain.', 'closte-sync' ),
				)
			)
		);
	}

	private static function wrong_host( Problem_Values $values ): string {
		$names = $values->list( 'names' );

		return array() === $names
			/* translators: %s: domain */
			? sprintf( __( 'The certificate that is served for %s names no domain. The right one is not issued yet, or the domain points to a server that does not know it.', 'closte-sync' ), $values->text( 'domain' ) )
			: sprintf(
				/* translators: 1: domain, 2: names in the certificate */
				__( 'The certificate that is served for %1$s is for other names (%2$s). The right one is not issued yet, or the domain points to a server that does not know it.', 'closte-sync' ),
				$values->text( 'domain' ),
				Listing::of( $names, 2 )
			);
	}

	private static function ending( string $domain, int $days ): string {
		$when = $days < 1
			/* translators: %s: domain */
			? sprintf( __( 'The certificate of %s expires within a day and has not been renewed.', 'closte-sync' ), $domain )
			: sprintf(
				/* translators: 1: domain, 2: number of days */
				_n( 'The certificate of %1$s expires in %2$s day and has not been renewed.', 'The certificate of %1$s expires in %2$s days and has not been renewed.', $days, 'closte-sync' ),
				$domain,
				number_format_i18n( $days )
			);

		return $when . ' ' . __( 'Closte renews it automatically while the domain points to this network and no CAA record forbids it. If it is not renewed in a few days, ask Closte’s support.', 'closte-sync' );
	}
}
