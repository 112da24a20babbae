--TEST--
A question to a name server takes at most four system calls
--EXTENSIONS--
closte
--SKIPIF--
<?php
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
require __DIR__ . '/dns.inc';

$dns    = new Dns();
$log    = tempnam( sys_get_temp_dir(), 'closte-strace' );
$script = tempnam( sys_get_temp_dir(), 'closte-questions' );
file_put_contents(
	$script,
	'<?php
	[ , $way, $server, $checks ] = $argv;
	$names   = array_map( fn ( int $n ): string => "d$n.example.com", range( 1, (int) $checks ) );
	$options = array( "resolvers" => array( $server ), "authoritative" => false );
	if ( "each" === $way ) {
		foreach ( $names as $name ) {
			Closte\check_dns( $name, array( "192.0.2.1" ), $options );
		}
	} else {
		$record    = array( "wanted" => "present", "stage" => "checking-dns", "attempts" => 0, "stage_since" => time(), "last_added_at" => time() );
		$client    = new Closte\Client( "not-used", array( "base_url" => "http://127.0.0.1:9/api/client" ) );
		$lifecycle = new Closte\Lifecycle( $client, array( "targets" => array( "192.0.2.1" ) ) + $options );
		$lifecycle->advanceAll( array_map( fn ( string $name ): array => array( "domain" => $name ) + $record, $names ) );
	}'
);
/** The system calls and the questions of a process that makes so many checks. */
$count = static function ( string $way, int $checks ) use ( $dns, $log, $script ): array {
	$command = array( 'strace', '-f', '-c', '-o', $log, PHP_BINARY, '-n', '-d', 'extension=' . getenv( 'CLOSTE_LIBRARY' ), $script, $way, $dns->address, (string) $checks );
	passthru( implode( ' ', array_map( 'escapeshellarg', $command ) ) );
	preg_match_all( '/^\s*[\d.]+\s+\S+\s+\S+\s+(\d+)\s+(?:\d+\s+)?(sendto|total)$/m', file_get_contents( $log ), $rows, PREG_SET_ORDER );
	$calls = array_column( $rows, 1, 2 );
	return array( (int) $calls['total'], (int) $calls['sendto'] );
};
foreach ( array( 'each', 'batch' ) as $way ) {
	// What a process does once makes no difference.
	[ $few, $many ]       = array( $count( $way, 40 ), $count( $way, 240 ) );
	[ $calls, $questions ] = array( $many[0] - $few[0], $many[1] - $few[1] );
	$each                 = $calls / $questions;
	echo "$way: ", $questions >= 400 && $each >= 2 && $each <= 4 ? 'at most 4' : "$calls for $questions", "\n";
}
unlink( $log );
unlink( $script );
?>
--EXPECT--
each: at most 4
batch: at most 4
