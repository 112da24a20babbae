--TEST--
Comparison: ledger, list and wishes, told in portions
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
use Closte\Comparison;
use Closte\Plan;

function show( string $name, Plan $plan ): void {
	echo "$name:";
	foreach ( get_object_vars( $plan ) as $list => $value ) {
		if ( is_array( $value ) && $value ) {
			echo " $list=", implode( ',', $value );
		}
	}
	echo " ($plan->kept kept)\n";
}
$row = static fn ( string $domain, string $wanted = 'present', int $accepted_at = 5, mixed ...$more ): array => array( 'id' => 7, 'domain' => $domain, 'wanted' => $wanted, 'accepted_at' => $accepted_at ) + $more;

$emulator = new Emulator( 'kept.example.com', 'wanted.example.com', 'foreign.example.com', 'unused.example.com', 'retired.example.com', 'used.example.com', 'network.example.com', 'arrived.example.com' );
$client   = $emulator->client();
$of       = static function () use ( $row, $client ): Comparison {
	$it = new Comparison();
	$it->addRows( array( $row( 'kept.example.com' ), $row( 'unused.example.com' ), $row( 'retired.example.com', 'retired' ), $row( 'used.example.com' ) ) );
	$it->addRows( array( $row( 'lost.example.com', 'present', 9 ), $row( 'never.example.com', 'present', 0 ), $row( 'landed.example.com', 'present', 5, may_have_landed: 1 ) ) );
	$it->addRows( array( $row( 'going.example.com', 'absent' ), $row( 'waits.example.com', 'present', 0, waits_for_dns: true ), $row( 'again.example.com', 'present', 3 ) ) );
	$it->addRows( array( $row( 'arrived.example.com', 'present', 0 ) ) );
	$it->readList( $client );
	$it->want( array( 'kept.example.com' => 1, 'Wanted.example.com.' => 2, 'bücher.example.com' => 3, 'again.example.com' => 4 ) );
	$it->want( array( 'waits.example.com' => 5, 'wanted.example.com' => 6, 'foo bar' => 7, 'arrived.example.com' => 8 ) );
	$it->addUsed( array( 'used.example.com' ) );
	$it->protect( array( 'NETWORK.example.com' ) );
	return $it;
};
$it = $of();
show( 'plan', $it->plan() );
show( 'prune', $it->plan( array( 'prune' => true, 'max_removals' => 10 ) ) );
show( 'too many', $it->plan( array( 'prune' => true, 'max_removals' => 2 ) ) );
show( 'names of what is kept left out', $it->plan( array( 'prune' => true, 'force' => true, 'keep' => false ) ) );
foreach ( array( 'undecided', 'unrecorded', 'unused', 'orphans' ) as $list ) {
	echo "$list: ", implode( ', ', $it->$list() ), "\n";
}
var_dump( $it->wantedBy( 'wanted.example.com' ), $it->wantedBy( 'BÜCHER.example.com' ), $it->wantedBy( 'foreign.example.com' ), $it->hasRow( 'lost.example.com' ), $it->hasRow( 'foreign.example.com' ) );
var_dump( $it->acceptedAt( 'lost.example.com' ), $it->acceptedAt( 'going.example.com' ), $it->acceptedAt( 'nowhere.example.com' ), $it->isWhole() );
$it->wantNothing();
var_dump( $it->wantedBy( 'kept.example.com' ), $it->unrecorded(), $it->plan( array( 'prune' => true ) )->refusal['reason'] );

echo "--- an entry that cannot be read may be any that is accepted and wanted\n";
$emulator->settings( array( 'unreadable' => 1 ) );
$it = $of();
var_dump( $it->isWhole(), $it->plan()->add );
$emulator->settings( array( 'unreadable' => 0 ) );

echo "--- names without objects\n";
$client = ( new Emulator( 'b.example.com', '*.a.example.com' ) )->client();
echo implode( ', ', $client->domainNames() ), ' ', $client->skipped(), "\n";

