--TEST--
Lifecycle::advanceAll() and advanceEach(): a call each second, also while nothing comes back
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/dns.inc';
require __DIR__ . '/php.inc';

$emulator  = new Emulator();
$dns       = new Dns();
$client    = $emulator->client();
$lifecycle = new Closte\Lifecycle( $client, array( 'targets' => array( '192.0.2.1' ), 'resolvers' => array( $dns->address ), 'authoritative' => false, 'follow' => false ) );
$record    = static fn ( string $domain ): array => array( 'domain' => $domain, 'wanted' => 'present', 'stage' => 'pending', 'attempts' => 0, 'stage_since' => 1 );
$ways      = array(
	'advanceAll'  => static fn ( array $records, callable $progress, callable $tick ) => $lifecycle->advanceAll( $records, $progress, null, $tick ),
	'advanceEach' => static function ( array $records, callable $progress, callable $tick ) use ( $lifecycle ): int {
		$source = static function () use ( &$records ): array {
			$next    = $records;
			$records = array();
			return $next;
		};
		return $lifecycle->advanceEach( $source, $progress, null, $tick );
	},
);

foreach ( $ways as $name => $advance ) {
	echo "--- $name: while one hangs, the others are known\n";
	$emulator->fault( array( 'kind' => 'hang', 'path' => '/adddomainalias', 'domain' => 'hangs.example.com' ) );
	$heard = array();
	$ticks = 0;
	try {
		$advance(
			array( $record( 'a.example.com' ), $record( 'hangs.example.com' ), $record( 'b.example.com' ) ),
			static function ( array $record ) use ( &$heard ): void {
				$heard[] = $record['domain'];
			},
			static function () use ( &$heard, &$ticks, $client ): void {
				$client->verify();
				if ( ++$ticks > 1 && 2 === count( $heard ) ) {
					throw new DomainException( 'enough' );
				}
			}
		);
	} catch ( DomainException $e ) {
		sort( $heard );
		echo $e->getMessage(), ': ', implode( ' ', $heard ), "\n";
	}
	$emulator->fault();
}

echo "--- none is needed\n";
echo $lifecycle->advanceAll( array( $record( 'c.example.com' ) ), null, null, null )[0]['outcome'], "\n";
foreach ( array( static fn () => $lifecycle->advanceAll( array(), null, null, 'no such function' ), static fn () => $lifecycle->advanceEach( 'count', 'count', null, 'no such function' ) ) as $wrong ) {
	try {
		$wrong();
	} catch ( TypeError $e ) {
		echo $e->getMessage(), "\n";
	}
}
?>
--EXPECT--
--- advanceAll: while one hangs, the others are known
enough: a.example.com b.example.com
--- advanceEach: while one hangs, the others are known
enough: a.example.com b.example.com
--- none is needed
added
Closte\Lifecycle::advanceAll(): Argument #4 ($tick) must be a valid callback or null, string given
Closte\Lifecycle::advanceEach(): Argument #4 ($tick) must be a valid callback or null, string given
