--TEST--
A call with a client of its own makes at most 12 system calls
--EXTENSIONS--
closte
--SKIPIF--
<?php
require __DIR__ . '/needs-emulator.inc';
if ( getenv( 'CLOSTE_UNDER_VALGRIND' ) ) {
	die( 'skip valgrind makes some of its own' );
}
exec( 'strace -c true 2>/dev/null', $output, $status );
if ( 0 !== $status ) {
	die( 'skip strace may not look at processes here' );
}
?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';

$emulator = new Emulator();
$log      = tempnam( sys_get_temp_dir(), 'closte-strace' );
$script   = tempnam( sys_get_temp_dir(), 'closte-calls' );
file_put_contents(
	$script,
	'<?php
	[ , $url, $ca, $key, $prefix, $calls ] = $argv;
	for ( $n = 0; $n < $calls; $n++ ) {
		$client = new Closte\Client( $key, array( "base_url" => $url, "ca_file" => $ca ) );
		echo "added" === $client->addDomain( "$prefix-$calls-$n.example" )->value ? "" : "not added\n";
	}'
);
/** The system calls of a process that makes so many. */
$count = static function ( string $url, string $prefix, int $calls ) use ( $emulator, $log, $script ): int {
	$command = array( 'strace', '-f', '-c', '-o', $log, PHP_BINARY, '-n', '-d', 'extension=' . getenv( 'CLOSTE_LIBRARY' ), $script, $url, $emulator->ca, $emulator->key, $prefix, (string) $calls );
	passthru( implode( ' ', array_map( 'escapeshellarg', $command ) ) );
	preg_match( '/^\s*100\.00\s+\S+\s+\d*\s+(\d+)\s.*total$/m', file_get_contents( $log ), $match );
	return (int) $match[1];
};
foreach ( array( 'http1' => $emulator->http, 'http2' => $emulator->https ) as $prefix => $url ) {
	// What a process does once makes no difference.
	$each = ( $count( $url, $prefix, 120 ) - $count( $url, $prefix, 20 ) ) / 100;
	echo "$prefix: ", $each > 5 && $each <= 12.5 ? 'at most 12' : $each, "\n";
}
unlink( $log );
unlink( $script );
?>
--EXPECT--
http1: at most 12
http2: at most 12
