<?php
/**
 * What is wrong with a domain and what to do next.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Ledger_Row;
use ClosteSync\Stage;

/**
 * What is wrong with a domain and what to do next, for screens, WP-CLI and Site Health alike.
 */
final class Advice {

	private const ISSUE_SECONDS = 10 * MINUTE_IN_SECONDS;

	/**
	 * Use of().
	 *
	 * @param string $wrong What is wrong, in plain text; empty when nothing is.
	 * @param string $next  What to do next, or what happens by itself; empty for a finished domain.
	 */
	private function __construct(
		public readonly string $wrong,
		public readonly string $next,
	) {}

	/**
	 * The advice for a ledger row.
	 *
	 * @param Ledger_Row   $row     The domain.
	 * @param list<string> $targets What counts as here, to name it.
	 * @param int          $now     Unix time.
	 */
	public static function of( Ledger_Row $row, array $targets, int $now ): self {
		return match ( $row->stage ) {
			Stage::Pending     => self::of_call( $row, __( 'It is about to be sent to Closte.', 'closte-sync' ) ),
			Stage::Removing    => self::of_call( $row, __( 'It is about to be removed from Closte.', 'closte-sync' ) ),
			Stage::CheckingDns => self::of_dns( $row, $targets ),
			Stage::CheckingSsl => self::of_certificate( $row, $now ),
			Stage::Failed      => self::of_failed( $row, $targets ),
			Stage::SslFailed   => new self(
				self::certificate_trouble( $row ),
				__( 'See that nothing named here keeps Closte from issuing a certificate, then check again. It is looked at once a day by itself. If it stays, ask Closte’s support.', 'closte-sync' )
			),
			Stage::Done        => self::of_done( $row ),
		};
	}

	/**
	 * Both sentences in one, for places with one line.
	 */
	public function sentence(): string {
		return trim( $this->wrong . ' ' . $this->next );
	}

	/**
	 * A row that waits for an answer of Closte.
	 *
	 * @param Ledger_Row $row   The domain.
	 * @param string     $calm  What to say when nothing failed so far.
	 */
	private static function of_call( Ledger_Row $row, string $calm ): self {
		$next = match ( $row->error_kind ) {
			''          => $calm,
			'auth'      => __( 'It is sent by itself once the key is accepted.', 'closte-sync' ),
			'config'    => __( 'It is sent by itself afterwards.', 'closte-sync' ),
			'protocol'  => __( 'It is tried again by itself. If this stays, ask Closte’s support and show them this message.', 'closte-sync' ),
			'transient' => __( 'Nothing to do: it is tried again by itself.', 'closte-sync' ),
			default     => __( 'It is tried again by itself.', 'closte-sync' ),
		};
		return new self( $row->error_message, $next );
	}

	/**
	 * A row whose DNS does not point here yet.
	 *
	 * @param Ledger_Row   $row     The domain.
	 * @param list<string> $targets What counts as here.
	 */
	private static function of_dns( Ledger_Row $row, array $targets ): self {
		if ( 0 === $row->dns_checked_at ) {
			return new self( '', __( 'Closte has accepted it. Where it points is looked up next.', 'closte-sync' ) );
		}
		$wrong = self::problem( $row );
		return new self(
			'' === $wrong ? __( 'It does not point here yet.', 'closte-sync' ) : $wrong,
			self::dns_step( $row, $targets )
		);
	}

