--TEST--
The key is in no trace, dump, copy, phpinfo, log or message
--EXTENSIONS--
closte
--INI--
zend.exception_ignore_args=0
zend.exception_string_param_max_len=1000
log_errors=1
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/php.inc';

// A global that closures reach by name: what they capture would be in their own dump.
$key  = 'SECRET-key+/=&<1234567890';
$seen = array();
$look = static function ( string $where, callable $say ): void {
	global $key, $seen;
	ob_start();
	try {
		$said = $say();
	} catch ( Throwable $e ) {
		$said = $e . print_r( $e, true ) . print_r( $e->getTrace(), true );
		var_dump( $e );
	}
	$text = ob_get_clean() . ( is_string( $said ) ? $said : print_r( $said, true ) );
	foreach ( array( $key, substr( $key, 0, 15 ), urlencode( $key ), rawurlencode( $key ), htmlspecialchars( $key ), base64_encode( $key ), bin2hex( $key ), strrev( $key ) ) as $form ) {
		if ( false !== stripos( $text, $form ) ) {
			echo "$where shows $form\n";
		}
	}
	$seen[ $where ] = strlen( $text );
};

$emulator = new Emulator();
$client   = new Closte\Client( $key, array( 'base_url' => $emulator->http, 'retries' => 0 ) );
$holder   = new class( $client ) {
	public function __construct( public Closte\Client $client ) {}
};

foreach ( array( $client, $holder, new Closte\Lifecycle( $client, array( 'targets' => array() ) ) ) as $n => $object ) {
	$look( "var_dump $n", fn () => var_dump( $object ) );
	$look( "print_r $n", fn () => print_r( $object, true ) );
	$look( "var_export $n", fn () => var_export( $object, true ) );
	$look( "debug_zval_refcount $n", fn () => debug_zval_refcount( $object ) );
	$look( "json_encode $n", fn () => json_encode( $object ) );
	$look( "serialize $n", fn () => serialize( $object ) );
	$look( "array $n", fn () => (array) $object );
	$look( "get_mangled_object_vars $n", fn () => get_mangled_object_vars( $object ) );
	$look( "reflection $n", fn () => ( new ReflectionObject( $object ) ) . print_r( ( new ReflectionObject( $object ) )->getProperties(), true ) );
	$look( "clone $n", fn () => print_r( clone $object, true ) );
}

$look( 'a wrong option', fn () => new Closte\Client( $GLOBALS['key'], array( 'timeout' => 'x' ) ) );
$look( 'a wrong type', fn () => new Closte\Client( array( $GLOBALS['key'] ) ) );
$look( 'a bad key', fn () => new Closte\Client( "{$GLOBALS['key']}\n{$GLOBALS['key']}" ) );
$look( 'by name', fn () => new Closte\Client( options: array( 'retries' => -1 ), key: $GLOBALS['key'] ) );
$look( 'a second time', fn () => $client->__construct( $GLOBALS['key'], array( 'x' => 1 ) ) );
$look( 'a subclass that is not allowed', fn () => ( new ReflectionClass( $client ) )->newInstanceWithoutConstructor() );
$look( 'refused', fn () => $client->verify() );
foreach ( array( 'echo-key', 'reset-before', 'html', '500', 'cut-json' ) as $kind ) {
	$emulator->fault( array( 'kind' => $kind, 'text' => '<key>' ) );
	$look( $kind, fn () => $client->addDomain( 'a.example.com' ) );
}
$look(
	'wrapped twice',
	function () use ( $client ): void {
		try {
			$client->verify();
		} catch ( Closte\ClosteException $e ) {
			throw new RuntimeException( 'Outer', 1, new LogicException( 'Middle', 2, $e ) );
		}
	}
);
putenv( "CLOSTE_CLIENT_API_KEY=$key" );
$look( 'from the environment', fn () => print_r( Closte\Client::fromEnvironment(), true ) );
$look( 'php --ri', fn () => shell_exec( escapeshellarg( PHP_BINARY ) . ' -n -d extension=' . escapeshellarg( getenv( 'CLOSTE_LIBRARY' ) ) . ' --ri closte' ) );
putenv( 'CLOSTE_CLIENT_API_KEY' );
$look( 'phpinfo', fn () => phpinfo( INFO_MODULES | INFO_CONFIGURATION | INFO_GENERAL ) );

// The log of an exception that nobody catches, with warnings raised on the way.
$log  = tempnam( sys_get_temp_dir(), 'closte' );
$code = sprintf(
	'define( "CLOSTE_CLIENT_API_KEY", %s ); set_error_handler( fn () => print( print_r( debug_backtrace(), true ) ) );'
	. 'function f( $c ) { trigger_error( "x" ); $c->verify(); } f( Closte\Client::fromEnvironment( array( "base_url" => %s ) ) );',
	var_export( $key, true ),
	var_export( $emulator->http, true )
);
$look( 'an uncaught exception', fn () => run_php( $code, 'log_errors=1', "error_log=$log", 'zend.exception_ignore_args=0', 'zend.exception_string_param_max_len=1000' ) );
$look( 'the error log', fn () => file_get_contents( $log ) );
unlink( $log );

foreach ( $seen as $where => $length ) {
	if ( 0 === $length ) {
		echo "nothing was said at: $where\n";
	}
}
echo count( $seen ), " places\n";
?>
--EXPECT--
48 places
