<?php
/**
 * Control client of the emulated Closte.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Reads and sets what the emulator has, what it was asked, and how it fails. */
final class Emulator {

	/**
	 * Binds to an emulator that runs.
	 *
	 * @param string $control Address of its control port.
	 * @param string $key     The API key whose domains are meant.
	 */
	public function __construct(
		public readonly string $control,
		public readonly string $key
	) {
	}

	/**
	 * Forgets domains, journal, faults and settings, and lets Closte be up.
	 */
	public function clear(): void {
		$this->call( 'POST', '/reset' );
		$this->call( 'PUT', '/settings', new \stdClass() );
	}

	/**
	 * The domains that Closte has, sorted.
	 *
	 * @return list<string>
	 */
	public function domains(): array {
		$domains = array_map(
			static fn ( string|array $entry ): string => is_array( $entry ) ? $entry['domain'] : $entry,
			$this->call( 'GET', '/state' )['keys'][ $this->key ]['domains'] ?? array()
		);
		sort( $domains );

		return $domains;
	}

	/**
	 * Makes these the domains that Closte has.
	 *
	 * @param list<string|array{domain: string, ...}> $domains Domains, or entries as the API returns them.
	 */
	public function set_domains( array $domains ): void {
		$state = array(
			'domains'    => $domains,
			'permission' => true,
		);
		$this->call( 'PUT', '/state', array( 'keys' => array( $this->key => $state ) ) );
	}

	/**
	 * Every request since the last clear(), oldest first.
	 *
	 * @param string $path Only requests to this path, `/adddomainalias` for instance; empty for all.
	 * @return list<array<string, mixed>>
	 */
	public function journal( string $path = '' ): array {
		$entries = $this->call( 'GET', '/journal' );
		if ( '' === $path ) {
			return $entries;
		}

		return array_values(
			array_filter( $entries, static fn ( array $entry ): bool => str_ends_with( $entry['path'], $path ) )
		);
	}

	/**
	 * What arrived, in short, oldest first: `adddomainalias shop.example`, `getdomains`.
	 *
	 * @return list<string>
	 */
	public function calls(): array {
		return array_map(
			static fn ( array $entry ): string => rtrim( basename( $entry['path'] ) . ' ' . ( $entry['params']['domain'] ?? '' ) ),
			$this->journal()
		);
	}

	/**
	 * How it behaves where the real API is not known; what is left out takes its default.
	 *
	 * @param array{bad_key_status?: int, bad_key_text?: string, repeat?: string, shape?: string, unreadable?: int} $settings
	 *        As the emulator's --help has them.
	 */
	public function settings( array $settings ): void {
		$this->call( 'PUT', '/settings', (object) $settings );
	}

	/**
	 * Lets calls fail.
	 *
	 * @param array{kind: string, path?: string, domain?: string, nth?: list<int>, rate?: float, times?: int, ms?: int} ...$faults
	 *        What goes wrong, as the emulator's --help has it; these replace the faults that were set.
	 */
	public function fault( array ...$faults ): void {
		$this->call( 'PUT', '/faults', $faults );
	}

	/**
	 * Takes Closte down: connections are refused until it is up again.
	 *
	 * @param bool $down Whether it is down.
	 */
	public function down( bool $down ): void {
		$this->call( 'PUT', '/down', array( 'down' => $down ) );
	}

	/**
	 * Asks the control port.
	 *
	 * @param string                               $method HTTP method.
	 * @param string                               $path   Path.
	 * @param array<int|string, mixed>|object|null $body   Sent as JSON.
	 * @return array<int|string, mixed>
	 * @throws \RuntimeException When the emulator does not answer, or refuses.
	 */
	public function call( string $method, string $path, array|object|null $body = null ): array {
		$curl = curl_init( $this->control . $path );
		curl_setopt_array(
			$curl,
			array(
				CURLOPT_CUSTOMREQUEST  => $method,
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_TIMEOUT        => 10,
				CURLOPT_HTTPHEADER     => array( 'Content-Type: application/json' ),
			)
		);
		if ( null !== $body ) {
			curl_setopt( $curl, CURLOPT_POSTFIELDS, json_encode( $body, JSON_THROW_ON_ERROR ) );
		}
		$answer = curl_exec( $curl );
		$status = curl_getinfo( $curl, CURLINFO_RESPONSE_CODE );
		if ( ! is_string( $answer ) || $status < 200 || $status > 299 ) {
			throw new \RuntimeException( "The emulator did not do $method $path: $status " . curl_error( $curl ) . $answer );
		}

		return '' === trim( $answer ) ? array() : (array) json_decode( $answer, true, 64, JSON_THROW_ON_ERROR );
	}
}
