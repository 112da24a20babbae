--TEST--
Lifecycle::advanceEach(): any number of records in little memory
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
$options   = array( 'targets' => array( '192.0.2.1' ), 'resolvers' => array( $dns->address ), 'authoritative' => false, 'follow' => false );
$lifecycle = new Closte\Lifecycle( $client, $options );
$record    = static fn ( string $domain, string $wanted = 'present', string $stage = 'pending' ): array => array( 'domain' => $domain, 'wanted' => $wanted, 'stage' => $stage, 'attempts' => 0, 'stage_since' => 1 );
/** Gives out records in portions, and notes how many were asked for. */
$source = static function ( int $count, int $portion, callable $make, ?array &$rooms = null ): Closure {
	$given = 0;
	return static function ( int $room ) use ( &$given, &$rooms, $count, $portion, $make ): array {
		$rooms[] = $room;
		$records = array();
		while ( $given < $count && count( $records ) < min( $room, $portion ) ) {
			$records[] = $make( $given++ );
		}
		return $records;
	};
};

echo "--- each comes back once, with what else its array has\n";
$heard = array();
$count = $lifecycle->advanceEach(
	$source( 30, 7, static fn ( int $n ): array => array( 'id' => $n ) + $record( "d$n.example.com" ), $rooms ),
	static function ( array $record ) use ( &$heard ): void {
		$heard[ $record['id'] ] = "{$record['domain']} {$record['stage']}";
	}
);
ksort( $heard );
echo $count, ' ', count( $heard ), " $heard[0], $heard[29]; there are ", count( $emulator->domains() ), "\n";
var_dump( max( $rooms ) <= 1024 && min( $rooms ) > 0 );

echo "--- both may call\n";
$lifecycle->advanceEach(
	static function () use ( $client, $record ): array {
		static $first = true;
		$client->verify();
		$records = $first ? array( $record( 'calls.example.com' ) ) : array();
		$first   = false;
		return $records;
	},
	static function ( array $record ) use ( $client ): void {
		$client->verify();
		echo "{$record['domain']} {$record['outcome']}\n";
	}
);

echo "--- a list that is older than a record says nothing of it\n";
$emulator = new Emulator();
$heard    = array();
$lifecycle->advanceEach(
	static function () use ( &$heard, $client, $record ): array {
		static $given = 0;
		if ( 1 === $given && ! $heard ) {
			// Nothing to do, until the first one has come back.
			return array( $record( 'gone.example.com', 'absent', 'removed' ) );
		}
		if ( 1 === $given ) {
			$client->addDomain( 'late.example.com' );
		}
		$next = array( $record( 'first.example.com' ), $record( 'late.example.com', 'absent', 'removing' ) )[ $given++ ] ?? null;
		return $next ? array( array( 'may_have_landed' => 1 ) + $next ) : array();
	},
	static function ( array $record ) use ( &$heard ): void {
		if ( 'removed' !== $record['stage'] || $record['outcome'] ) {
			$heard[] = $record;
			echo "{$record['domain']} {$record['outcome']}\n";
		}
	}
);
echo implode( ', ', $emulator->domains() ), "\n";

echo "--- a budget that is spent\n";
echo $lifecycle->advanceEach( $source( 9, 9, static fn ( int $n ): array => $record( "late$n.example.com" ) ), static fn () => print( "heard\n" ), 0.0 ), "\n";

echo "--- none\n";
echo $lifecycle->advanceEach( static fn (): array => array(), 'strlen' ), "\n";

