--TEST--
After its client is gone, the key is nowhere in the process but in PHP's own strings
--EXTENSIONS--
closte
--SKIPIF--
<?php
require __DIR__ . '/needs-emulator.inc';
if ( ! is_readable( '/proc/self/mem' ) ) {
	die( 'skip the memory of a process cannot be read here' );
}
if ( getenv( 'USE_ZEND_ALLOC' ) === '0' ) {
	die( 'skip valgrind keeps memory that was given back' );
}
?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';

/** How often each form of the key is in the memory of a process. */
function copies( int $pid, string $key ): array {
	$copies = array( 'plain' => 0, 'encoded' => 0 );
	$memory = fopen( "/proc/$pid/mem", 'rb' );
	foreach ( file( "/proc/$pid/maps" ) as $line ) {
		if ( ! preg_match( '/^([0-9a-f]+)-([0-9a-f]+) rw/', $line, $range ) ) {
			continue;
		}
		list( $from, $to ) = array_map( 'hexdec', array_slice( $range, 1 ) );
		fseek( $memory, $from );
		$bytes = (string) @stream_get_contents( $memory, $to - $from );
		$copies['plain']   += substr_count( $bytes, $key );
		$copies['encoded'] += substr_count( $bytes, rawurlencode( $key ) );
	}
	return $copies;
}

/** What is left of the key in a process that has run this with it as `$key`. */
function left_by( string $code, string $key ): array {
	$code    = "\$key = trim( fgets( STDIN ) ); $code unset( \$key ); gc_collect_cycles(); gc_mem_caches(); fgets( STDIN, 4096 ); echo \"ready\\n\"; fgets( STDIN );";
	$process = proc_open( array( PHP_BINARY, '-n', '-d', 'extension=' . getenv( 'CLOSTE_LIBRARY' ), '-r', $code ), array( array( 'pipe', 'r' ), array( 'pipe', 'w' ), STDERR ), $pipes );
	// What PHP's stream has read is overwritten by the next line.
	fwrite( $pipes[0], "$key\n" . str_repeat( 'x', 1000 ) . "\n" );
	$said = fgets( $pipes[1] );
	if ( "ready\n" !== $said ) {
		return array( $said . stream_get_contents( $pipes[1] ) );
	}
	$copies = copies( proc_get_status( $process )['pid'], $key );
	fwrite( $pipes[0], "\n" );
	array_map( fclose( ... ), $pipes );
	proc_close( $process );
	return $copies;
}

/** A key that no other test has. */
function new_key( Emulator $emulator ): string {
	$key = 'Memory/Key+' . bin2hex( random_bytes( 16 ) );
	$emulator->ask( 'PATCH', '/state', array( 'keys' => array( $key => array( 'domains' => array( 'a.example.com' ), 'permission' => true ) ) ) );
	return $key;
}

$emulator = new Emulator();
$key      = new_key( $emulator );
// What is there when no client is made is PHP's own.
$php   = left_by( 'new ArrayObject( array( $key ) );', $key );
$calls = '
	$options = %s;
	$client  = new Closte\Client( $key, $options );
	foreach ( array( 1, 2 ) as $turn ) {
		$client->verify();
		$client->addDomain( "b$turn.example.com" );
		$client->domains();
		$client->removeDomain( "b$turn.example.com" );
		$client->addDomain( "a.example.com" );
	}
	$lifecycle = new Closte\Lifecycle( $client, array( "targets" => array( "127.0.0.1" ), "authoritative" => false, "resolvers" => array( "127.0.0.1:1" ) ) );
	$lifecycle->advance( array( "domain" => "c.example.com", "wanted" => "present", "stage" => "pending", "attempts" => 0, "stage_since" => 1 ) );
	try {
		( new Closte\Client( $key, array( "base_url" => "http://127.0.0.1:1/", "retries" => 0 ) ) )->domains();
	} catch ( Closte\TransientException $e ) {
		unset( $e );
	}
	unset( $client, $lifecycle );
	%s
';
$over  = array( 'HTTP' => array( 'base_url' => $emulator->http ), 'HTTPS' => array( 'base_url' => $emulator->https, 'ca_file' => $emulator->ca ) );
// The last change that was sent over TLS may stay in the buffer of its open connection, until the next request over it.
$add   = '$client = new Closte\Client( $key, $options ); $client->addDomain( "e.example.com" ); unset( $client );';
$list  = '$client = new Closte\Client( $key, $options ); $client->domains(); unset( $client );';
$other = '( new Closte\Client( ' . var_export( new_key( $emulator ), true ) . ', $options ) )->addDomain( "d.example.com" );';
foreach ( $over as $title => $options ) {
	foreach ( array( 'a change' => $add, 'a list' => $list, 'another key' => $other, 'a list alone' => $list ) as $last => $more ) {
		$code = 'a list alone' === $last ? '$options = %s; %s' : $calls;
		$left = left_by( sprintf( $code, var_export( $options + array( 'timeout' => 60 ), true ), $more ), $key );
		if ( ! isset( $left['encoded'] ) ) {
			print_r( $left );
			continue;
		}
		$allowed = 'HTTPS' === $title && $add === $more ? 1 : 0;
		echo "$title, last $last: ", $left['plain'] <= $php['plain'] ? 'nothing beside PHP\'s own' : json_encode( array( $left, $php ) ), ', ', $left['encoded'] <= $allowed ? 'no request' : "{$left['encoded']} requests", "\n";
	}
}
?>
--EXPECT--
HTTP, last a change: nothing beside PHP's own, no request
HTTP, last a list: nothing beside PHP's own, no request
HTTP, last another key: nothing beside PHP's own, no request
HTTP, last a list alone: nothing beside PHP's own, no request
HTTPS, last a change: nothing beside PHP's own, no request
HTTPS, last a list: nothing beside PHP's own, no request
HTTPS, last another key: nothing beside PHP's own, no request
HTTPS, last a list alone: nothing beside PHP's own, no request
