--TEST--
Outbound proxies: WordPress's constants, then environment variables; for calls over TLS alone, and no dump shows the password
--EXTENSIONS--
closte
--ENV--
HTTPS_PROXY=
https_proxy=
ALL_PROXY=
all_proxy=
NO_PROXY=
no_proxy=
--SKIPIF--
<?php require __DIR__ . '/needs-emulator.inc'; ?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/dns.inc';
require __DIR__ . '/php.inc';
require __DIR__ . '/proxy.inc';

const SECRET = 's3cret@/';
$proxy    = new Proxy( 'joe:' . SECRET );
$emulator = new Emulator();
$at       = $proxy->address;
$in_url   = 'joe:' . rawurlencode( SECRET ) . '@';
$port     = parse_url( "http://$at", PHP_URL_PORT );
$call     = 'require ' . var_export( __DIR__ . '/emulator.inc', true ) . ';
$emulator = new Emulator();
try {
	$client = $emulator->%s( array( "retries" => 0 ) );
	echo $client->proxy() ?? "none", ": ";
	$client->verify();
	$client->domains();
	echo "called";
} catch ( Closte\ClosteException $e ) {
	echo "$e->reason ", json_encode( $e->mayHaveLanded );
}
ob_start();
var_dump( $client ?? null, $e ?? null );
print_r( $client ?? null );
phpinfo();
ini_get_all();
if ( str_contains( preg_replace( "/^(Environment|PHP Variables|.?_ENV|.?_SERVER).*/ms", "", ob_get_clean() ), "s3cret" ) ) {
	echo " shows the password";
}';
$tls      = sprintf( $call, 'tls_client' );
$plain    = sprintf( $call, 'client' );
$define   = static fn ( array $constants ): string => implode( '', array_map( static fn ( $name, $value ): string => 'define( ' . var_export( $name, true ) . ', ' . var_export( $value, true ) . ' );', array_keys( $constants ), $constants ) );
$show     = static function ( string $title, string $output ) use ( $proxy, $at, $port ): void {
	$said = preg_replace( '/127\.0\.0\.1:(?!PROXY)\d+/', 'API', str_replace( array( $at, "on$port" ), 'PROXY', trim( $output . ' | ' . str_replace( "\n", ';', $proxy->requests() ) ) ) );
	echo "$title: $said\n";
};

$show( 'HTTPS_PROXY', run_php_with( array( 'HTTPS_PROXY' => "http://$in_url$at" ), $tls ) );
$show( 'https_proxy', run_php_with( array( 'https_proxy' => "$in_url$at", 'HTTPS_PROXY' => 'http://127.0.0.1:1' ), $tls ) );
$show( 'ALL_PROXY', run_php_with( array( 'ALL_PROXY' => "http://$in_url$at" ), $tls ) );
$show( 'NO_PROXY', run_php_with( array( 'HTTPS_PROXY' => "http://$in_url$at", 'NO_PROXY' => 'localhost,127.0.0.1' ), $tls ) );
$show( 'HTTP_PROXY', run_php_with( array( 'HTTP_PROXY' => "http://$in_url$at", 'http_proxy' => "http://$in_url$at", 'REQUEST_METHOD' => 'GET' ), $tls ) );
$show( 'plain text', run_php_with( array( 'HTTPS_PROXY' => "http://$in_url$at", 'ALL_PROXY' => "http://$in_url$at", 'http_proxy' => "http://$in_url$at" ), $plain ) );
$show( 'wrong password', run_php_with( array( 'HTTPS_PROXY' => "http://joe:s3cret@$at" ), $tls ) );
$show( 'no port', run_php_with( array( 'HTTPS_PROXY' => 'http://joe:s3cret' ), $tls ) );

$constants = array( 'WP_PROXY_HOST' => '127.0.0.1', 'WP_PROXY_PORT' => $port, 'WP_PROXY_USERNAME' => 'joe', 'WP_PROXY_PASSWORD' => SECRET );
$show( 'WordPress', run_php_with( array( 'HTTPS_PROXY' => 'http://127.0.0.1:1' ), $define( $constants ) . $tls ) );
$show( 'a port as text', run_php_with( array(), $define( array( 'WP_PROXY_PORT' => "$port" ) + $constants ) . $tls ) );
$show( 'bypassed', run_php_with( array( 'HTTPS_PROXY' => 'http://127.0.0.1:1' ), $define( $constants + array( 'WP_PROXY_BYPASS_HOSTS' => 'localhost, 127.0.0.*' ) ) . $tls ) );
$show( 'without a port', run_php_with( array(), $define( array_diff_key( $constants, array( 'WP_PROXY_PORT' => 1 ) ) ) . $tls ) );
$show( 'without a password', run_php_with( array(), $define( array_diff_key( $constants, array( 'WP_PROXY_PASSWORD' => 1 ) ) ) . $tls ) );

echo "--- phpinfo()\n";
$row = 'ob_start(); phpinfo( INFO_MODULES ); preg_match( "/^(Proxy|Configuration error) => .*/m", ob_get_clean(), $row ); echo $row[0] ?? "none";';
foreach ( array( 'https://app.closte.com/api/client', 'http://127.0.0.1/' ) as $url ) {
	foreach ( array( '', "http://$in_url$at", 'ftp://joe:s3cret@x' ) as $value ) {
		putenv( "HTTPS_PROXY=$value" );
		$show( $url, run_php( $row, "closte.base_url=$url" ) );
	}
}
putenv( 'HTTPS_PROXY=' );

echo "--- probes\n";
$dns   = new Dns( 'here.example.com=127.0.0.1' );
$probe = sprintf( 'echo Closte\check_certificate( "here.example.com", array( "port" => %d, "resolvers" => array( "%s" ), "targets" => array( "127.0.0.1" ), "ca_file" => "%s", "timeout" => 60.0 ) )->state->name;', parse_url( $emulator->https, PHP_URL_PORT ), $dns->address, $emulator->ca );
$all   = array_fill_keys( array( 'HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy' ), "http://$in_url$at" );
$show( 'certificate', run_php_with( $all, $define( $constants ) . $probe ) );
?>
--EXPECT--
HTTPS_PROXY: http://PROXY: called | CONNECT API HTTP/1.1;
https_proxy: http://PROXY: called | CONNECT API HTTP/1.1;
ALL_PROXY: http://PROXY: called | CONNECT API HTTP/1.1;
NO_PROXY: none: called |
HTTP_PROXY: none: called |
plain text: none: called |
wrong password: http://PROXY: proxy-authentication false | refused CONNECT API HTTP/1.1;
no port: bad-proxy false |
WordPress: http://PROXY: called | CONNECT API HTTP/1.1;
a port as text: http://PROXY: called | CONNECT API HTTP/1.1;
bypassed: none: called |
without a port: none: called |
without a password: http://PROXY: proxy-authentication false | refused CONNECT API HTTP/1.1;
--- phpinfo()
https://app.closte.com/api/client: none |
https://app.closte.com/api/client: Proxy => http://PROXY (set by HTTPS_PROXY) |
https://app.closte.com/api/client: Configuration error => The proxy in HTTPS_PROXY cannot be used: its scheme is none of http, https and socks5. Set it to something like http://proxy.example:3128. |
http://127.0.0.1/: none |
http://127.0.0.1/: Proxy => none for this base URL (set by HTTPS_PROXY) |
http://127.0.0.1/: Proxy => none for this base URL (set by HTTPS_PROXY) |
--- probes
certificate: WrongHost |