	/**
	 * What its owner does about its DNS.
	 *
	 * @param Ledger_Row   $row     The domain.
	 * @param list<string> $targets What counts as here.
	 */
	private static function dns_step( Ledger_Row $row, array $targets ): string {
		$here = array() === $targets ? __( 'the address of this network', 'closte-sync' ) : implode( ', ', $targets );
		return match ( $row->problems[0]['code'] ?? '' ) {
			'caa-forbids'         => __( 'Allow the certificate issuer in the domain’s CAA records, or remove them. It is checked again by itself.', 'closte-sync' ),
			'stale-aaaa'          => sprintf(
				/* translators: %s: addresses or host names */
				__( 'Remove the AAAA record, or let it point at %s. It is checked again by itself.', 'closte-sync' ),
				$here
			),
			'mixed-addresses'     => sprintf(
				/* translators: %s: addresses or host names */
				__( 'Remove every address record that does not point at %s. It is checked again by itself.', 'closte-sync' ),
				$here
			),
			'partial-propagation' => __( 'Wait: the change is still spreading. It is checked again by itself.', 'closte-sync' ),
			'no-answer'           => __( 'Wait: no name server answered. It is checked again by itself.', 'closte-sync' ),
			'dnssec-bogus'        => __( 'Let whoever hosts its DNS repair the DNSSEC signatures, or remove the DS record at the registrar.', 'closte-sync' ),
			'lame-delegation'     => __( 'Correct its name servers at the registrar: those that are named there do not answer for it.', 'closte-sync' ),
			'proxied'             => __( 'Switch the proxy in front of it off until the certificate is issued, or let it pass requests on to this network.', 'closte-sync' ),
			default               => sprintf(
				/* translators: 1: domain, 2: addresses or host names */
				__( 'At its DNS provider, let %1$s point at %2$s. It is checked again by itself.', 'closte-sync' ),
				$row->domain,
				$here
			),
		};
	}

	/**
	 * A row that waits for its certificate.
	 *
	 * @param Ledger_Row $row The domain.
	 * @param int        $now Unix time.
	 */
	private static function of_certificate( Ledger_Row $row, int $now ): self {
		$young = $now - $row->stage_since < self::ISSUE_SECONDS;
		return new self(
			$young ? '' : self::certificate_trouble( $row ),
			__( 'Closte issues the certificate by itself, usually within 10 minutes.', 'closte-sync' )
		);
	}

	/**
	 * A row that has failed: Closte said no, or its DNS was wrong for too long.
	 *
	 * @param Ledger_Row   $row     The domain.
	 * @param list<string> $targets What counts as here.
	 */
	private static function of_failed( Ledger_Row $row, array $targets ): self {
		return match ( $row->error_kind ) {
			'rejected'       => new self(
				$row->error_message,
				__( 'Retry once that is solved; it is tried again once a day by itself.', 'closte-sync' )
			),
			'invalid-domain' => new self(
				$row->error_message,
				__( 'Correct the domain of the site or mapping: this one cannot have a certificate.', 'closte-sync' )
			),
			default          => new self(
				trim( self::problem( $row ) . ' ' . $row->error_message ),
				self::dns_step( $row, $targets )
			),
		};
	}

	/**
	 * A row that is finished, perhaps with a warning.
	 *
	 * @param Ledger_Row $row The domain.
	 */
	private static function of_done( Ledger_Row $row ): self {
		$wrong = self::problem( $row );
		if ( '' === $wrong ) {
			return new self( '', '' );
		}
		return new self(
			$wrong,
			'certificate-ending' === ( $row->problems[0]['code'] ?? '' )
				? __( 'Closte renews certificates by itself. If this one is not renewed within a few days, ask Closte’s support.', 'closte-sync' )
				: __( 'It is checked again by itself.', 'closte-sync' )
		);
	}

	/**
	 * The worst problem that the last check found.
	 *
	 * @param Ledger_Row $row The domain.
	 */
	private static function problem( Ledger_Row $row ): string {
		return (string) ( $row->problems[0]['message'] ?? '' );
	}

	/**
	 * What is wrong with the certificate.
	 *
	 * @param Ledger_Row $row The domain.
	 */
	private static function certificate_trouble( Ledger_Row $row ): string {
		$problem = self::problem( $row );
		if ( '' !== $problem ) {
			return $problem;
		}
		return match ( $row->certificate_state ) {
			'absent'      => __( 'Nothing answers TLS for it.', 'closte-sync' ),
			'untrusted'   => __( 'Its certificate comes from an issuer that browsers do not trust.', 'closte-sync' ),
			'self-signed' => __( 'Its certificate is self-signed.', 'closte-sync' ),
			'expired'     => __( 'Its certificate has ended.', 'closte-sync' ),
			'wrong-host'  => __( 'The certificate served for it is for other names.', 'closte-sync' ),
			default       => '',
		};
	}
}
