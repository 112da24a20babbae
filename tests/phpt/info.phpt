--TEST--
phpinfo() and php --ri closte: version, effective settings, connections and calls of this process
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';

function section(): array {
	ob_start();
	phpinfo( INFO_MODULES );
	preg_match( '/\ncloste\n(.*?)\n\n\n?[a-zA-Z]/s', ob_get_clean(), $found );
	$rows = array();
	foreach ( explode( "\n", $found[1] ) as $line ) {
		$cells = explode( ' => ', $line, 2 );
		if ( isset( $cells[1] ) ) {
			$rows[ $cells[0] ] = $cells[1];
		}
	}
	return $rows;
}

$emulator = new Emulator();
print_r( array_diff_key( section(), array( 'Version' => 1, 'Base URL' => 1, 'closte.base_url' => 1 ) ) );
var_dump( phpversion( 'closte' ) === section()['Version'], ( ini_get( 'closte.base_url' ) ?: 'https://app.closte.com/api/client' ) === section()['Base URL'] );

$client = $emulator->client();
$client->verify();
$client->verify();
$client->domains();
foreach ( section() as $name => $value ) {
	if ( str_contains( $name, 'this process' ) ) {
		echo "$name => $value\n";
	}
}

require __DIR__ . '/php.inc';
echo "--- other settings\n";
foreach ( array( '-d closte.timeout=2.5 -d closte.resolvers=127.0.0.1:5300', '-d closte.base_url=ftp://x' ) as $settings ) {
	echo preg_replace( array( '/\nDirective.*/s', '/^(Configuration error).*/m' ), array( '', '$1' ), shell_exec( escapeshellarg( PHP_BINARY ) . ' -n -d extension=' . escapeshellarg( getenv( 'CLOSTE_LIBRARY' ) ) . " $settings --ri closte" ) );
}
?>
--EXPECTF--
Array
(
    [closte] => enabled
    [Timeout of a call] => 10 s
    [Timeout of a connection] => 5 s
    [Calls at a time] => 8
    [Resolvers] => the system's
    [Trusted roots] => the system's
    [Connections opened (this process)] => 0
    [Calls made (this process)] => 0
)
bool(true)
bool(true)
Connections opened (this process) => 1
Calls made (this process) => 3
--- other settings

closte

closte => enabled
Version => %d.%d.%d
Base URL => https://app.closte.com/api/client
Timeout of a call => 2.5 s
Timeout of a connection => 5 s
Calls at a time => 8
Resolvers => 127.0.0.1:5300
Trusted roots => the system's
Connections opened (this process) => 0
Calls made (this process) => 0

closte

closte => enabled
Version => %d.%d.%d
Configuration error
Connections opened (this process) => 0
Calls made (this process) => 0
