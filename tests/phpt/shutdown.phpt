--TEST--
The end of a process: connections close, whatever state it is in
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/php.inc';

$emulator = new Emulator( 'a.example.com' );
var_dump( $emulator->wait_for_connections( 0 ) );
$client = sprintf(
	'$client = new Closte\Client( %s, array( "base_url" => %s, "ca_file" => %s ) );',
	var_export( $emulator->key, true ),
	var_export( $emulator->https, true ),
	var_export( $emulator->ca, true )
);
$ends = array(
	'nothing was called' => '',
	'after a call'       => '$client->verify();',
	'never constructed'  => '$client = null; try { new Closte\Client( "" ); } catch ( Closte\ConfigException ) {}',
	'exit'               => '$client->domains(); exit( 0 );',
	'in a cycle'         => '$client->verify(); $a = new stdClass(); $a->a = $a; $a->client = $client;',
	'static'             => 'class Keep { static $client; } Keep::$client = $client; $client->verify();',
	'a fatal error'      => '$client->verify(); register_shutdown_function( fn () => $client->verify() ); ini_set( "display_errors", 0 ); no_such_function();',
	'after a failure'    => 'try { $client->addDomain( "b.example.com" ); $client->removeDomain( "x" ); } catch ( Closte\InvalidDomainException ) {}',
);
foreach ( $ends as $name => $code ) {
	echo "$name: ", trim( run_checked_php( $client . $code ) ), ' ', $emulator->wait_for_connections( 0 ) ? 'all closed' : 'still open', "\n";
}
?>
--EXPECT--
bool(true)
nothing was called:  all closed
after a call:  all closed
never constructed:  all closed
exit:  all closed
in a cycle:  all closed
static:  all closed
a fatal error: (status 255) all closed
after a failure:  all closed
