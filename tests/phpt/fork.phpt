--TEST--
Calls before and after pcntl_fork(), in the parent and in the children
--EXTENSIONS--
closte
--SKIPIF--
<?php
require __DIR__ . '/needs-emulator.inc';
function_exists( 'pcntl_fork' ) || print( 'skip needs pcntl' );
?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';

$emulator = new Emulator( 'a.example.com' );
$client   = $emulator->tls_client();
$client->verify();

$children = array();
for ( $i = 0; $i < 4; $i++ ) {
	$pid = pcntl_fork();
	if ( 0 === $pid ) {
		for ( $n = 0; $n < 5; $n++ ) {
			1 === count( $client->domains() ) || exit( 10 );
		}
		// A client of its own, and one more generation.
		$emulator->tls_client()->verify();
		$grandchild = pcntl_fork();
		if ( 0 === $grandchild ) {
			$client->verify();
			exit( 20 + $i );
		}
		pcntl_waitpid( $grandchild, $status );
		exit( pcntl_wifexited( $status ) && 20 + $i === pcntl_wexitstatus( $status ) ? $i : 30 );
	}
	$children[ $i ] = $pid;
	$client->verify();
}
foreach ( $children as $i => $pid ) {
	pcntl_waitpid( $pid, $status );
	var_dump( pcntl_wifexited( $status ) && pcntl_wexitstatus( $status ) === $i );
}

// What the children did left the parent's connection as it was: no further one was opened.
for ( $n = 0; $n < 5; $n++ ) {
	$client->verify();
}
$journal   = $emulator->journal();
$processes = array();
foreach ( $journal as $entry ) {
	$processes[ $entry['connection'] ] = true;
}
echo count( $processes ), ' connections of ', 1 + 4 + 4, " processes\n";
var_dump( $journal[0]['connection'] === end( $journal )['connection'] );
var_dump( array_unique( array_column( $journal, 'status' ) ) );

echo "--- a child that never calls, and one that is killed\n";
foreach ( array( fn () => exit( 0 ), fn () => pcntl_exec( "/bin/sh", array( "-c", "kill -KILL \$\$" ) ) ) as $end ) {
	$pid = pcntl_fork();
	if ( 0 === $pid ) {
		$end();
	}
	pcntl_waitpid( $pid, $status );
	var_dump( pcntl_wifexited( $status ) ? pcntl_wexitstatus( $status ) : 'killed' );
}
var_dump( $client->verify() );
var_dump( end( $journal )['connection'] === $emulator->journal()[ count( $journal ) ]['connection'] );
?>
--EXPECT--
bool(true)
bool(true)
bool(true)
bool(true)
9 connections of 9 processes
bool(true)
array(1) {
  [0]=>
  int(200)
}
--- a child that never calls, and one that is killed
int(0)
string(6) "killed"
NULL
bool(true)
