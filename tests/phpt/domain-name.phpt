--TEST--
DomainName: forms, properties, counterpart, covers, refusals
--EXTENSIONS--
closte
--INI--
closte.base_url=https://app.closte.com/api/client
--FILE--
<?php
use Closte\DomainName;
use Closte\InvalidDomainException;

$name = DomainName::parse( 'Shop.BÜCHER.co.uk.' );
var_dump( $name );
var_dump( $name->counterpart(), DomainName::parse( 'www.example.com' )->counterpart(), DomainName::parse( '*.example.com' )->counterpart() );

$wildcard = DomainName::parse( '*.example.com' );
var_dump( $wildcard->wildcard, $wildcard->ascii, $wildcard->covers( 'A.Example.com' ), $wildcard->covers( 'example.com' ), $wildcard->covers( 'not a name' ) );
var_dump( DomainName::parse( 'example.co.uk' )->apex );

foreach ( array( '', '127.0.0.1', 'a.test', "a\0b.com", "\xff\xfe.com", 'http://example.com/', str_repeat( 'a', 300 ) . '.com' ) as $bad ) {
	try {
		DomainName::parse( $bad );
		echo "taken\n";
	} catch ( InvalidDomainException $e ) {
		printf( "%s: %s\n", $e->reason, var_export( str_contains( $e->getMessage(), "\0" ), true ) );
	}
}

try {
	$name->ascii = 'other.example.com';
} catch ( Error $e ) {
	echo get_class( $e ), ': ', $e->getMessage(), "\n";
}
try {
	$name->other = 1;
} catch ( Error $e ) {
	echo $e->getMessage(), "\n";
}
try {
	new DomainName();
} catch ( Error $e ) {
	echo $e->getMessage(), "\n";
}
$copy = unserialize( serialize( $name ) );
var_dump( $copy == $name, clone $name == $name, $copy->counterpart() === $name->counterpart() );
echo json_encode( $name ), "\n";
?>
--EXPECT--
object(Closte\DomainName)#1 (5) {
  ["ascii"]=>
  string(24) "shop.xn--bcher-kva.co.uk"
  ["unicode"]=>
  string(18) "shop.bücher.co.uk"
  ["wildcard"]=>
  bool(false)
  ["registrable"]=>
  string(19) "xn--bcher-kva.co.uk"
  ["apex"]=>
  bool(false)
}
string(28) "www.shop.xn--bcher-kva.co.uk"
string(11) "example.com"
NULL
bool(true)
string(13) "*.example.com"
bool(true)
bool(false)
bool(false)
bool(true)
empty: false
ip-address: false
reserved-name: false
control-character: false
bad-character: false
url: false
label-too-long: false
Error: Cannot modify readonly property Closte\DomainName::$ascii
Cannot create dynamic property Closte\DomainName::$other
Call to private Closte\DomainName::__construct() from global scope
bool(true)
bool(true)
bool(true)
{"ascii":"shop.xn--bcher-kva.co.uk","unicode":"shop.b\u00fccher.co.uk","wildcard":false,"registrable":"xn--bcher-kva.co.uk","apex":false}
