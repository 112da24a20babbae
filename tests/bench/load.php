<?php
/**
 * Measures what a library adds to the start of PHP, beside others: its size, its relocations, processor time and time.
 *
 * Usage: php load.php RUNS NAME=LIBRARY…
 *
 * The runs alternate, so that a busy machine is busy for each of them, and the quickest tenth counts: what else runs only adds.
 * The last column is the ratio to the first library's time.
 */

declare(strict_types=1);

require_once __DIR__ . '/record.php';

$runs      = (int) $argv[1];
$libraries = array();
foreach ( array_slice( $argv, 2 ) as $argument ) {
	list( $name, $file ) = explode( '=', $argument, 2 );
	$libraries[ $name ]  = $file;
}

/**
 * Starts PHP with a library, or without one, and waits for its end.
 *
 * @param string|null $file The library.
 * @return array{float, float} Processor time and time, in milliseconds.
 */
function start( ?string $file ): array {
	$command = array( PHP_BINARY, '-n', '-r', '' );
	if ( null !== $file ) {
		array_splice( $command, 2, 0, array( '-d', "extension=$file" ) );
	}
	$cpu     = static fn( array $usage ): float => 1e3 * ( $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'] ) + ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e3;
	$before  = $cpu( getrusage( 1 ) );
	$begin   = hrtime( true );
	$process = proc_open( $command, array(), $pipes );
	if ( 0 !== proc_close( $process ) ) {
		throw new RuntimeException( "PHP does not start with $file" );
	}
	return array( $cpu( getrusage( 1 ) ) - $before, ( hrtime( true ) - $begin ) / 1e6 );
}

/**
 * What a tenth of some numbers stays below.
 *
 * @param list<float> $numbers The numbers.
 */
function tenth( array $numbers ): float {
	sort( $numbers );
	return $numbers[ intdiv( count( $numbers ), 10 ) ];
}

$measured = array();
for ( $run = 0; $run < $runs; $run++ ) {
	foreach ( array( '' => null ) + $libraries as $name => $file ) {
		list( $measured[ $name ]['cpu'][], $measured[ $name ]['time'][] ) = start( $file );
	}
}

printf( "%-12s %10s %12s %14s %10s %8s\n", 'library', 'size', 'relocations', 'processor time', 'time', 'ratio' );
$first = null;
$rows  = array();
foreach ( $libraries as $name => $file ) {
	$time        = tenth( $measured[ $name ]['time'] ) - tenth( $measured['']['time'] );
	$first     ??= $time;
	$relocations = preg_match_all( '/^[0-9a-f]{8,}/m', (string) shell_exec( 'readelf -rW ' . escapeshellarg( $file ) ) );
	$cpu         = tenth( $measured[ $name ]['cpu'] ) - tenth( $measured['']['cpu'] );
	$rows[]      = array( filesize( $file ) / 1e6, $cpu );
	printf(
		"%-12s %7.1f MB %12d %11.2f ms %7.2f ms %8.2f\n",
		$name,
		filesize( $file ) / 1e6,
		$relocations,
		$cpu,
		$time,
		$first / $time
	);
}
// The first is the peer, the second what ships.
if ( 2 === count( $rows ) ) {
	ClosteSync\Tests\record( 'library-size', $rows[1][0], $rows[0][0] );
	ClosteSync\Tests\record( 'library-load', $rows[1][1], $rows[0][1] );
}
