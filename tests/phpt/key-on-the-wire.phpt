--TEST--
The key goes out once in each request, as its parameter, and in no header; not at all to where a redirect points
--EXTENSIONS--
closte
--FILE--
<?php
$key  = 'canary+/=&<>"%0123456789';
$seen = tempnam( sys_get_temp_dir(), 'closte-wire-' );
// Answers each request as its path says, and writes down every byte that came.
$server = proc_open(
	array(
		PHP_BINARY,
		'-n',
		'-r',
		'$socket = stream_socket_server( "tcp://127.0.0.1:0" );
		$name = stream_socket_get_name( $socket, false );
		echo $name, "\n";
		while ( $peer = @stream_socket_accept( $socket, 60 ) ) {
			while ( ! feof( $peer ) ) {
				$request = "";
				while ( ! str_contains( $request, "\r\n\r\n" ) && "" !== ( $line = (string) fgets( $peer ) ) ) {
					$request .= $line;
				}
				if ( "" === $request ) {
					break;
				}
				preg_match( "/^content-length: (\d+)/mi", $request, $length );
				$request .= empty( $length[1] ) ? "" : stream_get_contents( $peer, (int) $length[1] );
				file_put_contents( $argv[1], base64_encode( $request ) . "\n", FILE_APPEND );
				$body = "{\"success\":true,\"domains\":[]}";
				$head = str_contains( $request, "redirect.example" ) ? "302 Found\r\nLocation: http://$name/elsewhere" : "200 OK\r\nSet-Cookie: session=1";
				fwrite( $peer, "HTTP/1.1 $head\r\nContent-Type: application/json\r\nContent-Length: " . strlen( $body ) . "\r\n\r\n$body" );
			}
			fclose( $peer );
		}',
		$seen,
	),
	array( 1 => array( 'pipe', 'w' ) ),
	$pipes
);
$address = trim( fgets( $pipes[1] ) );
$client  = new Closte\Client( $key, array( 'base_url' => "http://$address/api/client", 'retries' => 1 ) );

foreach (
	array(
		fn () => $client->verify(),
		fn () => $client->domains(),
		fn () => $client->addDomain( 'a.example.com' ),
		fn () => $client->addDomain( '*.a.example.com' ),
		fn () => $client->removeDomain( 'a.example.com' ),
		fn () => $client->addDomain( 'redirect.example.com' ),
	) as $call
) {
	try {
		$call();
	} catch ( Closte\ClosteException ) {
	}
}
proc_terminate( $server );

foreach ( file( $seen, FILE_IGNORE_NEW_LINES ) as $line ) {
	list( $head, $body ) = explode( "\r\n\r\n", base64_decode( $line ), 2 );
	$lines               = explode( "\r\n", $head );
	$names               = array_map( fn ( string $header ): string => strtolower( strstr( $header, ':', true ) ), array_slice( $lines, 1 ) );
	sort( $names );
	echo str_replace( array( rawurlencode( $key ), urlencode( $key ) ), '<key>', "$lines[0] | " . implode( ' ', $names ) . " | $body" ), "\n";
	foreach ( array( $key, substr( $key, 0, 10 ), substr( $key, -8 ), base64_encode( $key ), bin2hex( $key ) ) as $form ) {
		$times = substr_count( strtolower( $head . $body ), strtolower( $form ) );
		if ( $times > 1 || ( 1 === $times && stripos( implode( "\n", array_slice( $lines, 1 ) ), $form ) ) ) {
			echo "$form is there $times times\n";
		}
	}
}
unlink( $seen );
?>
--EXPECT--
POST /api/client/adddomainalias HTTP/1.1 | accept content-length content-type host user-agent | apikey=<key>&domain=&wildcard=
GET /api/client/getdomains?apikey=<key> HTTP/1.1 | accept host user-agent | 
POST /api/client/adddomainalias HTTP/1.1 | accept content-length content-type host user-agent | apikey=<key>&domain=a.example.com&wildcard=
POST /api/client/adddomainalias HTTP/1.1 | accept content-length content-type host user-agent | apikey=<key>&domain=%2A.a.example.com&wildcard=1
POST /api/client/deletedomainalias HTTP/1.1 | accept content-length content-type host user-agent | apikey=<key>&domain=a.example.com&wildcard=
POST /api/client/adddomainalias HTTP/1.1 | accept content-length content-type host user-agent | apikey=<key>&domain=redirect.example.com&wildcard=