echo "--- what is wrong\n";
$attempts = array(
	static fn () => $it->want( array( 'a.example.com' => 'x' ) ),
	static fn () => $it->want( 'a.example.com' ),
	static fn () => $it->addRows( array( 'a.example.com' ) ),
	static fn () => $it->addRows( array( array( 'wanted' => 'present' ) ) ),
	static fn () => $it->addRows( array( array( 'accepted_at' => '1700000000' ) + $row( 'a.example.com' ) ) ),
	static fn () => $it->addRows( array( $row( 'a.example.com' ), array( 'domain' => 'b.example.com', 'wanted' => 'present' ) ) ),
	static fn () => $it->addRows( array( $row( 'a.example.com', 'perhaps' ) ) ),
	static fn () => $it->addRows( array( array( 'domain' => 'a.example.com', 'accepted_at' => 0 ) ) ),
	static fn () => $it->addRows( array( $row( 'a.example.com', 'present', 5, may_have_landed: '1' ) ) ),
	static fn () => $it->protect( array( 1 ) ),
	static fn () => $it->readList( $it ),
	static fn () => $it->plan( array( 'purge' => true ) ),
	static fn () => $it->plan( array( 'keep' => 1 ) ),
	static fn () => $it->readList( $emulator->client( array( 'base_url' => 'http://127.0.0.1:1', 'retries' => 0 ) ) ),
	static fn () => clone $it,
	static fn () => serialize( $it ),
);
foreach ( $attempts as $attempt ) {
	try {
		$attempt();
		echo "taken\n";
	} catch ( Throwable $e ) {
		echo get_class( $e ), ': ', preg_replace( '/ \((?!\$rows).*/', '', $e->getMessage() ), "\n";
	}
}
// Keys of digits alone are numbers to PHP.
$it->want( array( 12345 => 9 ) );
var_dump( $it->wantedBy( '12345' ) );
?>
--EXPECT--
plan: add=again.example.com,xn--bcher-kva.example.com keep=kept.example.com,used.example.com,arrived.example.com,wanted.example.com,network.example.com,unused.example.com,retired.example.com foreign=foreign.example.com unwanted=unused.example.com,retired.example.com invalid=foo bar (7 kept)
prune: add=again.example.com,xn--bcher-kva.example.com remove=unused.example.com,retired.example.com keep=kept.example.com,used.example.com,arrived.example.com,wanted.example.com,network.example.com foreign=foreign.example.com invalid=foo bar (5 kept)
too many: add=again.example.com,xn--bcher-kva.example.com keep=kept.example.com,used.example.com,arrived.example.com,wanted.example.com,network.example.com,unused.example.com,retired.example.com foreign=foreign.example.com unwanted=unused.example.com,retired.example.com invalid=foo bar refusal=too-many-forgotten,3,8,7,2 (7 kept)
names of what is kept left out: add=again.example.com,xn--bcher-kva.example.com remove=unused.example.com,retired.example.com foreign=foreign.example.com invalid=foo bar (5 kept)
undecided: unused.example.com, retired.example.com, lost.example.com, foreign.example.com
unrecorded: arrived.example.com, wanted.example.com
unused: unused.example.com, lost.example.com, never.example.com, landed.example.com
orphans: lost.example.com, never.example.com
int(2)
int(3)
NULL
bool(true)
bool(false)
int(9)
int(0)
int(0)
bool(true)
NULL
array(0) {
}
string(14) "nothing-wanted"
--- an entry that cannot be read may be any that is accepted and wanted
bool(false)
array(1) {
  [0]=>
  string(25) "xn--bcher-kva.example.com"
}
--- names without objects
b.example.com, *.a.example.com 0
--- what is wrong
TypeError: Closte\Comparison::want(): Argument #1
TypeError: Closte\Comparison::want(): Argument #1
TypeError: Closte\Comparison::addRows(): Argument #1 ($rows) must be a list of rows, string in it
TypeError: Closte\Comparison::addRows(): Argument #1 ($rows) must be a list of rows, array in it
TypeError: Closte\Comparison::addRows(): Argument #1 ($rows) must be a ledger record with an int in [0]["accepted_at"], string given
ValueError: Closte\Comparison::addRows(): Argument #1 ($rows) must be a ledger record, but has no [1]["accepted_at"]
ValueError: Closte\Comparison::addRows(): Argument #1 ($rows) must be a ledger record with one of “present”, “absent”, “retired” in [0]["wanted"], “perhaps” given
ValueError: Closte\Comparison::addRows(): Argument #1 ($rows) must be a ledger record, but has no [0]["wanted"]
TypeError: Closte\Comparison::addRows(): Argument #1 ($rows) must be a ledger record with 0 or 1 in [0]["may_have_landed"], string given
TypeError: Closte\Comparison::protect(): Argument #1
TypeError: Closte\Comparison::readList(): Argument #1
Closte\ConfigException: Closte\Comparison::plan() has no option "purge". It takes: prune, max_removals, force, keep.
Closte\ConfigException: The option "keep" of Closte\Comparison::plan() must be a bool, int given.
Closte\TransientException: Reading the list of domains at Closte failed: 127.0.0.1:1 refused the connection. Check closte.base_url; a firewall may be in the way.
Error: Trying to clone an uncloneable object of class Closte\Comparison
Exception: Serialization of 'Closte\Comparison' is not allowed
int(9)
