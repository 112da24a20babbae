--TEST--
Client::fromEnvironment(): the constant, then the environment variable
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/php.inc';

$emulator = new Emulator();
$try      = '
	try {
		Closte\Client::fromEnvironment( array( "base_url" => ' . var_export( $emulator->http, true ) . ' ) )->verify();
		echo "accepted\n";
	} catch ( Closte\ClosteException $e ) {
		echo get_class( $e ), " ", $e->reason, "\n";
	}
';
$right    = 'const CLOSTE_CLIENT_API_KEY = ' . var_export( $emulator->key, true ) . ';';
$wrong    = 'const CLOSTE_CLIENT_API_KEY = "another-key";';

echo 'constant: ', run_php( $right . $try );
echo 'nothing: ', run_php( $try );
echo 'empty: ', run_php( 'const CLOSTE_CLIENT_API_KEY = "";' . $try );
echo 'no string: ', run_php( 'const CLOSTE_CLIENT_API_KEY = array( 1 );' . $try );
echo 'putenv: ', run_php( 'putenv( "CLOSTE_CLIENT_API_KEY=' . $emulator->key . '" );' . $try );
putenv( "CLOSTE_CLIENT_API_KEY={$emulator->key}" );
echo 'variable: ', run_php( $try );
echo 'empty constant, then variable: ', run_php( 'const CLOSTE_CLIENT_API_KEY = "";' . $try );
echo 'the constant wins: ', run_php( $wrong . $try );
?>
--EXPECT--
constant: accepted
nothing: Closte\ConfigException no-key
empty: Closte\ConfigException no-key
no string: Closte\ConfigException bad-key
putenv: accepted
variable: accepted
empty constant, then variable: accepted
the constant wins: Closte\AuthException key-refused
