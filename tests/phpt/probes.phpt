--TEST--
check_dns(), check_certificate(), and a domain's whole way through the lifecycle
--EXTENSIONS--
closte
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/dns.inc';

$emulator = new Emulator();
$dns      = new Dns( 'here.example.com=127.0.0.1', 'elsewhere.example.com=192.0.2.7', 'gone.example.com=!', 'silent.example.com=-' );
$asked    = array( 'resolvers' => array( $dns->address ), 'authoritative' => false, 'timeout' => 60.0 );

foreach ( array( 'here', 'elsewhere', 'gone', 'empty' ) as $name ) {
	$report = Closte\check_dns( "$name.example.com", array( '127.0.0.1' ), $asked );
	echo "$name: {$report->state->name} ", json_encode( $report->addresses ), ' ', json_encode( array_column( $report->problems, 'code' ) ), "\n";
	var_dump( array_keys( $report->resolvers ) === array( $dns->address ), array_map( 'array_keys', array_values( $report->resolvers ) )[0] === array( 'state', 'addresses', 'error' ) );
}
$report = Closte\check_dns( 'silent.example.com', array( '127.0.0.1' ), array( 'timeout' => 0.3 ) + $asked );
var_dump( $report->state, is_string( $report->resolvers[ $dns->address ]['error'] ), $report->proxied, $report->cnames );
try {
	$report->state = Closte\DnsState::Here;
} catch ( Error $e ) {
	echo $e->getMessage(), "\n";
}

echo "--- ownership\n";
var_dump( Closte\check_ownership( '*.here.example.com', 'token', $asked ) );
var_dump( is_string( Closte\check_ownership( 'a.example.com', 'token', array( 'resolvers' => array( '127.0.0.1:1' ), 'authoritative' => false ) )['error'] ) );

echo "--- certificates\n";
$port = parse_url( $emulator->https, PHP_URL_PORT );
$look = array( 'resolvers' => array( $dns->address ), 'port' => $port, 'timeout' => 60.0 );
$seen = Closte\check_certificate( 'here.example.com', $look + array( 'targets' => array( '127.0.0.1' ), 'ca_file' => $emulator->ca ) );
var_dump( $seen->state, in_array( 'localhost', $seen->names, true ), is_string( $seen->issuer ), $seen->notBefore < time(), $seen->notAfter > time(), is_string( $seen->error ) );
$seen = Closte\check_certificate( 'here.example.com', $look );
var_dump( $seen->state, str_contains( $seen->error, '127.0.0.1' ), $seen->names, $seen->issuer, $seen->notAfter );
echo Closte\check_certificate( 'gone.example.com', $look )->state->value, "\n";

echo "--- the lifecycle\n";
$lifecycle = new Closte\Lifecycle( $emulator->client(), array( 'targets' => array( '127.0.0.1' ), 'resolvers' => array( $dns->address ), 'authoritative' => false, 'tls_port' => $port, 'ca_file' => $emulator->ca ) );
$record    = array( 'domain' => 'here.example.com', 'wanted' => 'present', 'stage' => 'pending', 'attempts' => 0, 'stage_since' => time() );
foreach ( range( 1, 2 ) as $step ) {
	$record = $lifecycle->advance( $record );
	echo implode( ' ', array( $record['stage'], $record['outcome'] ?: '-', $record['dns_state'] ?: '-', $record['certificate_state'] ?: '-', json_encode( array_column( $record['problems'], 'code' ) ) ) ), "\n";
}
$record = $lifecycle->advance( array( 'wanted' => 'absent' ) + $record );
echo "{$record['stage']} {$record['outcome']}\n";

echo "--- refused\n";
$attempts = array(
	fn () => Closte\check_dns( 'no_name.example.com', array() ),
	fn () => Closte\check_dns( 'a.example.com', array( 1 ) ),
	fn () => Closte\check_dns( 'a.example.com', array( 'not an address' ) ),
	fn () => Closte\check_dns( 'a.example.com', array(), array( 'resolvers' => array( 'x' ) ) ),
	fn () => Closte\check_dns( 'a.example.com', array(), array( 'port' => 53 ) ),
	fn () => Closte\check_dns( 'a.example.com', array(), array( 'timeout' => 0 ) ),
	fn () => Closte\check_dns( 'a.example.com', array(), array( 'proof' => array( 'token' => '../x', 'answer' => 'y' ) ) ),
	fn () => Closte\check_dns( 'a.example.com', array(), array( 'proof' => array( 'token' => 'x', 'answer' => 'y', 'script' => '/a.php?b=' ) ) ),
	fn () => Closte\check_ownership( 'no_name.example.com', 'x' ),
	fn () => Closte\check_ownership( 'a.example.com', 'x', array( 'issuer' => 'x' ) ),
	fn () => Closte\check_certificate( '127.0.0.1' ),
	fn () => Closte\check_certificate( 'a.example.com', array( 'port' => 70000 ) ),
	fn () => Closte\check_certificate( 'a.example.com', array( 'ca_file' => '/no/such/file' ) ),
);
foreach ( $attempts as $attempt ) {
	try {
		$attempt();
		echo "taken\n";
	} catch ( Throwable $e ) {
		echo get_class( $e ), ': ', $e->reason ?? $e->getMessage(), "\n";
	}
}
?>
--EXPECT--
here: Here ["127.0.0.1"] []
bool(true)
bool(true)
elsewhere: Elsewhere ["192.0.2.7"] ["elsewhere"]
bool(true)
bool(true)
gone: Missing [] ["nxdomain"]
bool(true)
bool(true)
empty: Missing [] ["no-address"]
bool(true)
bool(true)
enum(Closte\DnsState::Unknown)
bool(true)
bool(false)
array(0) {
}
Cannot modify readonly property Closte\DnsReport::$state
--- ownership
array(3) {
  ["name"]=>
  string(29) "_closte-sync.here.example.com"
  ["proven"]=>
  bool(false)
  ["error"]=>
  NULL
}
bool(true)
--- certificates
enum(Closte\CertificateState::WrongHost)
bool(true)
bool(true)
bool(true)
bool(true)
bool(true)
enum(Closte\CertificateState::Unknown)
bool(true)
array(0) {
}
NULL
NULL
absent
--- the lifecycle
checking-ssl-cert added here wrong-host ["certificate-wrong-host"]
checking-ssl-cert - here wrong-host ["certificate-wrong-host"]
removed removed
--- refused
Closte\InvalidDomainException: underscore
TypeError: Closte\check_dns(): Argument #2 ($targets) must be a list of strings, int in it
Closte\ConfigException: targets
Closte\ConfigException: bad-resolver
Closte\ConfigException: unknown-option
Closte\ConfigException: bad-option-value
Closte\ConfigException: bad-option-value
Closte\ConfigException: bad-option-value
Closte\InvalidDomainException: underscore
Closte\ConfigException: unknown-option
Closte\InvalidDomainException: ip-address
Closte\ConfigException: bad-option-value
Closte\ConfigException: bad-ca-file
