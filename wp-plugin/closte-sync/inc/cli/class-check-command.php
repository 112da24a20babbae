<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Diagnosis\Certificate_Standing;
use ClosteSync\Ledger\State;
use ClosteSync\Text\Certificate_Text;
use ClosteSync\Text\Error_Text;
use ClosteSync\Text\Problem_Message;

/**
 * Checks the DNS and the certificate of domains.
 */
final class Check_Command {

	private const FIELDS = array( 'domain', 'state', 'dns', 'addresses', 'certificate', 'issuer', 'ends', 'days_left', 'problems' );

	public function __construct( private readonly Container $services ) {}

	/**
	 * Checks where domains point now and which certificate is served for them.
	 *
	 * Takes any domain, recorded or not. Sends nothing to Closte and changes nothing.
	 *
	 * Ends with status 1 unless every domain points here and has a valid certificate. A DNS or web server that does not answer does not count as a failure.
	 *
	 * ## OPTIONS
	 *
	 * <domain>...
	 * : One or more domains.
	 *
	 * [--fields=<fields>]
	 * : Shows only these fields, separated by commas.
	 *
	 * [--format=<format>]
	 * : The output format. `json` has the full reports, with the answer of each resolver, unless --fields is given.
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
	 * In a narrow terminal, issuer, ends, state, addresses and days_left are left out in this order, unless --fields names them.
	 *
	 * * domain
	 * * state: of the domain in the list of this network, as in `wp closte domain list`; empty: not in it
	 * * dns: `here`, `elsewhere`, `partial`, `missing` or `unknown`
	 * * addresses
	 * * certificate: `valid`, `absent`, `untrusted`, `self-signed`, `expired`, `wrong-host` or `unknown`
	 * * issuer, ends (UTC), days_left: of the certificate
	 * * problems: machine words, worst first; a table is followed by what they mean
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte check shop.example.com --fields=domain,dns,certificate,days_left
	 *     +------------------+------+-------------+-----------+
	 *     | domain           | dns  | certificate | days_left |
	 *     +------------------+------+-------------+-----------+
	 *     | shop.example.com | here | valid       | 61        |
	 *     +------------------+------+-------------+-----------+
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'table', 'json', 'csv', 'yaml' ), self::FIELDS );
		$problem = $this->services->extension()->problem();
		if ( null !== $problem ) {
			Terminal::fail( $problem );
		}
		$reports = array();
		$failed  = false;
		foreach ( $args as $domain ) {
			try {
				$reports[] = $this->check( $domain );
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
	 * @return array{domain: string, state: ?State, is_well: bool, dns: \Closte\DnsReport, certificate: \Closte\CertificateReport}
	 * @throws \Closte\ClosteException When it is no domain, or a setting is wrong.
	 */
	private function check( string $domain ): array {
		$name        = \Closte\DomainName::parse( $domain )->ascii;
		$dns         = $this->services->extension()->check_dns( $name );
		$certificate = $this->services->extension()->check_certificate( $name );
		return array(
			'domain'      => $name,
			'state'       => $this->services->ledger()->find( $name )?->state( $this->services->readiness()->hindrance() ),
			'is_well'     => in_array( $dns->state, array( \Closte\DnsState::Here, \Closte\DnsState::Unknown ), true )
				&& in_array( $certificate->state, array( \Closte\CertificateState::Valid, \Closte\CertificateState::Unknown ), true ),
			'dns'         => $dns,
			'certificate' => $certificate,
		);
	}

	/**
	 * @param list<array<string, mixed>> $reports    As check() returns them.
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
		$optional = array( 'issuer', 'ends', 'state', 'addresses', 'days_left' );
		$printer  = new Item_Printer( $assoc_args, self::FIELDS, fits: true, optional: $optional );
		$printer->print(
			array_map( static fn( array $report ): array => self::flat( $report, 'table' === $format ), $reports )
		);
		if ( 'table' !== $format ) {
			return;
		}
		foreach ( $reports as $report ) {
			foreach ( $report['dns']->problems as $problem ) {
				Terminal::warn( Problem_Message::of( $problem ) );
			}
			if ( null !== $report['certificate']->error ) {
				Terminal::warn( $report['domain'] . ': ' . Certificate_Text::of_report( $report['certificate'] ) );
			}
		}
	}

	/**
	 * @param array<string, mixed> $report As check() returns it.
	 * @return array<string, int|string>
	 */
	private static function flat( array $report, bool $is_for_people ): array {
		$ends = $report['certificate']->notAfter; // phpcs:ignore WordPress.NamingConventions.ValidVariableName
		return array(
			'domain'      => $report['domain'],
			'state'       => (string) ( $is_for_people ? $report['state']?->label() : $report['state']?->value ),
			'dns'         => $report['dns']->state->value,
			'addresses'   => implode( ', ', $report['dns']->addresses ),
			'certificate' => $report['certificate']->state->value,
			'issuer'      => Terminal::clean( (string) $report['certificate']->issuer ),
			'ends'        => null === $ends ? '' : gmdate( 'Y-m-d H:i:s', $ends ),
			'days_left'   => null === $ends ? '' : (int) Certificate_Standing::days_left( $ends, time() ),
			'problems'    => implode( ', ', array_column( $report['dns']->problems, 'code' ) ),
		);
	}

	/**
	 * A report with everything that it says.
	 *
	 * @param array<string, mixed> $report As check() returns it.
	 * @return array<string, mixed>
	 */
	private static function nested( array $report ): array {
		$dns         = $report['dns'];
		$certificate = $report['certificate'];
		// phpcs:disable WordPress.NamingConventions.ValidVariableName
		return array(
			'domain'      => $report['domain'],
			'state'       => $report['state']?->value,
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
