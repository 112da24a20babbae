--TEST--
Exceptions: file, line, trace, properties, subclasses in PHP code
--EXTENSIONS--
closte
--FILE--
<?php
declare( strict_types=1 );

function ask() {
	return \Closte\DomainName::parse( "no\0t.a_name" ); // Line 5.
}

try {
	ask();
} catch ( \Closte\ClosteException $e ) {
	var_dump( get_class( $e ), basename( $e->getFile() ), $e->getLine(), $e->getCode(), $e->getPrevious(), $e->reason, $e->domain, $e->httpStatus );
	echo preg_replace( '/^(#\d+) .*\//m', '$1 ', $e->getTraceAsString() ), "\n";
	var_dump( str_contains( $e->getMessage(), "\0" ) );
}

echo "--- made in PHP code\n";
class Overloaded extends \Closte\TransientException {
	public function hint(): string {
		return 'wait ' . json_encode( $this->retryAfter );
	}
}
$mine = new Overloaded( 'Too much.', 7, new RuntimeException( 'below' ) ); // Line 22.
var_dump( $mine->hint(), $mine->getMessage(), $mine->getCode(), $mine->getPrevious()->getMessage(), $mine->getLine() );
var_dump( $mine->reason, $mine->domain, $mine->httpStatus, $mine->mayHaveLanded );
try {
	throw $mine;
} catch ( \Closte\TransientException $caught ) {
	var_dump( $caught === $mine );
}
$plain = new \Closte\ProtocolException();
var_dump( $plain->getMessage(), $plain->reason, $plain->domain, $plain->httpStatus, $plain->mayHaveLanded );

echo "--- private properties called as those of Exception\n";
class Own extends \Closte\AuthException {
	private int $previous = 5;
	private array $trace  = array();

	public function own(): array {
		return array( $this->previous, $this->trace );
	}
}
$own = new Own( 'Mine.', 3, new RuntimeException( 'below' ) );
echo json_encode( array( $own->getMessage(), $own->getCode(), $own->getPrevious()->getMessage(), $own->own() ) ), "\n";

echo "--- readonly\n";
foreach ( array( fn () => $mine->reason = 'x', fn () => $e->domain = 'x', fn () => new \Closte\AuthException( 1 ) ) as $attempt ) {
	try {
		$attempt();
	} catch ( Error $error ) {
		echo get_class( $error ), ': ', $error->getMessage(), "\n";
	}
}
var_dump( $mine->getMessage() );

echo "--- one family\n";
foreach ( array( 'Config', 'InvalidDomain', 'Auth', 'Rejected', 'Protocol', 'Transient' ) as $kind ) {
	$class = "Closte\\{$kind}Exception";
	var_dump( is_subclass_of( $class, \Closte\ClosteException::class ) && is_subclass_of( $class, Exception::class ) );
}

echo "--- subclasses that call theirs like private properties of Exception\n";
class Counting extends \Closte\ConfigException {
	public static $first    = 1;
	public static $previous = 'mine';
}
class Hiding extends \Closte\TransientException {
	private $previous = 'mine';
	public function mine() {
		return $this->previous;
	}
}
$below    = new Exception( 'below' );
$counting = new Counting( 'counted', 7, $below );
var_dump( $counting->getPrevious() === $below, Counting::$first, Counting::$previous, $counting->getMessage() );
$hiding = new Hiding( 'hidden', 0, $below );
var_dump( $hiding->getPrevious() === $below, $hiding->mine() );
unset( $counting, $hiding );
var_dump( $below->getMessage() );

echo "--- no leak\n";
for ( $i = 0, $before = 0; $i < 2000; $i++ ) {
	try {
		\Closte\DomainName::parse( '' );
	} catch ( \Closte\ClosteException ) {
	}
	if ( 1000 === $i ) {
		$before = memory_get_usage();
	}
}
var_dump( memory_get_usage() - $before < 1000 );
?>
--EXPECT--
string(29) "Closte\InvalidDomainException"
string(14) "exceptions.php"
int(5)
int(0)
NULL
string(17) "control-character"
string(11) "no t.a_name"
NULL
#0 exceptions.php(5): Closte\DomainName::parse('no\x00t.a_name')
#1 exceptions.php(9): ask()
#2 {main}
bool(false)
--- made in PHP code
string(9) "wait null"
string(9) "Too much."
int(7)
string(5) "below"
int(22)
string(0) ""
NULL
NULL
bool(false)
bool(true)
string(0) ""
string(0) ""
NULL
NULL
bool(false)
--- private properties called as those of Exception
["Mine.",3,"below",[5,[]]]
--- readonly
Error: Cannot modify readonly property Closte\ClosteException::$reason
Error: Cannot modify readonly property Closte\ClosteException::$domain
TypeError: Exception::__construct(): Argument #1 ($message) must be of type string, int given
string(9) "Too much."
--- one family
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
--- subclasses that call theirs like private properties of Exception
bool(true)
int(1)
string(4) "mine"
string(7) "counted"
bool(true)
string(4) "mine"
string(5) "below"
--- no leak
bool(true)
