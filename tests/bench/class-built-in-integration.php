<?php
/**
 * What the bench compares with.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Makes the requests that Ultimate Multisite's built-in integration (2.x) makes for one added domain, through the
 * same WordPress function: the alias, then the addresses at which a certificate might be asked for, until one of them
 * answers something else than 4xx or 5xx. Each request is a connection of its own.
 */
final class Built_In_Integration {

	private const CERTIFICATE_PATHS = array( '/ssl/install', '/installssl', '/ssl', '/certificate/install' );

	/**
	 * Binds to an API.
	 *
	 * @param string $base_url Its address.
	 * @param string $key      Its key.
	 * @param string $ca_file  PEM with the roots to trust.
	 */
	public function __construct(
		private readonly string $base_url,
		private readonly string $key,
		private readonly string $ca_file
	) {
	}

	/**
	 * Adds a domain, and asks for nothing else.
	 *
	 * @param string $domain The domain.
	 * @throws \RuntimeException When it was not added: then there is nothing to measure.
	 */
	public function add_alias( string $domain ): void {
		$body = array(
			'domain'   => $domain,
			'wildcard' => str_starts_with( $domain, '*.' ),
		);
		list( $status, $text ) = $this->post( '/adddomainalias', $body );
		if ( 200 !== $status || true !== json_decode( $text, true )['success'] ) {
			throw new \RuntimeException( "$domain was not added: $status $text" );
		}
	}

	/**
	 * Adds a domain and asks for its certificate.
	 *
	 * @param string $domain The domain.
	 */
	public function add_domain( string $domain ): void {
		$this->add_alias( $domain );
		foreach ( self::CERTIFICATE_PATHS as $path ) {
			list( $status ) = $this->post(
				$path,
				array(
					'domain' => $domain,
					'type'   => 'letsencrypt',
				)
			);
			if ( $status < 400 ) {
				break;
			}
		}
	}

	/**
	 * One request.
	 *
	 * @param string               $path Path below the base URL.
	 * @param array<string, mixed> $body Sent as a form, with the key.
	 * @return array{int, string} Status and body.
	 * @throws \RuntimeException When nothing answered.
	 */
	private function post( string $path, array $body ): array {
		$response = wp_remote_post(
			$this->base_url . $path,
			array(
				'timeout'         => 45,
				'sslcertificates' => $this->ca_file,
				'body'            => array( 'apikey' => $this->key ) + $body,
			)
		);
		if ( is_wp_error( $response ) ) {
			throw new \RuntimeException( $response->get_error_message() );
		}

		return array( wp_remote_retrieve_response_code( $response ), wp_remote_retrieve_body( $response ) );
	}
}