echo "--- what is wrong stops it\n";
foreach (
	array(
		static fn (): string => 'records',
		static fn (): array => array( 'x' ),
		static fn (): array => array( array( 'domain' => 'a.example.com' ) ),
		static fn (): array => throw new DomainException( 'no source' ),
	) as $wrong
) {
	try {
		$lifecycle->advanceEach( $wrong, 'strlen' );
	} catch ( Throwable $e ) {
		echo $e::class, ': ', $e->getMessage(), "\n";
	}
}
try {
	$lifecycle->advanceEach( 'no such function', 'strlen' );
} catch ( TypeError $e ) {
	echo $e->getMessage(), "\n";
}
$thrown = 0;
try {
	$lifecycle->advanceEach(
		$source( 500, 50, static fn ( int $n ): array => $record( "thrown$n.example.com" ) ),
		static function () use ( &$thrown ): void {
			++$thrown;
			throw new DomainException( 'enough' );
		}
	);
} catch ( DomainException $e ) {
	echo $e->getMessage(), " after $thrown\n";
}

echo "--- the ends of a process within\n";
$prelude = sprintf(
	'$lifecycle = new Closte\Lifecycle( new Closte\Client( "key", array( "base_url" => "http://127.0.0.1:1" ) ), array( "targets" => array( "192.0.2.1" ), "resolvers" => array( %s ) ) );
	$record = array( "domain" => "no domain", "wanted" => "absent", "stage" => "removing", "attempts" => 0, "stage_since" => 1 );',
	var_export( $dns->address, true )
);
echo run_checked_php( $prelude . '$lifecycle->advanceEach( fn () => exit( "out" ), "count" ); echo "not reached";' ), "\n";
echo run_checked_php( $prelude . '$lifecycle->advanceEach( fn () => array( $record ), fn () => exit( "out" ) ); echo "not reached";' ), "\n";
foreach ( array( 'fn () => trigger_error( "the end", E_USER_ERROR ), "count"', 'fn () => array( $record, $record ), fn () => trigger_error( "the end", E_USER_ERROR )' ) as $arguments ) {
	echo preg_replace( '/ in Command.*/', '', run_checked_php( $prelude . "error_reporting( E_ALL & ~E_DEPRECATED ); \$lifecycle->advanceEach( $arguments ); echo 'not reached';" ) ), "\n";
}

echo "--- the peak with 100,000 records\n";
// Nothing is to be asked of names that Closte never took. What valgrind itself takes is not counted.
$peak = static fn (): int => (int) preg_replace( '/^.*VmHWM:\s+(\d+).*$/s', '$1', (string) file_get_contents( '/proc/self/status' ) );
$gone = static fn ( int $n ): array => $record( "no domain $n", 'absent', 'removing' );
$slow = (bool) getenv( 'CLOSTE_UNDER_VALGRIND' );
$all  = $slow ? 3000 : 100_000;
$lifecycle->advanceEach( $source( 100, 100, $gone ), 'count' );
$base  = $peak();
$gone  = $lifecycle->advanceEach( $source( $all, 500, $gone ), 'count' );
$taken = ( $peak() - $base ) / 1024;
var_dump( $gone === $all, $slow || $taken <= 32 ? true : $taken );
?>
--EXPECT--
--- each comes back once, with what else its array has
30 30 d0.example.com checking-dns, d29.example.com checking-dns; there are 30
bool(true)
--- both may call
calls.example.com added
--- a list that is older than a record says nothing of it
first.example.com added
late.example.com removed
first.example.com
--- a budget that is spent
0
--- none
0
--- what is wrong stops it
TypeError: Closte\Lifecycle::advanceEach(): Argument #1 ($source) must return a list of ledger records, it returned string
TypeError: Closte\Lifecycle::advanceEach(): Argument #1 ($source) must be a list of ledger records, [0] is of type string
ValueError: Closte\Lifecycle::advanceEach(): Argument #1 ($source) must be a ledger record, but has no [0]["wanted"]
DomainException: no source
Closte\Lifecycle::advanceEach(): Argument #1 ($source) must be a valid callback, string given
enough after 1
--- the ends of a process within
out
out

Fatal error: the end
(status 255)


Fatal error: the end
(status 255)

--- the peak with 100,000 records
bool(true)
bool(true)
