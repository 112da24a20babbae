<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Sync\Services;
use ClosteSync\Text\Certificate_Text;
use ClosteSync\Text\Error_Text;
use ClosteSync\Text\Problem_Message;

/**
 * Checks whether one domain is wanted, is at Closte, points here and has a certificate: looked at now, not read from
 * the ledger.
 */
final class Domain_Check {

	/**
	 * How the codes of problems with CAA records begin.
	 */
	private const CAA = 'caa-';

	/**
	 * @param string $domain The domain, as the ledger has it.
	 */
	public function __construct(
		private readonly Services $services,
		private readonly string $domain,
	) {}

	/**
	 * Everything, in the order in which a domain passes it.
	 *
	 * @param bool $is_connected     Whether Closte can be asked.
	 * @param bool $with_interception Whether to say that its name servers cannot be heard from here.
	 * @return list<Finding>
	 */
	public function run( bool $is_connected, bool $with_interception = true ): array {
		$problem = $this->services->domain_names()->problem( $this->domain );
		if ( null !== $problem ) {
			return array( new Finding( 'domain', __( 'Domain name', 'closte-sync' ), Severity::Error, $problem ) );
		}
		$row      = $this->services->ledger()->find( $this->domain );
		$findings = array( $this->ledger( $row ) );
		if ( $is_connected ) {
			$findings[] = $this->at_closte( $row );
		}
		$dns        = $this->services->extension()->check_dns( $this->domain );
		$findings[] = $this->dns( $dns, $row );
		$findings[] = $this->caa( $dns );
		if ( $dns->intercepted && $with_interception ) {
			$findings[] = Target_Check::intercepted();
		}
		$findings[] = $this->certificate( $dns, $row );
		return $findings;
	}

	/**
	 * Whether it is recorded, and by whom it is wanted.
	 */
	private function ledger( ?Ledger_Row $row ): Finding {
		$label = __( 'List of domains', 'closte-sync' );
		try {
			$is_wanted = $this->services->desired_domains()->wants( $this->domain );
		} catch ( Database_Exception $e ) {
			return new Finding( 'ledger', $label, Severity::Error, $e->getMessage() );
		}
		if ( null === $row ) {
			if ( $this->services->domain_rules()->is_served_by_network( $this->domain ) ) {
				return new Finding(
					'ledger',
					$label,
					Severity::Ok,
					/* translators: %s: domain */
					sprintf( __( '%s does not need to be sent to Closte: it is the domain of the main network, or the subdomain setting or a wildcard covers it.', 'closte-sync' ), $this->domain )
				);
			}
			return $is_wanted
				/* translators: %s: domain */
				? new Finding( 'ledger', $label, Severity::Error, sprintf( __( 'A site uses %s, but it is not on the list.', 'closte-sync' ), $this->domain ), 'wp closte sync' )
				: new Finding(
					'ledger',
					$label,
					Severity::Warning,
					/* translators: %s: domain */
					sprintf( __( 'No site or mapping of this network uses %s.', 'closte-sync' ), $this->domain ),
					__( 'Add it to a site first.', 'closte-sync' )
				);
		}
		$advice     = Advice::of( $row, $this->services->readiness()->hindrance() );
		$is_retired = Wanted::Retired === $row->wanted;
		return new Finding(
			'ledger',
			$label,
			$row->has_error() ? Severity::Error : ( $is_retired ? Severity::Warning : Severity::Ok ),
			/* translators: 1: domain, 2: its status, 3: what is wrong, or nothing */
			trim( sprintf( __( '%1$s is on the list: %2$s. %3$s', 'closte-sync' ), $this->domain, Labels::stage( $row ), $row->has_error() || $is_retired ? $advice->wrong : '' ) ),
			$row->has_error() || $is_retired ? $advice->next : ''
		);
	}

	private function at_closte( ?Ledger_Row $row ): Finding {
		$label = __( 'At Closte', 'closte-sync' );
		try {
			$domains = $this->services->extension()->client()->domainNames();
		} catch ( \Closte\ClosteException $e ) {
			return new Finding( 'at-closte', $label, Severity::Error, Error_Text::of( $e ) );
		}
		if ( in_array( $this->domain, $domains, true ) ) {
			/* translators: %s: domain */
			return new Finding( 'at-closte', $label, Severity::Ok, sprintf( __( 'Closte has %s.', 'closte-sync' ), $this->domain ) );
		}
		foreach ( $domains as $other ) {
			if ( $this->services->domain_names()->covers( $other, $this->domain ) ) {
				return new Finding(
					'at-closte',
					$label,
					Severity::Ok,
					/* translators: 1: domain, 2: a wildcard domain */
					sprintf( __( 'Closte has %2$s, which covers %1$s.', 'closte-sync' ), $this->domain, $other )
				);
			}
		}
		if ( true === $row?->waits_for_dns() ) {
			return new Finding(
				'at-closte',
				$label,
				Severity::Skipped,
				/* translators: %s: domain */
				sprintf( __( '%s is sent to Closte once it has a DNS record.', 'closte-sync' ), $this->domain )
			);
		}
		$is_wanted = null !== $row && Wanted::Present === $row->wanted;
		return new Finding(
			'at-closte',
			$label,
			$is_wanted ? Severity::Error : Severity::Warning,
			/* translators: %s: domain */
			sprintf( __( 'Closte does not have %s.', 'closte-sync' ), $this->domain ),
			/* translators: %s: domain */
			$is_wanted ? sprintf( __( 'To send it, run: wp closte domain retry %s. If it was there before, run: wp closte sync', 'closte-sync' ), $this->domain ) : ''
		);
	}

