--TEST--
A list of 100,000 domains takes memory for what it says and no more, and a comparison with it less
--SKIPIF--
<?php
require __DIR__ . '/needs-emulator.inc';
if ( ! is_writable( '/proc/self/clear_refs' ) ) {
	die( 'skip nothing says here how much memory a process has had' );
}
if ( getenv( 'USE_ZEND_ALLOC' ) === '0' ) {
	die( 'skip too slow under valgrind' );
}
?>
--INI--
memory_limit=128M
--FILE--
<?php
require __DIR__ . '/emulator.inc';

/** The most memory that this process has had since this was forgotten, in MiB. */
function most_memory(): int {
	preg_match( '/^VmHWM:\s+(\d+) kB/m', file_get_contents( '/proc/self/status' ), $match );
	return intdiv( (int) $match[1], 1024 );
}

const MANY = 100000;
$emulator = new Emulator( ...array_map( static fn ( int $n ): string => "shop-$n.customers.example", range( 0, MANY - 1 ) ) );
$client   = $emulator->client();
// What one call takes whatever it is for is there before.
$client->verify();

foreach ( array( 'string' => 60, 'rich' => 160 ) as $shape => $mib ) {
	$emulator->settings( array( 'shape' => $shape, 'unreadable' => 2 ) );
	gc_mem_caches();
	file_put_contents( '/proc/self/clear_refs', '5' );
	$before = most_memory();
	memory_reset_peak_usage();
	$php     = memory_get_usage();
	$domains = $client->domains();
	printf( "%s: %d domains, %d skipped, last %s\n", $shape, count( $domains ), $client->skipped(), $domains[ MANY - 1 ]->domain );
	$grown = most_memory() - $before;
	$own   = $grown - intdiv( memory_get_peak_usage() - $php, 1024 * 1024 );
	unset( $domains );
	echo $grown <= $mib ? "small enough\n" : "$grown MiB for all\n";
	echo $own <= 24 ? "little outside of PHP\n" : "$own MiB outside of PHP\n";
}

$emulator->settings( array( 'shape' => 'string', 'unreadable' => 0 ) );
gc_mem_caches();
file_put_contents( '/proc/self/clear_refs', '5' );
$before     = most_memory();
$comparison = new Closte\Comparison();
foreach ( range( 0, MANY - 1, 1000 ) as $first ) {
	$rows = array();
	foreach ( range( $first, $first + 999 ) as $n ) {
		$rows[] = array( 'domain' => "shop-$n.customers.example", 'wanted' => 'present', 'accepted_at' => 5 );
	}
	$comparison->addRows( $rows );
}
$comparison->readList( $client );
foreach ( range( 0, MANY - 1, 1000 ) as $first ) {
	$names = array_map( static fn ( int $n ): string => "shop-$n.customers.example", range( $first, $first + 999 ) );
	$comparison->want( array_fill_keys( $names, 7 ) );
	$comparison->addUsed( $names );
}
$plan  = $comparison->plan( array( 'prune' => true, 'keep' => false ) );
$grown = most_memory() - $before;
printf( "comparison: %d kept, %d to do\n", $plan->kept, count( $plan->add ) + count( $plan->remove ) + count( $plan->foreign ) );
echo $grown <= 24 ? "small enough\n" : "$grown MiB for all\n";
?>
--EXPECT--
string: 100000 domains, 2 skipped, last shop-99999.customers.example
small enough
little outside of PHP
rich: 100000 domains, 2 skipped, last shop-99999.customers.example
small enough
little outside of PHP
comparison: 100000 kept, 0 to do
small enough
