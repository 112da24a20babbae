--TEST--
INI: defaults, PHP_INI_SYSTEM, values that cannot be used
--EXTENSIONS--
closte
--FILE--
<?php
require __DIR__ . '/php.inc';

echo run_php( 'foreach ( ini_get_all( "closte" ) as $name => $entry ) { printf( "%s = %s (%d)\n", $name, var_export( $entry["global_value"], true ), $entry["access"] ); }' );
echo run_php( 'var_dump( ini_set( "closte.timeout", "1" ), ini_get( "closte.timeout" ) );' );

$construct = 'try { new Closte\Client( "key" ); echo "taken\n"; } catch ( Closte\ConfigException $e ) { echo $e->reason, "bad-ini" === $e->reason ? ": " . $e->getMessage() : "", "\n"; }';
foreach ( array( 'timeout=abc', 'timeout=0', 'timeout=0.5', 'connect_timeout=1e9', 'max_in_flight=2.5', 'max_in_flight=257', 'max_in_flight=', 'base_url=ftp://example.com', 'base_url=', 'resolvers=127.0.0.1 127.0.0.2,[::1]:5353', "base_url=https://\xff.com", "ca_file=/\xff", "max_in_flight=\xff" ) as $entry ) {
	echo addcslashes( "closte.$entry: ", "\xff" ), run_php( $construct, "closte.$entry" );
}
?>
--EXPECT--
closte.base_url = 'https://app.closte.com/api/client' (4)
closte.ca_file = '' (4)
closte.connect_timeout = '5' (4)
closte.max_in_flight = '8' (4)
closte.resolvers = '' (4)
closte.timeout = '10' (4)
bool(false)
string(2) "10"
closte.timeout=abc: bad-ini: The INI entry closte.timeout must be a number of seconds from 0.01 to 3600, not “abc”. Change it in php.ini.
closte.timeout=0: bad-ini: The INI entry closte.timeout must be a number of seconds from 0.01 to 3600, not “0”. Change it in php.ini.
closte.timeout=0.5: taken
closte.connect_timeout=1e9: bad-ini: The INI entry closte.connect_timeout must be a number of seconds from 0.01 to 3600, not “1e9”. Change it in php.ini.
closte.max_in_flight=2.5: bad-ini: The INI entry closte.max_in_flight must be a whole number from 1 to 256, not “2.5”. Change it in php.ini.
closte.max_in_flight=257: bad-ini: The INI entry closte.max_in_flight must be a whole number from 1 to 256, not “257”. Change it in php.ini.
closte.max_in_flight=: taken
closte.base_url=ftp://example.com: bad-base-url
closte.base_url=: taken
closte.resolvers=127.0.0.1 127.0.0.2,[::1]:5353: taken
closte.base_url=https://\377.com: bad-base-url
closte.ca_file=/\377: bad-ca-file
closte.max_in_flight=\377: bad-ini: The INI entry closte.max_in_flight must be a whole number from 1 to 256, not “�”. Change it in php.ini.
