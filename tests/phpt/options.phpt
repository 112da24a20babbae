--TEST--
Options: what is unknown, of a wrong type or out of range is named
--EXTENSIONS--
closte
--FILE--
<?php
$cases = array(
	array( 'timout' => 1 ),
	array( 1 => 'x' ),
	array( "nul\0" => 1 ),
	array( 'timeout' => '5' ),
	array( 'timeout' => null ),
	array( 'timeout' => 0 ),
	array( 'timeout' => NAN ),
	array( 'timeout' => INF ),
	array( 'timeout' => 1e9 ),
	array( 'connect_timeout' => -1.5 ),
	array( 'retries' => 1.5 ),
	array( 'retries' => -1 ),
	array( 'retries' => PHP_INT_MAX ),
	array( 'max_in_flight' => 0 ),
	array( 'max_in_flight' => '8' ),
	array( 'base_url' => array() ),
	array( 'base_url' => '' ),
	array( 'base_url' => "http://127.0.0.1\0/" ),
	array( 'base_url' => 'http://example.com/api' ),
	array( 'base_url' => 'https://user:password@example.com/api' ),
	array( 'base_url' => "\xff" ),
	array( 'ca_file' => true ),
	array( 'resolvers' => '1.1.1.1' ),
	array( 'resolvers' => array( 5 ) ),
	array( 'resolvers' => array( 'dns.example.com' ) ),
);
foreach ( $cases as $options ) {
	try {
		new Closte\Client( 'key', $options );
		echo 'taken: ', json_encode( $options ), "\n";
	} catch ( Closte\ConfigException $e ) {
		echo $e->reason, str_contains( $e->reason, 'option' ) ? ': ' . $e->getMessage() : '', "\n";
	}
}

$timeout = 5;
$options = array(
	'timeout'         => &$timeout,
	'connect_timeout' => 0.5,
	'retries'         => 0,
	'max_in_flight'   => 256,
	'base_url'        => 'https://localhost:1/',
	'resolvers'       => array( '127.0.0.1', '127.0.0.1:5353', '[::1]:53' ),
);
var_dump( new Closte\Client( 'key', $options ) );
var_dump( new Closte\Client( key: 'key', options: array() ) );
?>
--EXPECT--
unknown-option: Closte\Client has no option "timout". Did you mean "timeout"? It takes: base_url, timeout, connect_timeout, retries, max_in_flight, ca_file, resolvers.
unknown-option: Closte\Client has no option "1". It takes: base_url, timeout, connect_timeout, retries, max_in_flight, ca_file, resolvers.
unknown-option: Closte\Client has no option "nul". It takes: base_url, timeout, connect_timeout, retries, max_in_flight, ca_file, resolvers.
bad-option-type: The option "timeout" of Closte\Client must be a number of seconds (int or float), string given.
bad-option-type: The option "timeout" of Closte\Client must be a number of seconds (int or float), null given.
bad-option-value: The option "timeout" of Closte\Client must be between 0.01 and 3600 seconds, 0 given.
bad-option-value: The option "timeout" of Closte\Client must be between 0.01 and 3600 seconds, NaN given.
bad-option-value: The option "timeout" of Closte\Client must be between 0.01 and 3600 seconds, inf given.
bad-option-value: The option "timeout" of Closte\Client must be between 0.01 and 3600 seconds, 1000000000 given.
bad-option-value: The option "connect_timeout" of Closte\Client must be between 0.01 and 3600 seconds, -1.5 given.
bad-option-type: The option "retries" of Closte\Client must be an int, float given.
bad-option-value: The option "retries" of Closte\Client must be between 0 and 20, -1 given.
bad-option-value: The option "retries" of Closte\Client must be between 0 and 20, 9223372036854775807 given.
bad-option-value: The option "max_in_flight" of Closte\Client must be between 1 and 256, 0 given.
bad-option-type: The option "max_in_flight" of Closte\Client must be an int, string given.
bad-option-type: The option "base_url" of Closte\Client must be a string, array given.
bad-option-value: The option "base_url" of Closte\Client must be a text that is not empty, an empty one given.
bad-option-value: The option "base_url" of Closte\Client must be without NUL bytes, one with a NUL byte given.
insecure-base-url
bad-base-url
bad-option-value: The option "base_url" of Closte\Client must be UTF-8 text, other bytes given.
bad-option-type: The option "ca_file" of Closte\Client must be a string, bool given.
bad-option-type: The option "resolvers" of Closte\Client must be a list of strings, string given.
bad-option-type: The option "resolvers" of Closte\Client must be a list of strings, int given.
bad-resolver
object(Closte\Client)#5 (0) {
}
object(Closte\Client)#5 (0) {
}
