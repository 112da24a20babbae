<?php
/**
 * Asks for wp-cron.php every ten seconds, as a host's cron does each minute. Ends with the script that started it.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

list( , $closte_port, $closte_domain ) = $argv;

$closte_parent  = posix_getppid();
$closte_context = stream_context_create(
	array(
		'http' => array(
			'header'        => "Host: $closte_domain:$closte_port",
			'timeout'       => 60,
			'ignore_errors' => true,
		),
	)
);

while ( posix_getppid() === $closte_parent ) {
	file_get_contents( "http://127.0.0.1:$closte_port/wp-cron.php?doing_wp_cron", false, $closte_context );
	sleep( 10 );
}
