<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Extension\Extension;
use ClosteSync\Text\Error_Text;

/**
 * Checks DNS and the certificate of a domain now. Nothing is sent to Closte, and nothing is recorded.
 */
final class Live_Check {

	/**
	 * @param ?\Closte\DnsReport         $dns         Null: it could not be asked, see `problem`.
	 * @param ?\Closte\CertificateReport $certificate Null: it could not be asked, see `problem`.
	 * @param string                     $problem     Why not, for people; ''.
	 * @param int                        $at          Unix time.
	 * @param float                      $dns_seconds         How long DNS took.
	 * @param float                      $certificate_seconds How long the certificate took.
	 */
	private function __construct(
		public readonly ?\Closte\DnsReport $dns,
		public readonly ?\Closte\CertificateReport $certificate,
		public readonly string $problem,
		public readonly int $at,
		public readonly float $dns_seconds,
		public readonly float $certificate_seconds,
	) {}

	/**
	 * Takes as long as DNS and the domain's server take to answer, within the time limits of the extension.
	 */
	public static function at( Extension $extension, string $domain ): self {
		$now     = time();
		$problem = $extension->problem();

		if ( null !== $problem ) {
			return new self( null, null, $problem, $now, 0.0, 0.0 );
		}

		try {
			$begun       = microtime( true );
			$dns         = $extension->check_dns( $domain );
			$answered    = microtime( true );
			$certificate = $extension->check_certificate( $domain );

			return new self( $dns, $certificate, '', $now, $answered - $begun, microtime( true ) - $answered );
		} catch ( \Closte\ClosteException $e ) {
			return new self( null, null, Error_Text::of( $e ), $now, 0.0, 0.0 );
		}
	}

	/**
	 * For programs.
	 *
	 * @return array<string, mixed>
	 */
	public function to_array(): array {
		// phpcs:disable WordPress.NamingConventions.ValidVariableName -- properties of the extension's.
		return array(
			'checked_at'  => gmdate( 'Y-m-d\TH:i:s\Z', $this->at ),
			'problem'     => $this->problem,
			'dns'         => null === $this->dns ? null : array(
				'state'       => $this->dns->state->value,
				'addresses'   => $this->dns->addresses,
				'cnames'      => $this->dns->cnames,
				'resolvers'   => array_map(
					static fn( string $resolver, array $answer ): array => array( 'resolver' => $resolver ) + $answer,
					array_map( strval( ... ), array_keys( $this->dns->resolvers ) ),
					array_values( $this->dns->resolvers )
				),
				'problems'    => $this->dns->problems,
				'proxied'     => $this->dns->proxied,
				'intercepted' => $this->dns->intercepted,
				'seconds'     => round( $this->dns_seconds, 3 ),
			),
			'certificate' => null === $this->certificate ? null : array(
				'state'      => $this->certificate->state->value,
				'issuer'     => $this->certificate->issuer,
				'names'      => $this->certificate->names,
				'not_before' => self::utc( $this->certificate->notBefore ),
				'not_after'  => self::utc( $this->certificate->notAfter ),
				'error'      => $this->certificate->error,
				'seconds'    => round( $this->certificate_seconds, 3 ),
			),
		);
		// phpcs:enable
	}

	private static function utc( ?int $time ): ?string {
		return null === $time ? null : gmdate( 'Y-m-d\TH:i:s\Z', $time );
	}
}
