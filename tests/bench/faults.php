<?php
/**
 * Times looks at DNS where not all goes well: php faults.php CHECKS. Run by tests/bin/bench-probes, in a network where port 53 of
 * 127.0.0.1 is knot.
 *
 * faults.php CHECKS                    the rows
 * faults.php CHECKS batch RESOLVER…    one process that looks at all at once; prints JSON
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/record.php';

const TARGET = '127.0.0.1';

$closte_checks = (int) $argv[1];

if ( 'batch' === ( $argv[2] ?? '' ) ) {
	$closte_lifecycle = new \Closte\Lifecycle(
		new \Closte\Client( 'not-used', array( 'base_url' => 'http://127.0.0.1:9/api/client' ) ),
		array(
			'targets'       => array( TARGET ),
			'resolvers'     => array_slice( $argv, 3 ),
			'authoritative' => false,
			'follow'        => false,
		)
	);
	$closte_records   = array_map(
		static fn ( int $i ): array => array(
			'domain'        => "d$i.bench.example",
			'wanted'        => 'present',
			'stage'         => 'checking-dns',
			'attempts'      => 0,
			'stage_since'   => time(),
			'last_added_at' => time(),
		),
		range( 0, $closte_checks - 1 )
	);
	$closte_start     = hrtime( true );
	$closte_records   = $closte_lifecycle->advanceAll( $closte_records );
	echo json_encode(
		array(
			'seconds' => ( hrtime( true ) - $closte_start ) / 1e9,
			'states'  => array_count_values( array_column( $closte_records, 'dns_state' ) ),
		)
	);
	exit( 0 );
}

/** A server of lossy-dns.mjs. */
final class Far_Server {

	/** @var resource */
	private $process;

	/** @var array<int, resource> */
	private array $pipes = array();

	public function __construct( public readonly string $address, float $loss ) {
		$command       = array( 'node', __DIR__ . '/lossy-dns.mjs', $address, TARGET, '20', (string) $loss );
		$this->process = proc_open( $command, array( array( 'pipe', 'r' ), array( 'pipe', 'w' ) ), $this->pipes );
		if ( "ready\n" !== fgets( $this->pipes[1] ) ) {
			throw new \RuntimeException( "no server at $address" );
		}
	}

	/** How many questions came since this was asked. */
	public function questions(): int {
		fwrite( $this->pipes[0], "count\n" );

		return (int) fgets( $this->pipes[1] );
	}

	public function __destruct() {
		fclose( $this->pipes[0] );
		proc_close( $this->process );
	}
}

// A resolver that takes questions and says nothing, also over TCP.
$closte_dead   = '127.0.0.4';
$closte_silent = array(
	stream_socket_server( "udp://$closte_dead:53", flags: STREAM_SERVER_BIND ),
	stream_socket_server( "tcp://$closte_dead:53" ),
);
$closte_good   = new Far_Server( '127.0.0.2', 0.0 );
$closte_lossy  = new Far_Server( '127.0.0.3', 0.2 );

// What is learnt of a server holds for a process, so each batch has one of its own.
$closte_batch = static function ( string ...$resolvers ) use ( $closte_checks ): array {
	$command = array( PHP_BINARY, '-d', 'extension=' . getenv( 'CLOSTE_BENCH_EXTENSION' ), __FILE__, (string) $closte_checks, 'batch', ...$resolvers );
	$output  = (string) shell_exec( implode( ' ', array_map( 'escapeshellarg', $command ) ) );
	$read    = json_decode( $output, true );
	if ( ! is_array( $read ) ) {
		throw new \RuntimeException( "a batch failed: $output" );
	}

	return $read;
};
$closte_took  = array();
for ( $closte_turn = 0; $closte_turn < 5; $closte_turn++ ) {
	$closte_took['good'][] = $closte_batch( $closte_good->address );
	$closte_took['dead'][] = $closte_batch( $closte_good->address, $closte_dead );
}
printf( "%d looks at DNS at a time, a resolver at a round trip of 20 ms\n  %-40s %8s %8s\n", $closte_checks, '', 's', 'unknown' );
$closte_seconds = $closte_unknown = array();
foreach ( array( 'good' => 'alone', 'dead' => 'beside one that says nothing' ) as $closte_name => $closte_title ) {
	$closte_seconds[ $closte_name ] = median( array_column( $closte_took[ $closte_name ], 'seconds' ) );
	$closte_states                  = array_column( $closte_took[ $closte_name ], 'states' );
	$closte_unknown[ $closte_name ] = max( array_map( static fn ( array $states ): int => array_sum( $states ) - ( $states['here'] ?? 0 ), $closte_states ) );
	printf( "  %-40s %8.2f %8d\n", $closte_title, $closte_seconds[ $closte_name ], $closte_unknown[ $closte_name ] );
}
record( 'dead-resolver', $closte_seconds['dead'], $closte_seconds['good'] );
record( 'dead-unknown', $closte_unknown['dead'] );

$closte_each  = intdiv( $closte_checks, 10 );
$closte_looks = array();
for ( $closte_i = 0; $closte_i < $closte_each; $closte_i++ ) {
	foreach ( array( 'all' => $closte_good, 'some' => $closte_lossy ) as $closte_name => $closte_server ) {
		$closte_server->questions();
		$closte_start  = hrtime( true );
		$closte_report = \Closte\check_dns(
			"d$closte_i.bench.example",
			array( TARGET ),
			array(
				'resolvers'     => array( $closte_server->address ),
				'authoritative' => false,
			)
		);
		$closte_looks[ $closte_name ]['seconds'][]   = ( hrtime( true ) - $closte_start ) / 1e9;
		$closte_looks[ $closte_name ]['questions'][] = $closte_server->questions();
		$closte_looks[ $closte_name ]['unseen'][]    = (int) ( \Closte\DnsState::Here !== $closte_report->state );
	}
}
$closte_mean = static fn ( string $name, string $what ): float => array_sum( $closte_looks[ $name ][ $what ] ) / $closte_each;
printf( "%d looks, one at a time\n  %-40s %8s %10s %10s\n", $closte_each, '', 's each', 'questions', 'not seen' );
foreach ( array( 'all' => 'no question is lost', 'some' => 'one of five is lost' ) as $closte_name => $closte_title ) {
	printf( "  %-40s %8.3f %10.2f %10d\n", $closte_title, $closte_mean( $closte_name, 'seconds' ), $closte_mean( $closte_name, 'questions' ), array_sum( $closte_looks[ $closte_name ]['unseen'] ) );
}
record( 'loss', $closte_mean( 'some', 'seconds' ), $closte_mean( 'all', 'seconds' ) );
record( 'loss-questions', $closte_mean( 'some', 'questions' ), $closte_mean( 'all', 'questions' ) );
