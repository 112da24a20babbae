<?php
/**
 * Times calls, beside curl: php calls.php DIR EXTENSION ADDS. Run by tests/bin/bench-calls, which has started the emulated Closte and
 * nginx. What is measured in a process of its own is done by call-process.php.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/../support/class-emulator.php';
require_once __DIR__ . '/record.php';

list( , $closte_dir, $closte_extension, $closte_adds ) = $argv;

$closte_ready = json_decode( file_get_contents( "$closte_dir/ready.json" ), true, 16, JSON_THROW_ON_ERROR );
$closte_curl  = new Emulator( $closte_ready['control'], 'bench' );
$closte_ports = array();
foreach ( file( "$closte_dir/ports", FILE_IGNORE_NEW_LINES ) as $closte_line ) {
	list( $closte_name, $closte_port ) = explode( ' ', $closte_line );
	$closte_ports[ $closte_name ]      = "https://127.0.0.1:$closte_port";
}

/**
 * What a process of its own prints.
 *
 * @param string ...$arguments Of call-process.php.
 * @return array<string, float> Numbers by name.
 */
$closte_process = static function ( string ...$arguments ) use ( $closte_extension, $closte_dir ): array {
	// Names the roots of the system for those that are not told others.
	$command = array( 'env', "SSL_CERT_FILE=$closte_dir/bundle.pem", PHP_BINARY, '-d', 'memory_limit=2G', '-d', "extension=$closte_extension", __DIR__ . '/call-process.php', ...$arguments );
	$output  = (string) shell_exec( implode( ' ', array_map( 'escapeshellarg', $command ) ) );
	$read    = json_decode( $output, true );
	if ( ! is_array( $read ) ) {
		throw new \RuntimeException( implode( ' ', $arguments ) . " failed: $output" );
	}

	return $read;
};

/**
 * The median of a number over several processes, which take turns with those of others so that a busy moment meets all.
 *
 * @param array<string, list<string>> $rows  Arguments by name.
 * @param int                         $times Processes for each.
 * @param string                      $what  The number.
 * @return array<string, float>
 */
$closte_medians = static function ( array $rows, int $times, string $what ) use ( $closte_process ): array {
	$all = array();
	for ( $i = 0; $i < $times; $i++ ) {
		foreach ( $rows as $name => $arguments ) {
			$all[ $name ][] = $closte_process( ...$arguments )[ $what ];
		}
	}

	return array_map( median( ... ), $all );
};

/**
 * Prints times, and leaves rows of those that have a name.
 *
 * @param string               $title   What was done.
 * @param array<string, float> $medians Milliseconds; the last is the peer's.
 * @param string               $peer    Its name.
 * @param string               ...$rows Of the others, in their order.
 */
$closte_print = static function ( string $title, array $medians, string $peer, string ...$rows ): void {
	printf( "%s\n  %-40s %10s %14s\n", $title, '', 'ms', "beside $peer" );
	$base = end( $medians );
	foreach ( $medians as $name => $value ) {
		printf( "  %-40s %10.3f %14.2f\n", $name, $value, $value / $base );
	}
	foreach ( $rows as $i => $row ) {
		record( $row, array_values( $medians )[ $i ], $base );
	}
	echo "\n";
};

