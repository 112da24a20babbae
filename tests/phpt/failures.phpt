--TEST--
Client: every kind of failure is an exception of its class, within the deadline
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';

$emulator = new Emulator();
$client   = $emulator->client( array( 'retries' => 0 ) );
$faults   = array(
	array( 'kind' => '429', 'retry_after' => '7' ),
	array( 'kind' => '503', 'retry_after_date' => 120 ),
	array( 'kind' => '500' ),
	array( 'kind' => '408' ),
	array( 'kind' => '401' ),
	array( 'kind' => '403' ),
	array( 'kind' => '404' ),
	array( 'kind' => 'html' ),
	array( 'kind' => 'empty' ),
	array( 'kind' => 'cut-json' ),
	array( 'kind' => 'cut-body' ),
	array( 'kind' => 'oversized' ),
	array( 'kind' => 'endless' ),
	array( 'kind' => 'redirect', 'location' => 'http://127.0.0.1:1/' ),
	array( 'kind' => 'reset-before' ),
	array( 'kind' => 'reset-after' ),
	array( 'kind' => 'reject', 'text' => "No\0 way\n<b>here</b>" ),
);
foreach ( $faults as $n => $fault ) {
	$domain = "a-$n.example.com";
	$emulator->fault( $fault + array( 'path' => '/adddomainalias' ) );
	try {
		$client->addDomain( $domain );
		echo "{$fault['kind']}: added\n";
	} catch ( Closte\ClosteException $e ) {
		printf(
			"%s: %s %s %s%s%s\n",
			$fault['kind'],
			substr( get_class( $e ), 7 ),
			$e->reason,
			var_export( $e->httpStatus, true ),
			isset( $e->retryAfter ) ? ( $e->retryAfter > 100 ? ' retry after about 120' : " retry after {$e->retryAfter}" ) : '',
			( $e->mayHaveLanded ?? false ) ? ' may have landed' : ''
		);
		if ( $e->domain !== $domain || preg_match( '/[\x00-\x1f]/', $e->getMessage() ) || str_contains( $e->getMessage(), $emulator->key ) ) {
			var_dump( $e->domain, $e->getMessage() );
		}
	}
}

echo "--- a hang ends at the deadline\n";
$emulator->fault( array( 'kind' => 'hang' ) );
$begun = microtime( true );
$short = $emulator->client( array( 'timeout' => 0.5 ) );
try {
	$short->addDomain( 'a.example.com' );
} catch ( Closte\TransientException $e ) {
	var_dump( $e->reason, $e->mayHaveLanded );
}
$took = microtime( true ) - $begun;
var_dump( $took > 0.4 && $took < 60 );

echo "--- retried, and then right\n";
$emulator->fault( array( 'kind' => '500', 'times' => 2 ) );
$emulator->client()->verify();

echo "--- nobody listens\n";
$emulator->down( true );
echo thrown( fn () => $client->verify() ), "\n";
$emulator->down( false );
$client->verify();

echo "--- TLS with a root that nobody trusts\n";
echo thrown( fn () => ( new Closte\Client( 'key', array( 'base_url' => $emulator->https, 'retries' => 0 ) ) )->verify() ), "\n";
?>
--EXPECT--
429: TransientException rate-limited 429 retry after 7
503: TransientException unavailable 503 retry after about 120
500: TransientException server-error 500 may have landed
408: TransientException request-timeout 408
401: AuthException key-refused 401
403: AuthException key-refused 403
404: ProtocolException bad-answer 404
html: ProtocolException bad-answer 200 may have landed
empty: ProtocolException bad-answer 200 may have landed
cut-json: ProtocolException bad-answer 200 may have landed
cut-body: added
oversized: ProtocolException answer-too-big 200 may have landed
endless: ProtocolException answer-too-big 200 may have landed
redirect: ProtocolException redirect 302
reset-before: TransientException connection-broken NULL may have landed
reset-after: TransientException connection-broken NULL may have landed
reject: RejectedException refused 200
--- a hang ends at the deadline
string(7) "timeout"
bool(true)
bool(true)
--- retried, and then right
--- nobody listens
Closte\TransientException connect 
--- TLS with a root that nobody trusts
Closte\TransientException tls
