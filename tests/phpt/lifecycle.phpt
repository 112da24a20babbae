--TEST--
Lifecycle: a domain comes and goes; failures are in the record
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/dns.inc';

$emulator = new Emulator( 'gone.example.com', 'kept.example.com' );
$dns      = new Dns();
$options  = array( 'targets' => array( '192.0.2.1' ), 'resolvers' => array( $dns->address ), 'authoritative' => false, 'now' => 1700000000, 'protect' => array( 'KEPT.example.com' ) );
$client   = $emulator->client( array( 'retries' => 0 ) );
$row      = static fn ( string $domain, string $wanted, string $stage, array $more = array() ): array => $more + array( 'domain' => $domain, 'wanted' => $wanted, 'stage' => $stage, 'attempts' => 0, 'stage_since' => 1699990000 );
$show     = static function ( array $record ): void {
	echo implode( ' ', array( $record['domain'], $record['stage'], $record['outcome'] ?: '-', $record['state'], $record['next_call'] ?: '-', $record['error_kind'] ?: '-', $record['error_reason'] ?: '-', $record['next_check_at'] ? '+' . ( $record['next_check_at'] - 1700000000 ) : 'never', $record['attempts'] ) ), "\n";
};
$lifecycle = new Closte\Lifecycle( $client, $options );

$show( $lifecycle->advance( $row( 'new.example.com', 'present', 'pending' ) ) );
$show( $lifecycle->advance( $row( 'new.example.com', 'present', 'pending' ) ) );
$show( $lifecycle->advance( $row( 'gone.example.com', 'absent', 'done' ) ) );
$show( $lifecycle->advance( $row( 'gone.example.com', 'absent', 'removing' ) ) );
$show( $lifecycle->advance( $row( 'kept.example.com', 'absent', 'removing' ) ) );
$show( $lifecycle->advance( $row( 'new.example.com', 'present', 'removing' ) ) );
$show( $lifecycle->advance( $row( 'not a domain', 'present', 'pending' ) ) );
echo implode( "\n", $emulator->calls() ), "\n";

echo "--- failures\n";
foreach ( array( array( 'kind' => '503', 'retry_after' => '90' ), array( 'kind' => 'reset-after' ), array( 'kind' => 'reject', 'text' => 'Not today' ), array( 'kind' => 'html' ) ) as $fault ) {
	$emulator->fault( $fault + array( 'path' => '/adddomainalias', 'times' => 1 ) );
	$record = $lifecycle->advance( $row( 'b-' . $fault['kind'] . '.example.com', 'present', 'pending' ) );
	$show( $record );
	echo "  landed {$record['may_have_landed']}, retry after {$record['retry_after']}, then: ";
	$show( $lifecycle->advance( $record ) );
}
$show( ( new Closte\Lifecycle( new Closte\Client( 'another-key', array( 'base_url' => $emulator->http ) ), $options ) )->advance( $row( 'c.example.com', 'present', 'pending' ) ) );

echo "--- many\n";
$domains = array_map( static fn ( int $n ): string => "many-$n.example.com", range( 1, 40 ) );
$heard   = array();
$results = $lifecycle->advanceAll(
	array_map( static fn ( string $domain ): array => $row( $domain, 'present', 'pending' ), $domains ),
	function ( array $record ) use ( &$heard ): void {
		$heard[] = $record['domain'];
	}
);
var_dump( array_column( $results, 'domain' ) === $domains, array_unique( array_column( $results, 'stage' ) ) );
sort( $heard );
sort( $domains );
var_dump( $heard === $domains );

echo "--- no time left\n";
$spent = $lifecycle->advanceAll( array( $row( 'late.example.com', 'present', 'pending', array( 'next_check_at' => 5 ) ) ), fn () => print( "heard\n" ), 0.0 );
var_dump( $spent[0]['stage'], $spent[0]['next_check_at'], $spent[0]['attempts'], $spent[0]['next_call'], $spent[0]['outcome'] );

echo "--- a budget shorter than a hang\n";
$emulator->fault( array( 'kind' => 'hang' ) );
$begun  = microtime( true );
$record = $lifecycle->advance( $row( 'slow.example.com', 'present', 'pending' ), 0.5 );
var_dump( microtime( true ) - $begun < 60, $record['error_kind'], $record['may_have_landed'] );
?>
--EXPECT--
new.example.com checking-dns added owner-must-act - - - +300 1
new.example.com checking-dns already-there owner-must-act - - - +300 1
gone.example.com removed removed leaving - - - never 0
gone.example.com removed already-gone leaving - - - never 0
kept.example.com removing protected leaving - - - +86400 1
new.example.com checking-dns already-there owner-must-act - - - +300 1
not a domain failed invalid network-must-act add invalid-domain whitespace +86400 0
/adddomainalias new.example.com added
/adddomainalias new.example.com already
/getdomains none
/deletedomainalias gone.example.com removed
/deletedomainalias gone.example.com absent
/getdomains none
/adddomainalias new.example.com already
/getdomains none
--- failures
b-503.example.com pending failed waiting add transient unavailable +90 1
  landed 0, retry after 90, then: b-503.example.com checking-dns added owner-must-act - - - +300 1
b-reset-after.example.com checking-dns added owner-must-act - - - +300 1
  landed 0, retry after 0, then: b-reset-after.example.com checking-dns - owner-must-act - - - +300 2
b-reject.example.com failed rejected network-must-act add rejected refused +86400 0
  landed 0, retry after 0, then: b-reject.example.com checking-dns added owner-must-act - - - +300 1
b-html.example.com pending unknown waiting add protocol bad-answer +60 1
  landed 1, retry after 0, then: b-html.example.com checking-dns added owner-must-act - - - +300 1
c.example.com pending unauthorized network-must-act add auth key-refused +10 1
--- many
bool(true)
array(1) {
  [0]=>
  string(12) "checking-dns"
}
bool(true)
--- no time left
string(7) "pending"
int(5)
int(0)
string(3) "add"
string(0) ""
--- a budget shorter than a hang
bool(true)
string(9) "transient"
int(1)
