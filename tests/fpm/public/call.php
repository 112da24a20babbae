<?php
/**
 * Adds the domain of the query string at Closte, and says which worker did it.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

header( 'Content-Type: application/json' );

try {
	$options = array();
	foreach ( array( 'base_url', 'ca_file' ) as $name ) {
		if ( isset( $_GET[ $name ] ) ) {
			$options[ $name ] = $_GET[ $name ];
		}
	}
	if ( isset( $_GET['timeout'] ) ) {
		$options['timeout'] = (float) $_GET['timeout'];
	}
	$client  = new Closte\Client( 'test-key', $options );
	$outcome = $client->addDomain( $_GET['domain'] )->value;
} catch ( Closte\ClosteException $exception ) {
	$outcome = get_class( $exception ) . ': ' . $exception->reason;
}

echo json_encode(
	array(
		'pid'     => getmypid(),
		'outcome' => $outcome,
		'version' => phpversion( 'closte' ),
		'threads' => count( scandir( '/proc/self/task' ) ) - 2,
	),
	JSON_THROW_ON_ERROR
);
