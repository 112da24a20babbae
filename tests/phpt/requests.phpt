--TEST--
Many requests in one process: each finds the classes as new and the connections warm
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/server.inc';

$emulator = new Emulator();
$script   = sprintf(
	'<?php
	final class Overloaded extends Closte\TransientException {}
	function step( Closte\Client $client, string $domain ): string {
		$record = array( "domain" => $domain, "wanted" => "present", "stage" => "pending", "attempts" => 0, "stage_since" => 1 );
		$lifecycle = new Closte\Lifecycle( $client, array( "targets" => array( "127.0.0.1" ) ) );
		return $lifecycle->advanceAll( array( $record ), static fn ( array $record ) => array_key_last( $record ) )[0]["outcome"];
	}
	$client = new Closte\Client( %s, array( "base_url" => %s, "ca_file" => %s ) );
	$words = array( step( $client, "a.example.com" ), $client->addDomain( "a.example.com" )->name, $client->removeDomain( "a.example.com" )->value );
	$words[] = Closte\Outcome::from( "already-gone" ) === $client->removeDomain( "a.example.com" ) ? "same case" : "another case";
	$words[] = match ( Closte\DnsState::tryFrom( "here" ) ) { Closte\DnsState::Here => "here", default => "nowhere" };
	try {
		$client->addDomain( "not a name" );
	} catch ( Closte\InvalidDomainException $e ) {
		$words[] = $e->reason . " " . $e->getLine();
	}
	try {
		throw new Overloaded( "mine" );
	} catch ( Closte\ClosteException $e ) {
		$words[] = $e->getMessage() . $e->reason;
	}
	$words[] = Closte\DomainName::parse( "www.example.com" )->counterpart();
	$words[] = implode( ",", Closte\Plan::make( array( "a.example.com" ), array(), array() )->add );
	echo implode( "; ", $words );',
	var_export( $emulator->key, true ),
	var_export( $emulator->https, true ),
	var_export( $emulator->ca, true )
);
$rounds   = array( array() );
if ( ! getenv( 'CLOSTE_UNDER_VALGRIND' ) && file_exists( ini_get( 'extension_dir' ) . '/opcache.so' ) ) {
	$rounds[] = array( 'zend_extension=opcache', 'opcache.enable_cli=1', 'opcache.validate_timestamps=0' );
}
foreach ( $rounds as $settings ) {
	$before  = count( $emulator->journal() );
	$server  = new Server( getenv( 'CLOSTE_TEST_PHP' ), $script, ...$settings );
	$answers = array();
	for ( $i = 0; $i < 20; $i++ ) {
		$answers[] = $server->ask();
	}
	$ended_well = $server->stop();
	if ( 1 < count( array_unique( $answers ) ) || ! $ended_well ) {
		var_dump( $ended_well, $answers );
	}
	$journal = array_slice( $emulator->journal(), $before );
	if ( 1 !== count( array_unique( array_column( $journal, 'connection' ) ) ) ) {
		echo "more than one connection\n";
	}
}
echo $answers[0], "\n";
?>
--EXPECT--
added; AlreadyThere; removed; same case; here; whitespace 13; mine; example.com; a.example.com
