<?php
/**
 * Times looks at DNS and certificates, in each way: php probes.php DIR dns|certificates CHECKS. Run by
 * tests/bin/bench-probes, in a network where port 53 is knot and port 443 is nginx.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/record.php';

list( , $closte_dir, $closte_what, $closte_checks ) = $argv;

$closte_checks = (int) $closte_checks;
$closte_here   = array( '127.0.0.1' );
$closte_names  = array_map( static fn ( int $i ): string => "d$i.bench.example", range( 0, $closte_checks - 1 ) );

/**
 * Datagrams that this network has carried: a question and its answer are two.
 */
$closte_datagrams = static function (): int {
	preg_match_all( '/^Udp: (\d+)/m', (string) file_get_contents( '/proc/net/snmp' ), $matches );

	return (int) $matches[1][0];
};

/**
 * Times something done once for each name.
 *
 * @param list<string>                       $names The names.
 * @param callable(string): bool             $look  Whether it saw what is there.
 * @return array{checks: int, seconds: float, median: float, questions: float}
 */
$closte_each = static function ( array $names, callable $look ) use ( $closte_datagrams ): array {
	$look( $names[0] );
	$took      = array();
	$datagrams = $closte_datagrams();
	foreach ( $names as $name ) {
		$start = hrtime( true );
		if ( ! $look( $name ) ) {
			throw new \RuntimeException( "$name was not seen as it is" );
		}
		$took[] = ( hrtime( true ) - $start ) / 1e6;
	}
	$datagrams = $closte_datagrams() - $datagrams;
	sort( $took );

	return array(
		'checks'    => count( $names ),
		'seconds'   => array_sum( $took ) / 1e3,
		'median'    => $took[ intdiv( count( $took ), 2 ) ],
		'questions' => $datagrams / 2 / count( $names ),
	);
};

/**
 * Times all names in one Lifecycle::advanceAll().
 *
 * @param string $stage  They are in this one.
 * @param string $column What is looked at.
 * @param string $good   What it must be.
 * @return array{checks: int, seconds: float, median: null, questions: float}
 */
$closte_batch = static function ( string $stage, string $column, string $good ) use ( $closte_names, $closte_here, $closte_dir, $closte_datagrams ): array {
	$client    = new \Closte\Client( 'not-used', array( 'base_url' => 'http://127.0.0.1:9/api/client' ) );
	$lifecycle = new \Closte\Lifecycle(
		$client,
		array(
			'targets'       => $closte_here,
			'resolvers'     => $closte_here,
			'authoritative' => false,
			// One look for each, and not the next one in the same visit.
			'follow'        => false,
			'ca_file'       => "$closte_dir/ca.pem",
			// What is seen in DNS leads to no look at a certificate.
			'follow'        => false,
		)
	);
	$records   = array_map(
		static fn ( string $domain ): array => array(
			'domain'        => $domain,
			'wanted'        => 'present',
			'stage'         => $stage,
			'attempts'      => 0,
			'stage_since'   => time(),
			'last_added_at' => time(),
		),
		$closte_names
	);
	$datagrams = $closte_datagrams();
	$start     = hrtime( true );
	$records   = $lifecycle->advanceAll( $records );
	$seconds   = ( hrtime( true ) - $start ) / 1e9;
	$datagrams = $closte_datagrams() - $datagrams;
	$states    = array_count_values( array_column( $records, $column ) );
	if ( array( $good => count( $closte_names ) ) !== $states ) {
		throw new \RuntimeException( "not all are $good: " . json_encode( $states ) );
	}

	return array(
		'checks'    => count( $closte_names ),
		'seconds'   => $seconds,
		'median'    => null,
		'questions' => $datagrams / 2 / count( $closte_names ),
	);
};

/**
 * Prints the rows.
 *
 * @param string                              $title What was done.
 * @param array<string, array<string, mixed>> $rows  By name.
 */
$closte_print = static function ( string $title, array $rows ): void {
	printf( "%s\n  %-44s %8s %10s %10s %12s\n", $title, '', 'checks', 'a second', 'median ms', 'questions' );
	foreach ( $rows as $name => $row ) {
		printf(
			"  %-44s %8d %10.0f %10s %12.1f\n",
			$name,
			$row['checks'],
			$row['checks'] / $row['seconds'],
			null === $row['median'] ? '' : sprintf( '%.3f', $row['median'] ),
			$row['questions']
		);
	}
};

$closte_rate = static fn ( array $row ): float => $row['checks'] / $row['seconds'];

/**
 * Does both in turns, so that what else runs meets both.
 *
 * @param callable(): array<string, mixed> $one   Returns a row.
 * @param callable(): array<string, mixed> $other The same.
 * @return array{array<string, mixed>, array<string, mixed>} The rows of the turn whose ratio is in the middle of five.
 */
$closte_turns = static function ( callable $one, callable $other ) use ( $closte_rate ): array {
	$turns = array();
	for ( $turn = 0; $turn < 5; $turn++ ) {
		$turns[] = array( $one(), $other() );
	}
	$ratio = static fn ( array $turn ): float => $closte_rate( $turn[0] ) / $closte_rate( $turn[1] );
	usort( $turns, static fn ( array $a, array $b ): int => $ratio( $a ) <=> $ratio( $b ) );

	return $turns[2];
};

