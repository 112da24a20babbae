--TEST--
Arguments are coerced, or refused under strict_types, as PHP's own functions do
--EXTENSIONS--
closte
--FILE--
<?php
require __DIR__ . '/php.inc';

$code = '
	class Name { public function __toString(): string { return "shop.example.com"; } }
	$attempts = array(
		"int" => fn () => Closte\DomainName::parse( 42 ),
		"null" => fn () => Closte\DomainName::parse( null ),
		"stringable" => fn () => Closte\DomainName::parse( new Name() ),
		"none" => fn () => Closte\DomainName::parse(),
		"too many" => fn () => Closte\DomainName::parse( "a.example.com", 2 ),
		"unknown name" => fn () => Closte\DomainName::parse( name: "a.example.com" ),
		"named" => fn () => Closte\DomainName::parse( domain: "a.example.com" ),
		"a number" => fn () => count( ( new Closte\Lifecycle( new Closte\Client( "key" ), array( "targets" => array() ) ) )->advanceAll( array(), budget: "1.5" ) ),
		"no number" => fn () => ( new Closte\Lifecycle( new Closte\Client( "key" ), array( "targets" => array() ) ) )->advanceAll( array(), null, array() ),
		"another object" => fn () => new Closte\Lifecycle( new ArrayObject(), array() ),
		"no array" => fn () => Closte\Plan::make( array(), array(), 5 ),
		"covers an int" => fn () => Closte\DomainName::parse( "a.example.com" )->covers( 5 ),
	);
	foreach ( $attempts as $name => $attempt ) {
		try {
			$result = $attempt();
			echo "$name: ", $result->ascii ?? var_export( $result, true ), "\n";
		} catch ( Throwable $e ) {
			echo "$name: ", get_class( $e ), ": ", $e->getMessage(), "\n";
		}
	}
';
echo "--- weak\n", run_php( $code );
echo "--- strict\n", run_php( 'declare( strict_types=1 );' . $code );
?>
--EXPECT--
--- weak
int: Closte\InvalidDomainException: “42” is an IP address, not a host name such as shop.example.com.

Deprecated: Closte\DomainName::parse(): Passing null to parameter #1 ($domain) of type string is deprecated in Command line code on line 5
null: Closte\InvalidDomainException: The domain is empty. Give a host name such as shop.example.com.
stringable: shop.example.com
none: ArgumentCountError: Closte\DomainName::parse() expects exactly 1 argument, 0 given
too many: ArgumentCountError: Closte\DomainName::parse() expects exactly 1 argument, 2 given
unknown name: Error: Unknown named parameter $name
named: a.example.com
a number: 0
no number: TypeError: Closte\Lifecycle::advanceAll(): Argument #3 ($budget) must be of type ?float, array given
another object: TypeError: Closte\Lifecycle::__construct(): Argument #1 ($client) must be of type Closte\Client, ArrayObject given
no array: TypeError: Closte\Plan::make(): Argument #3 ($owned) must be of type array, int given
covers an int: false
--- strict
int: TypeError: Closte\DomainName::parse(): Argument #1 ($domain) must be of type string, int given
null: TypeError: Closte\DomainName::parse(): Argument #1 ($domain) must be of type string, null given
stringable: TypeError: Closte\DomainName::parse(): Argument #1 ($domain) must be of type string, Name given
none: ArgumentCountError: Closte\DomainName::parse() expects exactly 1 argument, 0 given
too many: ArgumentCountError: Closte\DomainName::parse() expects exactly 1 argument, 2 given
unknown name: Error: Unknown named parameter $name
named: a.example.com
a number: TypeError: Closte\Lifecycle::advanceAll(): Argument #3 ($budget) must be of type ?float, string given
no number: TypeError: Closte\Lifecycle::advanceAll(): Argument #3 ($budget) must be of type ?float, array given
another object: TypeError: Closte\Lifecycle::__construct(): Argument #1 ($client) must be of type Closte\Client, ArrayObject given
no array: TypeError: Closte\Plan::make(): Argument #3 ($owned) must be of type array, int given
covers an int: TypeError: Closte\DomainName::covers(): Argument #1 ($other) must be of type string, int given
