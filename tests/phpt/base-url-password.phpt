--TEST--
A password in closte.base_url, which is refused, is shown by no table of settings and no message
--EXTENSIONS--
closte
--FILE--
<?php
require __DIR__ . '/php.inc';

$show = 'ob_start(); phpinfo(); $info = ob_get_clean();
try { new Closte\Client( "key" ); } catch ( Closte\ConfigException $e ) { $info .= $e; var_dump( $e->reason ); }
ob_start(); ( new ReflectionExtension( "closte" ) )->info(); $info .= ob_get_clean();
preg_match( "/^closte\.base_url => .*/m", $info, $row );
echo $row[0], "\n", str_contains( $info, "s3c" ) || str_contains( $info, "et-x" ) ? "shown\n" : "";';
foreach ( array( 'https://joe:s3cret-x@app.closte.com/api', 'https://joe:s3c?ret-x@app.closte.com', 'https://joe:s3c#ret-x@app.closte.com', 'https://joe:s3c/ret-x@app.closte.com', 'https://joe:s3c@ret-x@app.closte.com', 'https://joe:s3c%40ret-x@app.closte.com', 'https://joe:s3cret-x%40app.closte.com', 'https://joe:s3cret-x', 'https://app.closte.com/?apikey=s3cret-x', 'https://app.closte.com/#s3cret-x', 'joe:s3cret-x@app.closte.com', 'http://s3cret-x@127.0.0.1', '//joe:s3cret-x@h', 'https://app.closte.com/api/client', '' ) as $url ) {
	echo run_php( $show, "closte.base_url=\"$url\"" );
	$ri = shell_exec( escapeshellarg( PHP_BINARY ) . ' -n -d extension=' . escapeshellarg( getenv( 'CLOSTE_LIBRARY' ) ) . ' -d ' . escapeshellarg( "closte.base_url=\"$url\"" ) . ' --ri closte' );
	echo str_contains( $ri, 's3c' ) || str_contains( $ri, 'et-x' ) ? "php --ri shows it\n" : '';
}
?>
--EXPECT--
string(12) "bad-base-url"
closte.base_url => …@app.closte.com/api => …@app.closte.com/api
string(12) "bad-base-url"
closte.base_url => …@app.closte.com => …@app.closte.com
string(12) "bad-base-url"
closte.base_url => …@app.closte.com => …@app.closte.com
string(12) "bad-base-url"
closte.base_url => …@app.closte.com => …@app.closte.com
string(12) "bad-base-url"
closte.base_url => …@app.closte.com => …@app.closte.com
string(12) "bad-base-url"
closte.base_url => …@app.closte.com => …@app.closte.com
string(12) "bad-base-url"
closte.base_url => …@app.closte.com => …@app.closte.com
string(12) "bad-base-url"
closte.base_url => https://joe:… => https://joe:…
string(12) "bad-base-url"
closte.base_url => https://app.closte.com/ => https://app.closte.com/
string(12) "bad-base-url"
closte.base_url => https://app.closte.com/ => https://app.closte.com/
string(12) "bad-base-url"
closte.base_url => …@app.closte.com => …@app.closte.com
string(12) "bad-base-url"
closte.base_url => …@127.0.0.1 => …@127.0.0.1
string(12) "bad-base-url"
closte.base_url => …@h => …@h
closte.base_url => https://app.closte.com/api/client => https://app.closte.com/api/client
closte.base_url => no value => no value