if ( 'dns' === $closte_what ) {
	$closte_options = array(
		'resolvers'     => $closte_here,
		'authoritative' => false,
	);
	$closte_dnsperf = static function () use ( $closte_dir, $closte_checks, $closte_datagrams ): array {
		$before = $closte_datagrams();
		$output = (string) shell_exec( 'dnsperf -s 127.0.0.1 -p 53 -d ' . escapeshellarg( "$closte_dir/questions" ) . ' -n 1 -c 1 -T 1 -q 256 2>&1' );
		if ( 1 !== preg_match( '/Queries per second:\s+([\d.]+)/', $output, $match ) ) {
			throw new \RuntimeException( "dnsperf failed: $output" );
		}

		return array(
			'checks'    => $closte_checks,
			'seconds'   => $closte_checks / (float) $match[1],
			'median'    => null,
			'questions' => ( $closte_datagrams() - $before ) / 2 / $closte_checks,
		);
	};
	list( $closte_all, $closte_perf ) = $closte_turns( static fn (): array => $closte_batch( 'checking-dns', 'dns_state', 'here' ), $closte_dnsperf );
	$closte_rows                      = array(
		'extension, check_dns, one at a time'     => $closte_each( $closte_names, static fn ( string $name ): bool => \Closte\DnsState::Here === \Closte\check_dns( $name, $closte_here, $closte_options )->state ),
		'extension, advanceAll, 256 at a time'    => $closte_all,
		'PHP, dns_get_record of A'                => $closte_each( $closte_names, static fn ( string $name ): bool => '127.0.0.1' === ( dns_get_record( $name, DNS_A )[0]['ip'] ?? '' ) ),
		'PHP, dns_get_record of A, AAAA and CAA'  => $closte_each( $closte_names, static fn ( string $name ): bool => 1 === count( (array) dns_get_record( $name, DNS_A | DNS_AAAA | DNS_CAA ) ) ),
		'dnsperf, one question each, 256 at a time' => $closte_perf,
	);
	$closte_print( "Where a domain points, $closte_checks domains on an authoritative server of this machine", $closte_rows );
	list( $closte_one, $closte_all, $closte_a, $closte_php, $closte_perf ) = array_values( $closte_rows );
	printf(
		"  ratio: one at a time, dns_get_record takes %.1f times as long as check_dns (%.1f times for A alone); in a batch the extension\n"
		. "  asks %.0f questions a second, %.0f %% of what dnsperf does\n\n",
		$closte_php['median'] / $closte_one['median'],
		$closte_a['median'] / $closte_one['median'],
		$closte_rate( $closte_all ) * $closte_all['questions'],
		100 * $closte_rate( $closte_all ) * $closte_all['questions'] / $closte_rate( $closte_perf )
	);
	record( 'dns-questions', $closte_all['questions'] );
	record( 'dns-rate', $closte_rate( $closte_all ) * $closte_all['questions'], $closte_rate( $closte_perf ) * $closte_perf['questions'] );
	record( 'dns-one', $closte_one['median'], $closte_php['median'] );
	exit( 0 );
}

$closte_probe   = array(
	'targets'   => $closte_here,
	'resolvers' => $closte_here,
	'ca_file'   => "$closte_dir/ca.pem",
);
$closte_stream  = static function ( string $name ) use ( $closte_dir ): bool {
	$context = stream_context_create(
		array(
			'ssl' => array(
				'cafile'            => "$closte_dir/ca.pem",
				'peer_name'         => $name,
				'capture_peer_cert' => true,
			),
		)
	);
	$stream  = stream_socket_client( "ssl://$name:443", $code, $message, 5, STREAM_CLIENT_CONNECT, $context );

	return false !== $stream && openssl_x509_parse( stream_context_get_params( $stream )['options']['ssl']['peer_certificate'] )['validTo_time_t'] > time();
};
$closte_openssl = static function ( string $name ) use ( $closte_dir ): bool {
	exec( 'openssl s_client -connect ' . escapeshellarg( "$name:443" ) . ' -servername ' . escapeshellarg( $name ) . ' -verify_hostname ' . escapeshellarg( $name ) . ' -CAfile ' . escapeshellarg( "$closte_dir/ca.pem" ) . ' -verify_return_error </dev/null >/dev/null 2>&1', $output, $status );

	return 0 === $status;
};
// One by one is what PHP can.
list( $closte_all, $closte_php ) = $closte_turns(
	static fn (): array => $closte_batch( 'checking-ssl-cert', 'certificate_state', 'valid' ),
	static fn (): array => $closte_each( $closte_names, $closte_stream )
);
$closte_rows                     = array(
	'extension, advanceAll'                       => $closte_all,
	'extension, check_certificate, one at a time' => $closte_each( $closte_names, static fn ( string $name ): bool => \Closte\CertificateState::Valid === \Closte\check_certificate( $name, $closte_probe )->state ),
	'PHP, stream_socket_client of ssl://'         => $closte_php,
	'openssl s_client, a process each'            => $closte_each( array_slice( $closte_names, 0, 200 ), $closte_openssl ),
);
$closte_print( "Which certificate is served, $closte_checks domains", $closte_rows );
list( , $closte_one, , $closte_cli ) = array_values( $closte_rows );
printf(
	"  ratio: PHP's streams take %.1f times as long as check_certificate, openssl s_client %.1f times; a batch does %.1f times as many as\n"
	. "  PHP's streams\n\n",
	$closte_php['median'] / $closte_one['median'],
	$closte_cli['median'] / $closte_one['median'],
	$closte_rate( $closte_all ) / $closte_rate( $closte_php )
);
record( 'certificates', $closte_rate( $closte_all ), $closte_rate( $closte_php ) );
record( 'certificate-one', $closte_one['median'], $closte_php['median'] );
