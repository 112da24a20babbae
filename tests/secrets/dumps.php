<?php
/**
 * Writes out everything that holds the key, in every way that PHP has. Run by `wp eval-file`.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

$say = static function ( string $what, callable $dump ): void {
	echo "\n--- $what\n";
	try {
		$dumped = $dump();
		echo is_string( $dumped ) ? $dumped : print_r( $dumped, true );
	} catch ( Throwable $e ) {
		for ( $each = $e; null !== $each; $each = $each->getPrevious() ) {
			echo $each, "\n";
			print_r( $each->getTrace() );
		}
		error_log( (string) $e );
		wp_mail( 'someone@network.example', 'It failed', $e . print_r( $e->getTrace(), true ) );
	}
};

$plugin    = $GLOBALS['secrets_test_plugin'];
$key       = ClosteSync\Extension\Key_Provider::find();
$extension = $plugin->extension();
$client    = $extension->client( array( 'retries' => 0 ) );
$objects   = array(
	'key'        => $key,
	'client'     => $client,
	'lifecycle'  => $extension->lifecycle(),
	'settings'   => ClosteSync\Settings\Settings::load(),
	'extension'  => $extension,
	'connection' => new ClosteSync\Diagnosis\Connection_Check( $extension ),
);

// All of the plugin, and with it much of WordPress: once is enough.
$say( 'print_r plugin', static fn() => print_r( $plugin, true ) );

// Exceptions of every kind, each thrown in the depth of a call and wrapped twice.
$calls = array(
	'refused'       => static fn() => $client->addDomain( 'fault.customer.example' ),
	'no such call'  => static fn() => $client->noSuchMethod( $key ),
	'a bad name'    => static fn() => $client->addDomain( 'not a name' ),
	'a bad option'  => static fn() => $extension->client( array( 'timeout' => 'x' ) ),
	'a bad address' => static fn() => $extension->client( array( 'base_url' => 'http://closte.example/' ) ),
	'not there'     => static fn() => $extension->client( array( 'base_url' => 'http://127.0.0.1:1/', 'retries' => 0 ) )->verify(),
	'a bad record'  => static fn() => $extension->lifecycle()->advance( array( 'domain' => $key ) ),
	'in a callback' => static fn() => $extension->lifecycle()->advanceAll(
		array( array( 'domain' => 'a.customer.example', 'wanted' => 'present', 'stage' => 'pending', 'attempts' => 0, 'stage_since' => 1 ) ),
		static function ( array $record ): never {
			throw new LogicException( 'In the callback', 7, new RuntimeException( print_r( $record, true ) ) );
		}
	),
	'wrong type'    => static fn() => $client->addDomain( $key ),
	'made again'    => static fn() => $client->__construct( $key->reveal(), array( 'x' => 1 ) ),
);
foreach ( $calls as $what => $call ) {
	$say( "thrown: $what", $call );
	try {
		$call();
	} catch ( Throwable $e ) {
		$objects[ "exception: $what" ] = new RuntimeException( 'Outer', 1, new LogicException( 'Middle', 2, $e ) );
		trigger_error( 'A warning about ' . $e, E_USER_WARNING );
		echo print_r( error_get_last(), true );
	}
}

foreach ( $objects as $name => $object ) {
	$say( "var_dump $name", static fn() => var_dump( $object ) );
	$say( "print_r $name", static fn() => print_r( $object, true ) );
	$say( "var_export $name", static fn() => var_export( $object, true ) );
	$say( "debug_zval_refcount $name", static fn() => debug_zval_refcount( $object ) );
	$say( "serialize $name", static fn() => serialize( $object ) );
	$say( "maybe_serialize $name", static fn() => maybe_serialize( $object ) );
	$say( "json_encode $name", static fn() => json_encode( $object, JSON_PARTIAL_OUTPUT_ON_ERROR ) );
	$say( "wp_json_encode $name", static fn() => (string) wp_json_encode( $object ) );
	$say( "cast $name", static fn() => (array) $object );
	$say(
		"iterated $name",
		static function () use ( $object ): void {
			foreach ( $object as $property => $value ) {
				echo $property, ' ', print_r( $value, true );
			}
		}
	);
	$say( "get_mangled_object_vars $name", static fn() => get_mangled_object_vars( $object ) );
	$say( "reflection $name", static fn() => (string) new ReflectionObject( $object ) );
	$say( "string $name", static fn() => (string) $object );
	$say( "clone $name", static fn() => print_r( clone $object, true ) );
	$say( "a Closure of $name", static fn() => print_r( static fn() => $object, true ) );
	$say( "in an option $name", static fn() => var_export( update_network_option( null, 'secrets_test_stray', $object ), true ) );
	$say( "in a transient $name", static fn() => var_export( set_site_transient( 'secrets_test_stray', $object ), true ) );
}
$say( 'phpinfo', static fn() => phpinfo() );
$say( 'ini', static fn() => ini_get_all() );
$say( 'environment of a child', static fn() => (string) shell_exec( 'env; cat /proc/self/environ /proc/$PPID/environ /proc/$PPID/cmdline' ) );
$say( 'a process list', static fn() => (string) shell_exec( 'ps -o args= --ppid ' . getmypid() ) );
delete_network_option( null, 'secrets_test_stray' );
