--TEST--
Objects: what can be copied, written out, compared, and what cannot
--EXTENSIONS--
closte
--FILE--
<?php
$client    = new Closte\Client( 'key' );
$lifecycle = new Closte\Lifecycle( $client, array( 'targets' => array() ) );
$name      = Closte\DomainName::parse( 'www.example.com' );
$plan      = Closte\Plan::make( array( 'a.example.com' ), array(), array() );

$attempts = array(
	'clone a client'            => fn () => clone $client,
	'clone a lifecycle'         => fn () => clone $lifecycle,
	'serialize a client'        => fn () => serialize( $client ),
	'serialize a lifecycle'     => fn () => serialize( array( $lifecycle ) ),
	'unserialize a client'      => fn () => unserialize( 'O:13:"Closte\Client":0:{}' ),
	'export and eval'           => fn () => eval( 'return ' . var_export( $client, true ) . ';' ),
	'no constructor'            => fn () => ( new ReflectionClass( 'Closte\Client' ) )->newInstanceWithoutConstructor(),
	'a property of a client'    => fn () => $client->key = 'x',
	'make an enum'              => fn () => ( new ReflectionClass( 'Closte\Outcome' ) )->newInstanceWithoutConstructor(),
	'an unknown case'           => fn () => Closte\Outcome::from( 'lost' ),
	'unset a readonly property' => function () use ( $name ): void {
		unset( $name->ascii );
	},
	'by reference'              => function () use ( $plan ): void {
		$list = &$plan->add;
	},
	'in an array'               => fn () => $plan->add[] = 'x',
	'an emptied name'           => fn () => unserialize( 'O:17:"Closte\DomainName":0:{}' )->counterpart(),
);
foreach ( $attempts as $what => $attempt ) {
	try {
		$attempt();
		echo "$what: done\n";
	} catch ( Throwable $e ) {
		echo "$what: ", get_class( $e ), ': ', str_replace( array( '"', 'indirectly ' ), '', $e->getMessage() ), "\n"; // As PHP 8.4 words it.
	}
}

echo "--- values can\n";
var_dump( unserialize( serialize( $plan ) ) == $plan, clone $plan == $plan, $name == Closte\DomainName::parse( 'WWW.example.com' ), $client == new Closte\Client( 'key' ), $client == $client );
var_dump( unserialize( serialize( Closte\Outcome::Added ) ) === Closte\Outcome::Added, Closte\DnsState::tryFrom( 'here' ), count( Closte\CertificateState::cases() ) );
echo json_encode( array( Closte\Outcome::AlreadyThere, $plan ) ), "\n";

echo "--- a constructor that failed, then one that did not\n";
try {
	new Closte\Client( '' );
} catch ( Closte\ConfigException $e ) {
	echo $e->reason, "\n";
}
$client->__construct( 'other' );
try {
	$client->__construct( '' );
} catch ( Closte\ConfigException $e ) {
	echo $e->reason, "\n";
}
var_dump( $client->skipped() );
?>
--EXPECT--
clone a client: Error: Trying to clone an uncloneable object of class Closte\Client
clone a lifecycle: Error: Trying to clone an uncloneable object of class Closte\Lifecycle
serialize a client: Exception: Serialization of 'Closte\Client' is not allowed
serialize a lifecycle: Exception: Serialization of 'Closte\Lifecycle' is not allowed
unserialize a client: Exception: Unserialization of 'Closte\Client' is not allowed
export and eval: Error: Call to undefined method Closte\Client::__set_state()
no constructor: ReflectionException: Class Closte\Client is an internal class marked as final that cannot be instantiated without invoking its constructor
a property of a client: Error: Cannot create dynamic property Closte\Client::$key
make an enum: Error: Cannot instantiate enum Closte\Outcome
an unknown case: ValueError: lost is not a valid backing value for enum Closte\Outcome
unset a readonly property: Error: Cannot unset readonly property Closte\DomainName::$ascii
by reference: Error: Cannot modify readonly property Closte\Plan::$add
in an array: Error: Cannot modify readonly property Closte\Plan::$add
an emptied name: Closte\InvalidDomainException: The domain is empty. Give a host name such as shop.example.com.
--- values can
bool(true)
bool(true)
bool(true)
bool(false)
bool(true)
bool(true)
enum(Closte\DnsState::Here)
int(7)
["already-there",{"add":["a.example.com"],"remove":[],"keep":[],"foreign":[],"unwanted":[],"invalid":[],"kept":0,"refused":null,"refusal":null}]
--- a constructor that failed, then one that did not
no-key
no-key
int(0)
