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
				sprintf( __( 'The domain is left as it is and tried again once a day. If a newer version of the plugin wrote the row, install that version again. Otherwise start the domain over, with “Start over” on the Domains screen or with “%s”.', 'closte-sync' ), self::retry_command( $row ) )
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
				? self::of_dnsless( $row )
				: self::of_call( $row, __( 'It is sent to Closte shortly.', 'closte-sync' ) ),
			Stage::Removing    => self::of_call(
				$row,
				Domain_Names::is_wildcard( $row->domain )
					? __( 'It is removed from Closte once the subdomains that it covers are added.', 'closte-sync' )
					: __( 'It is removed from Closte shortly.', 'closte-sync' )
			),
			Stage::CheckingDns => new self(
				self::problem( $row ),
				0 === $row->dns_checked_at
					? __( 'Closte has accepted it. Its DNS is checked next.', 'closte-sync' )
					: __( 'Checked again automatically.', 'closte-sync' )
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
				Stage::Pending  => __( 'It is sent to Closte once you confirm whether this network has moved or is a copy.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once you confirm that this network has moved.', 'closte-sync' ),
				default         => __( 'It is checked again once you confirm whether this network has moved or is a copy.', 'closte-sync' ),
			},
			'off'       => match ( $stage ) {
				Stage::Pending  => __( 'It is sent to Closte once you turn on the integration.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once you turn on the integration.', 'closte-sync' ),
				default         => __( 'It is checked again once you turn on the integration.', 'closte-sync' ),
			},
			'key'       => match ( $stage ) {
				Stage::Pending  => __( 'It is sent to Closte once there is an API key.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once there is an API key.', 'closte-sync' ),
				default         => __( 'It is checked again once there is an API key.', 'closte-sync' ),
			},
			'plugin'    => match ( $stage ) {
				Stage::Pending  => __( 'It is sent to Closte once Closte Sync is updated.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once Closte Sync is updated.', 'closte-sync' ),
				default         => __( 'It is checked again once Closte Sync is updated.', 'closte-sync' ),
			},
			default     => match ( $stage ) {
				Stage::Pending  => __( 'It is sent to Closte once the PHP extension can be used.', 'closte-sync' ),
				Stage::Removing => __( 'It is removed from Closte once the PHP extension can be used.', 'closte-sync' ),
				default         => __( 'It is checked again once the PHP extension can be used.', 'closte-sync' ),
			},
		};
	}

	/**
	 * A www name that is not sent before it has DNS: what is found says what happens next.
	 */
	private static function of_dnsless( Ledger_Row $row ): self {
		$problem = self::problem( $row );

		return new self( $problem, '' === $problem ? __( 'It is sent to Closte once it has a DNS record.', 'closte-sync' ) : '' );
	}

	/**
	 * A row that waits for an answer of Closte.
	 *
	 * @param string $calm What to say when nothing failed so far.
	 */
	private static function of_call( Ledger_Row $row, string $calm ): self {
		$next = match ( $row->error_kind ) {
			''         => $calm,
			'auth'     => __( 'It is sent automatically once Closte accepts the key.', 'closte-sync' ),
			'config'   => __( 'It is sent automatically once that is corrected.', 'closte-sync' ),
			'protocol' => __( 'Tried again automatically. If this continues, send this message to Closte’s support.', 'closte-sync' ),
			default    => 'blocked' === $row->error_reason
				? __( 'Tried again automatically.', 'closte-sync' )
				: __( 'No action needed: tried again automatically.', 'closte-sync' ),
		};
		return new self( $row->error_text(), $next );
	}

	/**
	 * What happens next to a row whose certificate is waited for.
	 */
	private static function of_certificate( Ledger_Row $row ): string {
		return match ( true ) {
			0 === $row->certificate_checked_at    => __( 'It points to this network. Its certificate is checked next.', 'closte-sync' ),
			'unknown' === $row->certificate_state => __( 'Checked again automatically. If this continues, check that this server may connect to the domain’s address on port 443.', 'closte-sync' ),
			default                               => __( 'Checked again automatically.', 'closte-sync' ),
		};
	}

	/**
	 * A row that has failed: Closte said no, or its DNS was wrong for too long.
	 */
	private static function of_failed( Ledger_Row $row ): self {
		return match ( $row->error_kind ) {
			'rejected'       => new self( $row->error_text(), __( 'Try again once that is corrected. It is also tried again automatically once a day.', 'closte-sync' ) ),
			'invalid-domain' => new self( $row->error_text(), __( 'Correct the domain of the site or mapping: this name cannot have a certificate.', 'closte-sync' ) ),
			default          => new self( self::problem_and_error( $row ), self::checked_daily() ),
		};
	}

	/**
	 * A row that nothing wants any longer. It waits for nothing: someone may take it away, or a site may take it again.
	 */
	private static function of_retired( Ledger_Row $row ): self {
		return new self(
			/* translators: %s: domain */
			sprintf( __( 'No site or mapping of this network uses %s any longer. It is not sent or checked. If it is at Closte, it stays there.', 'closte-sync' ), $row->domain ),
			/* translators: %s: domain */
			sprintf( __( 'To remove it from Closte, run: wp closte domain remove %s. If a site gets the domain again, it is sent again.', 'closte-sync' ), $row->domain )
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
		return __( 'Checked automatically once a day. If you have changed something, check it now.', 'closte-sync' );
	}
}
