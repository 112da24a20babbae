<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says what the CAA records of a domain keep from happening.
 */
final class Problem_Message_Caa {

	/**
	 * @return ?string Null: this version does not know the code.
	 */
	public static function of( string $code, Problem_Values $values ): ?string {
		return match ( $code ) {
			'caa-forbids'    => self::forbids( $values ),
			'caa-unanswered' => self::unanswered( $values ),
			'caa-bound'      => trim( self::bound( $values ) . ' ' . self::if_none_comes( $values ) ),
			default          => null,
		};
	}

	private static function forbids( Problem_Values $values ): string {
		if ( '' !== $values->text( 'property' ) ) {
			return sprintf(
				/* translators: 1: where the record is, 2: property of the record, 3: domain */
				__( 'The CAA record at %1$s has the critical property "%2$s", so no certificate can be issued for %3$s. Delete that record at the DNS provider.', 'closte-sync' ),
				$values->text( 'at' ),
				$values->text( 'property' ),
				$values->text( 'domain' )
			);
		}

		$what = array() === $values->list( 'allowed' )
			? sprintf(
				/* translators: 1: where the record is, 2: domain, 3: certificate authority, such as "letsencrypt.org" */
				__( 'The CAA record at %1$s does not allow anyone to issue a certificate for %2$s. It must allow %3$s.', 'closte-sync' ),
				$values->text( 'at' ),
				$values->text( 'domain' ),
				$values->text( 'issuer' )
			)
			: sprintf(
				/* translators: 1: where the record is, 2: those who are allowed, 3: domain, 4: who must be allowed */
				__( 'The CAA record at %1$s allows only %2$s to issue a certificate for %3$s. It must allow %4$s too.', 'closte-sync' ),
				$values->text( 'at' ),
				$values->listed( 'allowed' ),
				$values->text( 'domain' ),
				$values->text( 'issuer' )
			);

		return trim( $what . ' ' . self::addition( $values ) );
	}

	private static function unanswered( Problem_Values $values ): string {
		if ( 'waits' === $values->severity ) {
			return sprintf(
				/* translators: 1: where CAA records cannot be looked up, 2: domain */
				__( 'The CAA records of %1$s could not be looked up in time. While that lasts, no certificate can be issued for %2$s. If it continues, ask the DNS provider of %1$s whether its name servers answer CAA queries.', 'closte-sync' ),
				$values->text( 'at' ),
				$values->text( 'domain' )
			);
		}

		return sprintf(
			/* translators: 1: where CAA records cannot be looked up, 2: why, such as "SERVFAIL" or "no answer in time", 3: domain */
			__( 'The name servers of %1$s do not answer CAA queries (%2$s), so no certificate can be issued for %3$s. Ask the DNS provider of %1$s to answer CAA queries, also where there is no CAA record. If the zone uses DNSSEC, have it signed again.', 'closte-sync' ),
			$values->text( 'at' ),
			No_Answer_Text::of( $values->text( 'reason' ) ),
			$values->text( 'domain' )
		);
	}

	private static function bound( Problem_Values $values ): string {
		$text = match ( true ) {
			array() === $values->list( 'methods' )  =>
				/* translators: 1: where the record is, 2: certificate authority, 3: domain, 4: accounts at the certificate authority */
				__( 'The CAA record at %1$s allows %2$s to issue a certificate for %3$s only for the account %4$s.', 'closte-sync' ),
			array() === $values->list( 'accounts' ) =>
				/* translators: 1: where the record is, 2: certificate authority, 3: domain, 5: methods, such as "dns-01" */
				__( 'The CAA record at %1$s allows %2$s to issue a certificate for %3$s only by the method %5$s.', 'closte-sync' ),
			default                                 =>
				/* translators: 1: where the record is, 2: certificate authority, 3: domain, 4: accounts, 5: methods, such as "dns-01" */
				__( 'The CAA record at %1$s allows %2$s to issue a certificate for %3$s only for the account %4$s and by the method %5$s.', 'closte-sync' ),
		};

		return sprintf(
			$text,
			$values->text( 'at' ),
			$values->text( 'issuer' ),
			$values->text( 'domain' ),
			$values->listed( 'accounts' ),
			$values->listed( 'methods' )
		);
	}

	private static function if_none_comes( Problem_Values $values ): string {
		return __( 'Whether that suits Closte cannot be checked from here.', 'closte-sync' )
			. ( array() === $values->records ? '' : ' ' . sprintf(
				/* translators: %s: DNS record */
				__( 'If no certificate is issued, add this record at the DNS provider: %s', 'closte-sync' ),
				Listing::of( Problem_Records::listed( $values->records, 'set' ) )
			) );
	}

	/**
	 * A CAA record stands beside the others of its type.
	 */
	private static function addition( Problem_Values $values ): string {
		$records = Problem_Records::listed( $values->records, 'set' );

		/* translators: %s: DNS record */
		return array() === $records ? '' : sprintf( __( 'At the DNS provider, add this record: %s', 'closte-sync' ), Listing::of( $records ) );
	}
}
