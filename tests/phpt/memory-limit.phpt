--TEST--
Running out of memory in the middle of a call ends the script, not the process's health
--EXTENSIONS--
closte
--SKIPIF--
<?php
require __DIR__ . '/needs-emulator.inc';
'0' === getenv( 'USE_ZEND_ALLOC' ) && print( 'skip without PHP\'s own allocator there is no limit' );
?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/server.inc';

// In a server of its own, so that a later request of the same process shows what the first one left behind.
$emulator = new Emulator( ...array_map( static fn ( int $i ): string => "site-$i.example.com", range( 1, 15000 ) ) );
$server   = new Server(
	PHP_BINARY,
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
$before = $server->ask( 'ok' );
foreach ( array( 'list', 'progress', 'list', 'progress', 'progress' ) as $query ) {
	echo preg_replace( '/exhausted .*/s', 'exhausted', trim( $server->ask( $query ) ) ), "\n";
	var_dump( $before === $server->ask( 'ok' ) );
}
echo preg_replace( '/\d+$/', 'N', $before ), "\n";
var_dump( $server->stop() );
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
bool(true)
