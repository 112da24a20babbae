--TEST--
Lifecycle: a child that a callback forks takes no connection from its parent when it ends
--EXTENSIONS--
closte
--SKIPIF--
<?php
require __DIR__ . '/needs-emulator.inc';
function_exists( 'pcntl_fork' ) || print( 'skip needs pcntl' );
?>
--FILE--
<?php
require __DIR__ . '/emulator.inc';
require __DIR__ . '/dns.inc';
require __DIR__ . '/php.inc';

// The system takes the connection, and nobody answers the handshake before the child has ended.
$emulator  = new Emulator();
$dns       = new Dns( 'here.example.com=127.0.0.1' );
$addresses = array( 'here' => $emulator->https, 'dns' => $dns->address, 'ca' => $emulator->ca );

echo run_checked_php( '$addresses = ' . var_export( $addresses, true ) . ';' . <<<'PHP'
	$listening = stream_socket_server( 'tcp://127.0.0.1:0' );
	$port      = (int) substr( strrchr( stream_socket_get_name( $listening, false ), ':' ), 1 );
	$lifecycle = new Closte\Lifecycle(
		new Closte\Client( 'key', array( 'base_url' => 'http://127.0.0.1:1' ) ),
		array( 'targets' => array( '127.0.0.1' ), 'resolvers' => array( $addresses['dns'] ), 'authoritative' => false, 'tls_port' => $port, 'ca_file' => $addresses['ca'] )
	);

	/** Passes on what one side says to the other, until one of them has nothing more to say. */
	function relay( $one, $other ) {
		while ( true ) {
			$readable = array( $one, $other );
			$writable = $except = null;
			stream_select( $readable, $writable, $except, 20 );
			foreach ( $readable as $from ) {
				$bytes = (string) fread( $from, 65536 );
				if ( '' === $bytes ) {
					return;
				}
				fwrite( $from === $one ? $other : $one, $bytes );
			}
		}
	}

	$relay  = null;
	$record = array( 'domain' => 'here.example.com', 'wanted' => 'present', 'stage' => 'checking-ssl-cert', 'accepted_at' => 1, 'last_added_at' => time(), 'attempts' => 0, 'stage_since' => time() );
	$begun  = static function () use ( $listening, $addresses, &$relay ) {
		if ( null !== $relay ) {
			return;
		}
		$child = pcntl_fork();
		if ( 0 === $child ) {
			exit;
		}
		pcntl_waitpid( $child, $status );
		$relay = pcntl_fork();
		if ( 0 === $relay ) {
			relay( stream_socket_accept( $listening, 20 ), stream_socket_client( 'tcp://127.0.0.1:' . parse_url( $addresses['here'], PHP_URL_PORT ) ) );
			exit;
		}
	};
	$done   = $lifecycle->advanceAll( array( $record ), null, null, $begun );
	echo $done[0]['certificate_state'], "\n";
	// It has the parent's connection, too, and would wait for its end.
	exec( "kill -9 $relay" );
	pcntl_waitpid( $relay, $status );
	PHP
);
?>
--EXPECT--
wrong-host
