<?php
/**
 * What a comparison with Closte cannot do without: both lists, read and compared, and nothing else. Prints JSON:
 * two-lists.php BASE_URL KEY DATABASE_SOCKET
 *
 * @package ClosteSync
 */

declare(strict_types=1);

list( , $closte_url, $closte_key, $closte_socket ) = $argv;

$closte_start = hrtime( true );
$closte_curl  = curl_init( "$closte_url/getdomains?" . http_build_query( array( 'apikey' => $closte_key ) ) );
curl_setopt( $closte_curl, CURLOPT_RETURNTRANSFER, true );
$closte_there  = array_fill_keys( json_decode( (string) curl_exec( $closte_curl ), true )['domains'], true );
$closte_db     = new mysqli( 'localhost', 'root', '', 'wordpress', 0, $closte_socket );
$closte_wanted = array();
foreach ( $closte_db->query( 'SELECT domain FROM wp_blogs' )->fetch_all() as list( $closte_domain ) ) {
	$closte_wanted[ $closte_domain ]       = true;
	$closte_wanted[ "www.$closte_domain" ] = true;
}
if ( array() !== array_diff_key( $closte_wanted, $closte_there ) || array() !== array_diff_key( $closte_there, $closte_wanted ) ) {
	throw new RuntimeException( 'the lists differ' );
}
echo json_encode(
	array(
		'seconds'   => ( hrtime( true ) - $closte_start ) / 1e9,
		'megabytes' => memory_get_peak_usage() / 1e6,
		'domains'   => count( $closte_wanted ),
	)
);
