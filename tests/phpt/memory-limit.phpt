--TEST--
Running out of memory in the middle of a call ends the script, not the process's health
--EXTENSIONS--
closte
--SKIPIF--
<?php
'0' === getenv( 'USE_ZEND_ALLOC' ) && print( 'skip without PHP\'s own allocator there is no limit' );
?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';

// In a server of its own, so that a later request of the same process shows what the first one left behind.
$emulator = new Emulator( ...array_map( static fn ( int $i ): string => "site-$i.example.com", range( 1, 15000 ) ) );
$docroot  = sys_get_temp_dir() . '/closte-memory-' . getmypid();
mkdir( $docroot );
file_put_contents(
	"$docroot/index.php",
	'<?php
	$client = new Closte\Client( ' . var_export( $emulator->key, true ) . ', array( "base_url" => ' . var_export( $emulator->http, true ) . ' ) );
	switch ( $_SERVER["QUERY_STRING"] ) {
		case "list":
			ini_set( "memory_limit", "3M" );
			$client->domains();
			echo "not reached";
			break;
		case "progress":
			ini_set( "memory_limit", "3M" );
			$record = array( "domain" => "a.example.com", "wanted" => "absent", "stage" => "removing", "attempts" => 0, "stage_since" => 1 );
			( new Closte\Lifecycle( $client, array( "targets" => array() ) ) )->advanceAll( array_fill( 0, 20, $record ), fn () => str_repeat( "x", 5000000 ) );
			echo "not reached";
			break;
		default:
			echo count( $client->domains() ), " in process ", getmypid();
	}'
);
$port = (int) explode( ':', stream_socket_get_name( $socket = stream_socket_server( 'tcp://127.0.0.1:0' ), false ) )[1];
fclose( $socket );
$command = array( PHP_BINARY, '-n', '-d', 'extension=' . getenv( 'CLOSTE_LIBRARY' ), '-d', 'display_errors=1', '-d', 'html_errors=0', '-S', "127.0.0.1:$port", '-t', $docroot );
$server  = proc_open( $command, array( 1 => array( 'file', '/dev/null', 'w' ), 2 => array( 'file', '/dev/null', 'w' ) ), $pipes );
$ask     = static fn ( string $query ): string => (string) @file_get_contents( "http://127.0.0.1:$port/?$query", false, stream_context_create( array( 'http' => array( 'ignore_errors' => true, 'timeout' => 60 ) ) ) );
for ( $i = 0; $i < 3000 && '' === ( $before = $ask( 'ok' ) ); $i++ ) {
	usleep( 10000 );
}
foreach ( array( 'list', 'progress', 'list', 'progress', 'progress' ) as $query ) {
	echo preg_replace( '/exhausted .*/s', 'exhausted', trim( $ask( $query ) ) ), "\n";
	var_dump( $before === $ask( 'ok' ) );
}
echo preg_replace( '/\d+$/', 'N', $before ), "\n";
proc_terminate( $server );
proc_close( $server );
unlink( "$docroot/index.php" );
rmdir( $docroot );
?>
--EXPECT--
Fatal error: Allowed memory size of 3145728 bytes exhausted
bool(true)
Fatal error: Allowed memory size of 3145728 bytes exhausted
bool(true)
Fatal error: Allowed memory size of 3145728 bytes exhausted
bool(true)
Fatal error: Allowed memory size of 3145728 bytes exhausted
bool(true)
Fatal error: Allowed memory size of 3145728 bytes exhausted
bool(true)
15000 in process N
