--TEST--
Lifecycle::advanceAll(): the callback may call, throw, exit, fork and die
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
$client    = $emulator->client( array( 'max_in_flight' => 2 ) );
$options   = array( 'targets' => array( '192.0.2.1' ), 'resolvers' => array( $dns->address ), 'authoritative' => false );
$lifecycle = new Closte\Lifecycle( $client, $options );
// A record is finished with its call: how far the calls are ahead does not depend on how quick DNS is.
$calls_only = new Closte\Lifecycle( $client, array( 'follow' => false ) + $options );
$records   = static fn ( string $name, int $count = 6 ): array => array_map( static fn ( int $n ): array => array( 'domain' => "$name-$n.example.com", 'wanted' => 'present', 'stage' => 'pending', 'attempts' => 0, 'stage_since' => 1 ), range( 1, $count ) );

echo "--- calls from within\n";
$results = $lifecycle->advanceAll(
	$records( 'nested', 3 ),
	function ( array $record ) use ( $client, $lifecycle, $records ): void {
		$client->addDomain( "from-{$record['domain']}" );
		$lifecycle->advanceAll( $records( "under-{$record['domain']}", 2 ), fn () => $client->verify() );
	}
);
echo implode( ' ', array_column( $results, 'stage' ) ), ' ', count( $emulator->domains() ), "\n";

echo "--- what it throws stops the batch\n";
$heard = 0;
try {
	$calls_only->advanceAll(
		$records( 'thrown', 40 ),
		function () use ( &$heard ): void {
			if ( 3 === ++$heard ) {
				throw new DomainException( 'enough' );
			}
		}
	);
} catch ( DomainException $e ) {
	var_dump( $e->getMessage(), $heard, basename( $e->getFile() ) );
}
var_dump( count( preg_grep( '/thrown/', $emulator->calls() ) ) < 12 );
$client->verify();

echo "--- records that it changes are its own\n";
$shared = $records( 'shared', 2 );
$list   = array( &$shared[0], &$shared[1] );
$results = $lifecycle->advanceAll(
	$list,
	function ( array $record ) use ( &$shared, &$list ): void {
		$record['domain'] = 'other';
		$shared[0]        = null;
		$shared[1]        = 'x';
		$list             = array();
	}
);
echo implode( ' ', array_column( $results, 'domain' ) ), "\n";

echo "--- the forms of a callable\n";
class Listener {
	public static int $heard = 0;
	public function hear( array $record ): void {
		++self::$heard;
	}
	public static function listen( array $record ): void {
		++self::$heard;
	}
	public function __call( string $name, array $arguments ): void {
		++self::$heard;
	}
	public function __invoke( array $record ): void {
		++self::$heard;
	}
}
foreach ( array( array( new Listener(), 'hear' ), 'Listener::listen', array( new Listener(), 'magic' ), new Listener(), ( new Listener() )->hear( ... ), 'is_array' ) as $callable ) {
	$lifecycle->advanceAll( $records( 'shared', 2 ), $callable );
}
var_dump( Listener::$heard );

echo "--- two batches in two fibers\n";
$fiber = static function ( string $name ) use ( $lifecycle, $records ): Fiber {
	$fiber = new Fiber(
		static function () use ( $lifecycle, $records, $name ): void {
			try {
				$lifecycle->advanceAll( $records( $name, 3 ), fn () => Fiber::suspend() );
			} finally {
				echo "$name is over\n";
			}
		}
	);
	$fiber->start();
	return $fiber;
};
$first  = $fiber( 'first' );
$second = $fiber( 'second' );
$client->verify();
$second->resume();
for ( $resumed = 0; ! $first->isTerminated(); ++$resumed ) {
	$first->resume();
}
$client->verify();
echo "$resumed times\n";
$second = null;

$prelude = sprintf(
	'$client = new Closte\Client( %s, array( "base_url" => %s ) );
	$lifecycle = new Closte\Lifecycle( $client, array( "targets" => array() ) );
	$records = array_fill( 0, 9, array( "domain" => "end.example.com", "wanted" => "absent", "stage" => "removing", "attempts" => 0, "stage_since" => 1 ) );
	register_shutdown_function( function () use ( $client ) { $client->verify(); echo " verified at shutdown\n"; } );
	class Late { public $client; public function __destruct() { $this->client->verify(); echo " verified in a destructor\n"; } }
	$late = new Late(); $late->client = $client;',
	var_export( $emulator->key, true ),
	var_export( $emulator->http, true )
);
echo "--- exit\n", run_checked_php( $prelude . '$lifecycle->advanceAll( $records, fn () => exit( "out" ) ); echo "not reached";' );
echo "--- an error that nobody catches\n";
echo preg_replace( '/ in Command.*\) on line \d+|#\d.*|Command line code:\d+/', '', run_checked_php( $prelude . '$lifecycle->advanceAll( $records, fn () => no_such_function() ); echo "not reached";' ) ), "\n";
echo "--- a fatal error, which jumps out\n";
echo preg_replace( '/ in Command.*/', '', run_checked_php( $prelude . 'error_reporting( E_ALL & ~E_DEPRECATED ); $lifecycle->advanceAll( $records, fn () => trigger_error( "the end", E_USER_ERROR ) ); echo "not reached";' ) ), "\n";
echo "--- fork\n";
echo run_checked_php( $prelude . '
	$pid = 0;
	try {
		$lifecycle->advanceAll( $records, function () use ( &$pid ) { $pid = $pid ?: pcntl_fork(); } );
		pcntl_waitpid( $pid, $status );
		echo "child ended with ", pcntl_wexitstatus( $status ), "; parent:";
	} catch ( Closte\ConfigException $e ) {
		echo "child: {$e->reason};";
		$late = null;
		exit( 3 );
	}
' );
?>
--EXPECT--
--- calls from within
checking-dns checking-dns checking-dns 12
--- what it throws stops the batch
string(6) "enough"
int(3)
string(15) "on-progress.php"
bool(true)
--- records that it changes are its own
shared-1.example.com shared-2.example.com
--- the forms of a callable
int(10)
--- two batches in two fibers
first is over
3 times
second is over
--- exit
out verified at shutdown
 verified in a destructor
--- an error that nobody catches

Fatal error: Uncaught Error: Call to undefined function no_such_function() in 
Stack trace:



  thrown in Command line code on line 6
 verified at shutdown
 verified in a destructor
(status 255)

--- a fatal error, which jumps out

Fatal error: the end
 verified at shutdown
(status 255)

--- fork
child: forked; verified in a destructor
 verified at shutdown
child ended with 3; parent: verified at shutdown
 verified in a destructor
