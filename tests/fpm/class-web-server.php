<?php
/**
 * PHP-FPM behind nginx.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Started when it is made, on a free port; stopped by stop(). */
final class Web_Server {

	public readonly int $port;

	private readonly string $dir;

	/**
	 * Starts it.
	 *
	 * @param int    $workers How many workers the pool has.
	 * @param string $ini     Lines of php.ini, the extension's own among them.
	 */
	public function __construct( int $workers, string $ini ) {
		$this->dir = sys_get_temp_dir() . '/closte-fpm-' . bin2hex( random_bytes( 6 ) );
		mkdir( $this->dir . '/php.d', 0755, true );
		file_put_contents( $this->dir . '/php.d/closte.ini', $ini );
		$socket     = stream_socket_server( 'tcp://127.0.0.1:0' );
		$this->port = (int) explode( ':', stream_socket_get_name( $socket, false ) )[1];
		fclose( $socket );
		$this->shell( 'start_web "$1" "$2" "$3" "$1/php.d" "$4"', $this->dir, __DIR__ . '/public', (string) $this->port, (string) $workers );
	}

	/**
	 * Ends it and removes its files.
	 *
	 * @throws \RuntimeException When a worker has crashed meanwhile.
	 */
	public function stop(): void {
		$this->shell( 'status=0; stop_web "$1" || status=1; rm -rf "$1"; exit "$status"', $this->dir );
	}

	/**
	 * The process ID of FPM's master.
	 */
	public function master(): int {
		return (int) file_get_contents( $this->dir . '/fpm.pid' );
	}

	/**
	 * FPM's own log.
	 */
	public function log(): string {
		return (string) file_get_contents( $this->dir . '/fpm.log' );
	}

	/**
	 * Lets workers add domains, one request each, all at the same time.
	 *
	 * @param list<string>          $domains   The domains.
	 * @param array<string, string> $query     More for call.php.
	 * @param ?callable(): bool     $meanwhile Called until it says true, while requests are under way.
	 * @return list<array{pid: int, outcome: string, threads: int, version: string}> In the order of the domains.
	 */
	public function add( array $domains, array $query = array(), ?callable $meanwhile = null ): array {
		$multi   = curl_multi_init();
		$handles = array();
		foreach ( $domains as $domain ) {
			$address = "http://127.0.0.1:$this->port/call.php?" . http_build_query( array( 'domain' => $domain ) + $query );
			$handle  = curl_init( $address );
			curl_setopt_array(
				$handle,
				array(
					CURLOPT_RETURNTRANSFER => true,
					CURLOPT_TIMEOUT        => 30,
				)
			);
			curl_multi_add_handle( $multi, $handle );
			$handles[] = $handle;
		}
		do {
			curl_multi_exec( $multi, $running );
			curl_multi_select( $multi, 0.1 );
			if ( null !== $meanwhile && $meanwhile() ) {
				$meanwhile = null;
			}
		} while ( $running > 0 );
		if ( null !== $meanwhile ) {
			throw new \RuntimeException( 'The requests were over before what was to happen meanwhile.' );
		}

		return array_map(
			static function ( \CurlHandle $handle ): array {
				$body = (string) curl_multi_getcontent( $handle );
				if ( 200 !== curl_getinfo( $handle, CURLINFO_RESPONSE_CODE ) || ! is_array( json_decode( $body, true ) ) ) {
					throw new \RuntimeException( 'PHP-FPM answered ' . curl_getinfo( $handle, CURLINFO_RESPONSE_CODE ) . ": $body" );
				}
				return json_decode( $body, true );
			},
			$handles
		);
	}

	/**
	 * Runs functions of tests/bin/lib.
	 *
	 * @param string $code         What to run.
	 * @param string ...$arguments Its $1, $2, …
	 */
	private function shell( string $code, string ...$arguments ): void {
		$lib     = dirname( __DIR__ ) . '/bin/lib';
		$code    = "set -euo pipefail; . '$lib/common.sh'; . '$lib/web.sh'; $code";
		$process = new Process( array( 'bash', '-c', $code, 'bash', ...$arguments ) );
		if ( 0 !== $process->wait() ) {
			throw new \RuntimeException( $process->output() );
		}
	}
}
