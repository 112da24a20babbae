--TEST--
Client: verify, add, remove, list; each twice
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';

$emulator = new Emulator( 'old.example.com' );
foreach ( array( 'plain' => $emulator->client(), 'tls' => $emulator->tls_client() ) as $scheme => $client ) {
	echo "--- $scheme\n";
	var_dump( $client->verify() );
	echo $client->addDomain( 'New.Example.com.' )->value, ' ', $client->addDomain( 'new.example.com' )->value, "\n";
	echo $client->addDomain( '*.bücher.example.com' )->value, "\n";
	echo implode( ' ', array_map( static fn ( Closte\RemoteDomain $d ): string => $d->domain . ( $d->wildcard ? '(wildcard)' : '' ), $client->domains() ) ), "\n";
	echo $client->removeDomain( 'new.example.com' )->value, ' ', $client->removeDomain( 'new.example.com' )->value, "\n";
	var_dump( $client->removeDomain( '*.bücher.example.com' ) );
	echo implode( ' ', array_map( static fn ( $entry ) => $entry['domain'] ?? $entry, $emulator->domains() ) ), "\n";
}

echo "--- what was sent\n";
$journal = $emulator->journal();
$first   = array_values( array_filter( $journal, static fn ( $entry ) => 'new.example.com' === ( $entry['params']['domain'] ?? '' ) ) )[0];
echo "{$first['method']} {$first['path']} {$first['content_type']}\n{$first['raw_body']}\n";
var_dump( array_merge( ...array_column( $journal, 'violations' ) ) );

echo "--- the list's shapes\n";
foreach ( array( 'string', 'rich', 'mixed', 'url' ) as $shape ) {
	$emulator->settings( array( 'shape' => $shape, 'unreadable' => 2 ) );
	$client  = $emulator->client();
	$domains = $client->domains();
	echo "$shape: ", count( $domains ), ' ', $domains[0]->domain, ' ', $client->skipped(), "\n";
}
var_dump( $emulator->client()->skipped() );

echo "--- refused before anything is sent\n";
$count = count( $emulator->journal() );
echo thrown( fn () => $client->addDomain( 'http://example.com' ) ), "\n";
echo thrown( fn () => $client->removeDomain( '' ) ), "\n";
var_dump( count( $emulator->journal() ) - $count );

echo "--- a wrong key\n";
$stranger = new Closte\Client( 'some-other-key', array( 'base_url' => $emulator->http ) );
echo thrown( fn () => $stranger->verify() ), "\n";
echo thrown( fn () => $stranger->addDomain( 'new.example.com' ) ), "\n";
echo thrown( fn () => $stranger->domains() ), "\n";
?>
--EXPECT--
--- plain
NULL
added already-there
added
old.example.com new.example.com *.xn--bcher-kva.example.com(wildcard)
removed already-gone
enum(Closte\Outcome::Removed)
old.example.com
--- tls
NULL
added already-there
added
old.example.com new.example.com *.xn--bcher-kva.example.com(wildcard)
removed already-gone
enum(Closte\Outcome::Removed)
old.example.com
--- what was sent
POST /adddomainalias application/x-www-form-urlencoded
apikey=<key>&domain=new.example.com&wildcard=
array(0) {
}
--- the list's shapes
string: 1 old.example.com 2
rich: 1 old.example.com 2
mixed: 1 old.example.com 2
url: 1 old.example.com 2
int(0)
--- refused before anything is sent
Closte\InvalidDomainException url 
Closte\InvalidDomainException empty 
int(0)
--- a wrong key
Closte\AuthException key-refused 200
Closte\AuthException key-refused 200
Closte\AuthException key-refused 200