	private function dns( \Closte\DnsReport $report, ?Ledger_Row $row ): Finding {
		$label = __( 'DNS', 'closte-sync' );
		if ( true === $row?->is_by_rule() && \Closte\DnsState::Missing === $report->state ) {
			return new Finding(
				'dns',
				$label,
				Severity::Skipped,
				/* translators: %s: a www name */
				sprintf( __( '%s was added along with another domain and has no DNS record. It is sent once it has one.', 'closte-sync' ), $this->domain )
			);
		}
		$problems = array_values(
			array_filter( $report->problems, static fn( array $problem ): bool => ! str_starts_with( $problem['code'], self::CAA ) )
		);
		if ( array() === $problems ) {
			return new Finding(
				'dns',
				$label,
				\Closte\DnsState::Here === $report->state ? Severity::Ok : Severity::Warning,
				/* translators: 1: domain, 2: what DNS says, 3: addresses */
				sprintf( __( '%1$s: %2$s (%3$s).', 'closte-sync' ), $this->domain, lcfirst( Labels::dns_state( $report->state->value ) ), implode( ', ', $report->addresses ) )
			);
		}
		$is_harmless = in_array(
			$report->state,
			array( \Closte\DnsState::Here, \Closte\DnsState::Unknown, \Closte\DnsState::Partial ),
			true
		)
			&& 'blocks' !== $problems[0]['severity'];
		return new Finding(
			'dns',
			$label,
			$is_harmless ? Severity::Warning : Severity::Error,
			implode( ' ', Problem_Message::all( $problems ) )
		);
	}

	/**
	 * Whether its CAA records let the issuer issue.
	 */
	private function caa( \Closte\DnsReport $report ): Finding {
		$label = __( 'CAA records', 'closte-sync' );
		foreach ( $report->problems as $problem ) {
			if ( str_starts_with( $problem['code'], self::CAA ) ) {
				$severity = 'blocks' === $problem['severity'] ? Severity::Error : Severity::Warning;

				return new Finding( 'caa', $label, $severity, Problem_Message::of( $problem ) );
			}
		}
		if ( in_array( $report->state, array( \Closte\DnsState::Unknown, \Closte\DnsState::Missing ), true ) ) {
			return new Finding( 'caa', $label, Severity::Skipped, __( 'Not known while its DNS does not answer.', 'closte-sync' ) );
		}
		return new Finding(
			'caa',
			$label,
			Severity::Ok,
			/* translators: %s: domain */
			sprintf( __( 'The CAA records allow a certificate for %s.', 'closte-sync' ), $this->domain )
		);
	}

	/**
	 * Whether a certificate is served for it.
	 */
	private function certificate( \Closte\DnsReport $dns, ?Ledger_Row $row ): Finding {
		$label = __( 'Certificate', 'closte-sync' );
		if ( in_array( $dns->state, array( \Closte\DnsState::Missing, \Closte\DnsState::Elsewhere ), true ) ) {
			return new Finding( 'certificate', $label, Severity::Skipped, __( 'It is issued once the domain points to this network.', 'closte-sync' ) );
		}
		if ( in_array( $row?->error_kind, Ledger_Row::REFUSALS, true ) && ! $row->is_accepted() ) {
			return new Finding( 'certificate', $label, Severity::Skipped, __( 'It is issued once Closte accepts the domain.', 'closte-sync' ) );
		}
		$report = $this->services->extension()->check_certificate( $this->domain );
		if ( \Closte\CertificateState::Valid === $report->state ) {
			return $this->valid_certificate( $report );
		}
		$said     = Certificate_Text::of_report( $report );
		$is_young = null !== $row && Stage::CheckingCertificate === $row->stage
			&& time() - $row->stage_since < \Closte\Lifecycle::CERTIFICATE_USUAL_WAIT;
		return new Finding(
			'certificate',
			$label,
			\Closte\CertificateState::Unknown === $report->state || $is_young ? Severity::Warning : Severity::Error,
			$this->domain . ': ' . ( '' === $said ? Labels::certificate_state( $report->state->value ) : $said ),
			$is_young
				? __( 'Wait: Closte issues the certificate automatically, usually within 10 minutes.', 'closte-sync' )
				: __( 'Closte issues the certificate automatically once the domain points to this network. If it does not, ask Closte’s support.', 'closte-sync' )
		);
	}

	/**
	 * How long a certificate is good for.
	 *
	 * @param \Closte\CertificateReport $report The certificate.
	 */
	private function valid_certificate( \Closte\CertificateReport $report ): Finding {
		$end  = (int) $report->notAfter; // phpcs:ignore WordPress.NamingConventions.ValidVariableName
		$now  = time();
		$days = (int) Certificate_Standing::days_left( $end, $now );
		return new Finding(
			'certificate',
			__( 'Certificate', 'closte-sync' ),
			Certificate_Standing::is_ending( $end, $now ) ? Severity::Warning : Severity::Ok,
			sprintf(
				/* translators: 1: domain, 2: issuer, 3: number of days */
				_n( 'The certificate of %1$s, issued by %2$s, is valid for %3$d more day.', 'The certificate of %1$s, issued by %2$s, is valid for %3$d more days.', $days, 'closte-sync' ),
				$this->domain,
				$report->issuer ?? '?',
				$days
			),
			Certificate_Standing::is_ending( $end, $now ) ? __( 'Closte renews certificates automatically. If this one is not renewed in a few days, ask Closte’s support.', 'closte-sync' ) : ''
		);
	}
}
