--TEST--
With opcache: the same script compiled once and run twice
--EXTENSIONS--
closte
--SKIPIF--
<?php
require __DIR__ . '/needs-emulator.inc';
file_exists( ini_get( 'extension_dir' ) . '/opcache.so' ) || print( 'skip needs opcache' );
?>
--INI--
zend_extension=opcache
opcache.enable=1
opcache.enable_cli=1
opcache.optimization_level=-1
opcache.jit_buffer_size=16M
opcache.jit=tracing
--FILE--
<?php
require __DIR__ . '/emulator.inc';

$emulator = new Emulator();
$script   = tempnam( sys_get_temp_dir(), 'closte' );
file_put_contents(
	$script,
	'<?php
	return static function ( Closte\Client $client ): string {
		$outcome = $client->addDomain( "a.example.com" );
		$word    = match ( $outcome ) {
			Closte\Outcome::Added => "added",
			Closte\Outcome::AlreadyThere => "already there",
		};
		try {
			Closte\DomainName::parse( "127.0.0.1" );
		} catch ( Closte\InvalidDomainException $e ) {
			return "$word, {$e->reason}";
		}
	};'
);
touch( $script, time() - 100 );
for ( $i = 0; $i < 3; $i++ ) {
	echo ( require $script )( $emulator->client() ), "\n";
}
for ( $i = 0, $right = 0; $i < 20000; $i++ ) {
	$right += 'www.example.com' === Closte\DomainName::parse( 'example.com' )->counterpart() ? 1 : 0;
}
var_dump( $right );
var_dump( opcache_get_status()['opcache_enabled'], opcache_is_script_cached( $script ) );
unlink( $script );
?>
--EXPECT--
added, ip-address
already there, ip-address
already there, ip-address
int(20000)
bool(true)
bool(true)