$closte_nginx_ca = "$closte_dir/nginx-ca.pem";
$closte_print(
	'An answer over one connection, TLS, curl',
	$closte_medians(
		array(
			'the emulated Closte' => array( 'curl', $closte_ready['https'] . '/adddomainalias', $closte_ready['ca'], '500' ),
			'nginx, a fixed text' => array( 'curl', $closte_ports['h2'] . '/answer', $closte_nginx_ca, '500' ),
		),
		5,
		'warm'
	),
	'nginx',
	'emulator'
);
$closte_base = $closte_ready['https'];
$closte_rows = array(
	'extension, one client'             => array( 'one', $closte_base, $closte_ready['ca'], '500' ),
	'extension, a new client each'      => array( 'new', $closte_base, $closte_ready['ca'], '500' ),
	'curl, one handle'                  => array( 'curl', "$closte_base/adddomainalias", $closte_ready['ca'], '500' ),
);
$closte_print( 'Each further call of a process, TLS', $closte_medians( $closte_rows, 9, 'warm' ), 'curl', 'warm-call', 'new-client' );
// With the system's roots, as at Closte; the emulated one is trusted by a bundle that has its authority, too.
$closte_print(
	'First call of a process, TLS, with the roots of this system',
	$closte_medians(
		array(
			'extension' => array( 'first', $closte_base, "$closte_dir/bundle.pem", '1' ),
			'curl'      => array( 'curl', "$closte_base/adddomainalias", "$closte_dir/bundle.pem", '1' ),
		),
		21,
		'first'
	),
	'curl',
	'first-call'
);

printf( "%d adds, answers after 20 ms, through nginx\n  %-34s %9s %8s %12s %7s %7s %9s %8s\n", $closte_adds, '', 'in flight', 's', 'connections', 'failed', 'lists', 'MB over', 'ratio' );
$closte_lists  = 0;
$closte_memory = array();
foreach ( array( 'h2-1000' => 'HTTP/2, keepalive_requests 1000', 'h2-100' => 'HTTP/2, keepalive_requests 100', 'h1' => 'HTTP/1.1' ) as $closte_server => $closte_title ) {
	foreach ( array( '64', '256' ) as $closte_flight ) {
		$closte_runs = array();
		for ( $closte_turn = 0; $closte_turn < 3; $closte_turn++ ) {
			foreach ( array( 'batch', 'multi' ) as $closte_mode ) {
				$closte_curl->call( 'POST', '/reset' );
				$closte_curl->fault( array( 'kind' => 'latency', 'ms' => 20 ) );
				$closte_run = $closte_process( $closte_mode, $closte_ports[ $closte_server ] . '/api/client', $closte_nginx_ca, $closte_adds, $closte_flight, 'h1' === $closte_server ? '1' : '2' );
				$closte_log = array_count_values( array_column( $closte_curl->journal(), 'path' ) );
				if ( count( $closte_curl->domains() ) !== (int) $closte_adds ) {
					throw new \RuntimeException( "$closte_title, $closte_mode: not all were added" );
				}
				$closte_runs[ $closte_mode ][] = $closte_run + array( 'lists' => $closte_log['/getdomains'] ?? 0 );
			}
		}
		foreach ( $closte_runs as &$closte_all ) {
			// Of the three the one in the middle, with the most lists that one of them read.
			usort( $closte_all, static fn ( array $a, array $b ): int => $a['seconds'] <=> $b['seconds'] );
			$closte_all = array( 'lists' => max( array_column( $closte_all, 'lists' ) ) ) + $closte_all[1];
		}
		unset( $closte_all );
		list( $closte_ours, $closte_peer ) = array_values( $closte_runs );
		$closte_what                       = 'h1' === $closte_server ? 'connections' : 'seconds';
		record( "adds-$closte_server-$closte_flight", $closte_ours[ $closte_what ], $closte_peer[ $closte_what ] );
		$closte_lists   += $closte_ours['lists'];
		$closte_memory[] = array( $closte_ours['megabytes'], $closte_peer['megabytes'] );
		foreach ( $closte_runs as $closte_mode => $closte_run ) {
			printf(
				"  %-34s %9s %8.2f %12d %7d %7d %9.1f %8.2f\n",
				'batch' === $closte_mode ? $closte_title : '  curl_multi',
				$closte_flight,
				$closte_run['seconds'],
				$closte_run['connections'],
				$closte_run['failed'],
				$closte_run['lists'],
				$closte_run['megabytes'],
				$closte_run['seconds'] / $closte_runs['multi']['seconds']
			);
		}
	}
}
echo "\n";
record( 'adds-lists', $closte_lists );
record( 'adds-memory', ...max( $closte_memory ) );
