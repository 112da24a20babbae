<?php
/**
 * After a seed, tasks one after the other: lets what is due run until nothing waits for Closte, or compares and prunes, or
 * says what comparing would do, and so on.
 *
 * usage: settle.php TASK[+TASK…] EVENT_LOG VIA
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

require __DIR__ . '/load.php';
require __DIR__ . '/class-settle-tasks.php';

list( , $names, $log, $via ) = $argv;

$log = new Event_Log( $log );
$log->write( 'process', "$via hears" );
$log->write( 'begin', "$via $names" );

$tasks = new Settle_Tasks( $GLOBALS['closte_chaos_plugin'], $GLOBALS['wpdb'] );

foreach ( explode( '+', $names ) as $name ) {
	if ( ! $tasks->do( $name ) ) {
		fwrite( STDERR, "The task $name failed.\n" );
		exit( 1 );
	}
}
