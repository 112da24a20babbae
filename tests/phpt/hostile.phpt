--TEST--
Hostile input: no request for what is no name, no byte in a message that a terminal acts upon, nothing but fields on the wire
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';

$unseen   = '/[\x00-\x1f\x7f\x{80}-\x{9f}\x{ad}\x{200b}\x{200e}\x{200f}\x{2028}-\x{202e}\x{2060}-\x{206f}\x{feff}]/u';
$texts    = array(
	"shop.example\r\nX-Injected: 1", 'shop.example&wildcard=1&apikey=x', 'shop.example%00', "shop.example\0.evil.example", 'shop.example%0d%0aX: 1',
	"\e[2J\e]0;owned\x07shop.example", "\u{9b}31mshop.example", "shop\u{202e}elpmaxe.example", "\u{2066}shop\u{2069}.example", "<script>alert(1)</script>.example",
	'--exec=phpinfo();.example', "shop\xff\xfe.example", str_repeat( 'a', 10000000 ), str_repeat( 'ü.', 5000000 ) . 'example', str_repeat( "\u{200b}", 3000000 ) . 'shop.example',
);
$emulator = new Emulator();
$client   = $emulator->client( array( 'retries' => 0 ) );

echo "--- names\n";
$lifecycle = new Closte\Lifecycle( $client, array( 'targets' => array( '127.0.0.1' ) ) );
foreach ( $texts as $n => $text ) {
	$calls = array(
		'parse'  => fn () => Closte\DomainName::parse( $text ),
		'add'    => fn () => $client->addDomain( $text ),
		'remove' => fn () => $client->removeDomain( $text ),
		'dns'    => fn () => Closte\check_dns( $text, array() ),
		'tls'    => fn () => Closte\check_certificate( $text ),
	);
	foreach ( $calls as $what => $call ) {
		try {
			$call();
			echo "$n $what: taken\n";
		} catch ( Closte\InvalidDomainException $e ) {
			if ( preg_match( $unseen, $e->getMessage() . $e->domain ) || strlen( $e->getMessage() ) > 1000 || strlen( $e->domain ) > 1000 ) {
				echo "$n $what: ", substr( json_encode( $e->getMessage() ), 0, 300 ), "\n";
			}
		}
	}
	$after = $lifecycle->advance( array( 'domain' => $text, 'wanted' => 'present', 'stage' => 'pending', 'attempts' => 0, 'stage_since' => 1 ) );
	if ( 'failed' !== $after['stage'] || preg_match( $unseen, $after['error_message'] ) ) {
		echo "$n lifecycle: ", json_encode( array( $after['stage'], $after['error_message'] ) ), "\n";
	}
	$plan = Closte\Plan::make( array( $text ), array(), array() );
	if ( array() !== $plan->add ) {
		echo "$n plan: added\n";
	}
}
var_dump( $emulator->calls() );

echo "--- answers\n";
foreach ( array_slice( $texts, 0, 11 ) as $n => $text ) {
	foreach ( array( array( 'kind' => 'reject', 'text' => $text ), array( 'kind' => '404', 'text' => "<title>$text</title>" ), array( 'kind' => '200', 'text' => $text ), array( 'kind' => '401', 'text' => json_encode( array( 'success' => false, 'error' => $text ) ) ) ) as $fault ) {
		$emulator->fault( $fault );
		foreach ( array( fn () => $client->verify(), fn () => $client->addDomain( 'a.example.com' ), fn () => $client->domains() ) as $call ) {
			try {
				$call();
				echo "$n {$fault['kind']}: no exception\n";
			} catch ( Closte\ClosteException $e ) {
				if ( preg_match( $unseen, $e->getMessage() ) || str_contains( $e->getMessage(), "\n" ) ) {
					echo "$n {$fault['kind']}: ", json_encode( $e->getMessage() ), "\n";
				}
			}
		}
	}
}
$entries = array_slice( $texts, 0, 11 );
$rich    = array_map( fn ( $text ) => array( 'domain' => 'rich-' . crc32( $text ) . '.example.com', $text => array( $text => $text ) ), $entries );
$emulator = new Emulator( ...array_merge( $entries, $rich ) );
foreach ( $client->domains() as $domain ) {
	if ( ! preg_match( '/^[a-z0-9.*_-]+$/', $domain->domain ) ) {
		echo "listed: ", json_encode( $domain->domain ), "\n";
	}
	if ( preg_match( $unseen, str_replace( "\n", ' ', print_r( $domain->details, true ) ) ) ) {
		echo 'details: ', json_encode( $domain->details ), "\n";
	}
}
echo count( $client->domains() ) >= count( $rich ) ? "all read\n" : "some are missing\n";
?>
--EXPECT--
--- names
array(0) {
}
--- answers
all read
