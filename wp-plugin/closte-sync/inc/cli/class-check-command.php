<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Text\Certificate_Text;
use ClosteSync\Text\Error_Text;
use ClosteSync\Text\Problem_Text;
use WP_CLI\Formatter;

/**
 * Looks at the DNS and the certificate of domains.
 */
final class Check_Command {

	private const FIELDS = array( 'domain', 'dns', 'addresses', 'certificate', 'issuer', 'ends', 'days_left', 'problems' );

	public function __construct( private readonly Container $services ) {}

	/**
	 * Looks where domains point now and which certificate is served for them.
	 *
	 * Any domain will do, recorded or not. Nothing is sent to Closte, and the ledger stays as it is.
	 *
	 * Ends with status 1 unless every domain points here and has a valid certificate. A name server or a server that
	 * does not answer is not held against a domain.
	 *
	 * ## OPTIONS
	 *
	 * <domain>...
	 * : One or more domains.
	 *
	 * [--fields=<fields>]
	 * : Shows these fields only, separated by commas.
	 *
	 * [--format=<format>]
	 * : How to print it. `json` has the whole reports, with what each resolver said, unless --fields is given.
	 * ---
	 * default: table
	 * options:
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 * ---
	 *
	 * ## AVAILABLE FIELDS
	 *
	 * * domain
	 * * dns: `here`, `elsewhere`, `partial`, `missing` or `unknown`
	 * * addresses
	 * * certificate: `valid`, `absent`, `untrusted`, `self-signed`, `expired`, `wrong-host` or `unknown`
	 * * issuer, ends (UTC), days_left: of the certificate
	 * * problems: machine words, worst first; what they mean is said below the table
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte check shop.example.com
	 *     +------------------+------+-------------+-------------+---------------+---------------------+-----------+----------+
	 *     | domain           | dns  | addresses   | certificate | issuer        | ends                | days_left | problems |
	 *     +------------------+------+-------------+-------------+---------------+---------------------+-----------+----------+
	 *     | shop.example.com | here | 203.0.113.7 | valid       | Let's Encrypt | 2026-03-01 10:00:00 | 61        |          |
	 *     +------------------+------+-------------+-------------+---------------+---------------------+-----------+----------+
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		Choice::expect_output( $assoc_args, array( 'table', 'json', 'csv', 'yaml' ), self::FIELDS );
		$problem = $this->services->extension()->problem();
		if ( null !== $problem ) {
			Terminal::fail( $problem );
		}
		$reports = array();
		$failed  = false;
		foreach ( $args as $domain ) {
			try {
				$reports[] = $this->look_at( $domain );
			} catch ( \Closte\ClosteException $e ) {
				Terminal::warn( Error_Text::of( $e ) );
				$failed = true;
			}
		}
		$this->show( $reports, $assoc_args );
		foreach ( $reports as $report ) {
			$failed = $failed || ! $report['is_well'];
		}
		if ( $failed ) {
			\WP_CLI::halt( 1 );
		}
	}

	/**
	 * @return array{domain: string, is_well: bool, dns: \Closte\DnsReport, certificate: \Closte\CertificateReport}
	 * @throws \Closte\ClosteException When it is no domain, or a setting is wrong.
	 */
	private function look_at( string $domain ): array {
		$name        = \Closte\DomainName::parse( $domain )->ascii;
		$dns         = $this->services->extension()->check_dns( $name );
		$certificate = $this->services->extension()->check_certificate( $name );
		return array(
			'domain'      => $name,
			'is_well'     => in_array( $dns->state, array( \Closte\DnsState::Here, \Closte\DnsState::Unknown ), true )
				&& in_array( $certificate->state, array( \Closte\CertificateState::Valid, \Closte\CertificateState::Unknown ), true ),
			'dns'         => $dns,
			'certificate' => $certificate,
		);
	}

	/**
	 * @param list<array<string, mixed>> $reports    As look_at() returns them.
	 * @param array<string, string>      $assoc_args Options.
	 */
	private function show( array $reports, array $assoc_args ): void {
		$format = $assoc_args['format'];
		if ( 'json' === $format && ! isset( $assoc_args['fields'] ) ) {
			\WP_CLI::line(
				(string) wp_json_encode( array_map( self::nested( ... ), $reports ), JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES )
			);
			return;
		}
		( new Formatter( $assoc_args, self::FIELDS ) )->display_items( array_map( self::flat( ... ), $reports ) );
		if ( 'table' !== $format ) {
			return;
		}
		foreach ( $reports as $report ) {
			foreach ( $report['dns']->problems as $problem ) {
				Terminal::warn( Problem_Text::of( $problem ) );
			}
			if ( null !== $report['certificate']->error ) {
				Terminal::warn( $report['domain'] . ': ' . Certificate_Text::of_report( $report['certificate'] ) );
			}
		}
	}

	/**
	 * @param array<string, mixed> $report As look_at() returns it.
	 * @return array<string, int|string>
	 */
	private static function flat( array $report ): array {
		$ends = $report['certificate']->notAfter; // phpcs:ignore WordPress.NamingConventions.ValidVariableName
		return array(
			'domain'      => $report['domain'],
			'dns'         => $report['dns']->state->value,
			'addresses'   => implode( ', ', $report['dns']->addresses ),
			'certificate' => $report['certificate']->state->value,
			'issuer'      => Terminal::clean( (string) $report['certificate']->issuer ),
			'ends'        => null === $ends ? '' : gmdate( 'Y-m-d H:i:s', $ends ),
			'days_left'   => null === $ends ? '' : (int) floor( ( $ends - time() ) / DAY_IN_SECONDS ),
			'problems'    => implode( ', ', array_column( $report['dns']->problems, 'code' ) ),
		);
	}

	/**
	 * A report with everything that it says.
	 *
	 * @param array<string, mixed> $report As look_at() returns it.
	 * @return array<string, mixed>
	 */
	private static function nested( array $report ): array {
		$dns         = $report['dns'];
		$certificate = $report['certificate'];
		// phpcs:disable WordPress.NamingConventions.ValidVariableName
		return array(
			'domain'      => $report['domain'],
			'dns'         => array(
				'state'     => $dns->state->value,
				'addresses' => $dns->addresses,
				'cnames'    => $dns->cnames,
				'proxied'   => $dns->proxied,
				'resolvers' => $dns->resolvers,
				'problems'  => $dns->problems,
			),
			'certificate' => array(
				'state'      => $certificate->state->value,
				'issuer'     => $certificate->issuer,
				'names'      => $certificate->names,
				'not_before' => $certificate->notBefore,
				'not_after'  => $certificate->notAfter,
				'error'      => $certificate->error,
			),
		);
		// phpcs:enable
	}
}
