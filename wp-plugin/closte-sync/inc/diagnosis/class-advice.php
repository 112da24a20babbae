<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;

/**
 * Says what is wrong with a domain and what to do next, for screens, WP-CLI and Site Health alike.
 */
final class Advice {

	/**
	 * @param string $wrong What is wrong, in plain text, with what its owner does about it; empty when nothing is.
	 * @param string $next  What happens next, or what to do; empty for a finished domain.
	 */
	private function __construct(
		public readonly string $wrong,
		public readonly string $next,
	) {}

	/**
	 * @param string $hindrance What keeps all domains from being sent, as {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 */
	public static function of( Ledger_Row $row, string $hindrance = '' ): self {
		$defect = $row->defect();

		if ( null !== $defect ) {
			return new self(
				$defect,
				/* translators: %s: command */
				sprintf( __( 'It is left alone, and tried again once a day. If a newer version of the plugin wrote it, install that one again. Else let the domain begin anew: by “Begin anew” on the Domains screen, or by “%s”.', 'closte-sync' ), self::retry_command( $row ) )
			);
		}

		$advice = self::of_stage( $row );
		return '' === $hindrance || '' === $advice->next || Stage::Retired === $row->stage ? $advice : new self(
			$advice->wrong,
			self::once_possible( $row->stage, $hindrance )
		);
	}

	/**
	 * What people may copy into a terminal.
	 */
	public static function retry_command( Ledger_Row $row ): string {
		return 'wp closte domain retry ' . ( Domain_Names::is_argument( $row->domain ) ? $row->domain : '<domain>' );
	}

	/**
	 * The advice where domains are sent and looked at.
	 */
	private static function of_stage( Ledger_Row $row ): self {
		return match ( $row->stage ) {
			Stage::Pending     => $row->waits_for_dns()
				? new self( self::problem( $row ), __( 'It is looked up again by itself, and sent once it is in the DNS.', 'closte-sync' ) )
				: self::of_call( $row, __( 'It is about to be sent to Closte.', 'closte-sync' ) ),
			Stage::Removing    => self::of_call( $row, __( 'It is about to be removed from Closte.', 'closte-sync' ) ),
			Stage::CheckingDns => new self(
				self::problem( $row ),
				0 === $row->dns_checked_at
					? __( 'Closte has accepted it. Where it points is looked up next.', 'closte-sync' )
					: __( 'It is checked again by itself.', 'closte-sync' )
			),
			Stage::CheckingCertificate => new self( self::problem_and_error( $row ), self::of_certificate( $row ) ),
			Stage::Failed              => self::of_failed( $row ),
			Stage::CertificateFailed   => new self( self::problem_and_error( $row ), self::checked_daily() ),
			Stage::Done                => new self( self::problem( $row ), array() === $row->problems ? '' : self::checked_daily() ),
			Stage::Retired             => self::of_retired( $row ),
		};
	}

	/**
	 * Both sentences in one, for places with one line.
	 */
	public function sentence(): string {
		return trim( $this->wrong . ' ' . $this->next );
	}

	/**
	 * What happens next to a row where nothing is sent or looked at.
	 *
	 * @param Stage $stage Where it stands.
	 */
	private static function once_possible( Stage $stage, string $hindrance ): string {
		return match ( $hindrance ) {
			'identity'  => match ( $stage ) {
				Stage::Pending  => __( 'It is sent to Closte once you have said whether this network has moved or is a copy.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once you have said that this network has moved.', 'closte-sync' ),
				default         => __( 'It is checked again once you have said whether this network has moved or is a copy.', 'closte-sync' ),
			},
			'off'       => match ( $stage ) {
				Stage::Pending  => __( 'It is sent to Closte once the integration is switched on.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once the integration is switched on.', 'closte-sync' ),
				default         => __( 'It is checked again once the integration is switched on.', 'closte-sync' ),
			},
			'key'       => match ( $stage ) {
				Stage::Pending  => __( 'It is sent to Closte once there is an API key.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once there is an API key.', 'closte-sync' ),
				default         => __( 'It is checked again once there is an API key.', 'closte-sync' ),
			},
			default     => match ( $stage ) {
				Stage::Pending  => __( 'It is sent to Closte once the PHP extension is there.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once the PHP extension is there.', 'closte-sync' ),
				default         => __( 'It is checked again once the PHP extension is there.', 'closte-sync' ),
			},
		};
	}

	/**
	 * A row that waits for an answer of Closte.
	 *
	 * @param string $calm What to say when nothing failed so far.
	 */
	private static function of_call( Ledger_Row $row, string $calm ): self {
		$next = match ( $row->error_kind ) {
			''         => $calm,
			'auth'     => __( 'It is sent by itself once the key is accepted.', 'closte-sync' ),
			'config'   => __( 'It is sent by itself once that is solved.', 'closte-sync' ),
			'protocol' => __( 'It is tried again by itself. If this stays, ask Closte’s support and show them this message.', 'closte-sync' ),
			default    => 'blocked' === $row->error_reason
				? __( 'It is tried again by itself.', 'closte-sync' )
				: __( 'Nothing to do: it is tried again by itself.', 'closte-sync' ),
		};
		return new self( $row->error_text(), $next );
	}

	/**
	 * What happens next to a row whose certificate is waited for.
	 */
	private static function of_certificate( Ledger_Row $row ): string {
		return match ( true ) {
			0 === $row->certificate_checked_at    => __( 'It points here. Its certificate is looked at next.', 'closte-sync' ),
			'unknown' === $row->certificate_state => __( 'It is checked again by itself. If this stays, see that this server may connect to the domain’s address at port 443.', 'closte-sync' ),
			default                               => __( 'It is checked again by itself.', 'closte-sync' ),
		};
	}

	/**
	 * A row that has failed: Closte said no, or its DNS was wrong for too long.
	 */
	private static function of_failed( Ledger_Row $row ): self {
		return match ( $row->error_kind ) {
			'rejected'       => new self( $row->error_text(), __( 'Retry once that is solved; it is tried again once a day by itself.', 'closte-sync' ) ),
			'invalid-domain' => new self( $row->error_text(), __( 'Correct the domain of the site or mapping: this one cannot have a certificate.', 'closte-sync' ) ),
			default          => new self( self::problem_and_error( $row ), self::checked_daily() ),
		};
	}

	/**
	 * A row that nothing wants any longer. It waits for nothing: someone may take it away, or a site may take it again.
	 */
	private static function of_retired( Ledger_Row $row ): self {
		return new self(
			/* translators: %s: domain */
			sprintf( __( 'Nothing of this network uses %s any more. It is neither sent nor looked at; if Closte has it, it stays there.', 'closte-sync' ), $row->domain ),
			/* translators: %s: domain */
			sprintf( __( 'If it should go, remove it from Closte: wp closte domain remove %s. A site that gets it again takes it up again.', 'closte-sync' ), $row->domain )
		);
	}

	/**
	 * The worst problem that the last check found; it says what to do about it.
	 */
	private static function problem( Ledger_Row $row ): string {
		return $row->problem_texts()[0] ?? '';
	}

	/**
	 * What the last check found, and why Closte could not be asked again, if it could not.
	 */
	private static function problem_and_error( Ledger_Row $row ): string {
		return trim( self::problem( $row ) . ' ' . $row->error_text() );
	}

	/**
	 * What happens to a row that is not in a hurry.
	 */
	private static function checked_daily(): string {
		return __( 'It is checked once a day by itself; check it at once when something was changed.', 'closte-sync' );
	}
}
