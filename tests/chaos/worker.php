<?php
/**
 * A PHP worker of the chaos suite: a WordPress in which some events happen, each like a request of its own.
 *
 * usage: worker.php SEED WORKER FIRST COUNT EVENT_LOG VIA
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

list( , $seed, $worker, $first, $count, $log, $via ) = $argv;

require __DIR__ . '/load.php';

// A page has 30 seconds, on all hosts that we know of, and more than a request that waits for the database needs.
set_time_limit( 120 );

$plugin = $GLOBALS['closte_chaos_plugin'];
$session = new Session( $plugin, $GLOBALS['wpdb'], new Event_Log( $log ), $worker );
$session->log->write( 'process', $via . ( null === $plugin ? ' deaf' : ' hears' ) );
$events      = new Events( $session );
$kill_switch = new Kill_Switch();

if ( false !== getenv( 'CLOSTE_CHAOS_TRACE' ) ) {
	add_filter(
		'query',
		static function ( string $sql ) use ( $log, $worker ): string {
			if ( 1 === preg_match( '/closte_sync_domains|_blogs|domain_mapping/', $sql ) ) {
				file_put_contents( dirname( $log ) . '/trace', sprintf( "%.4f worker %d %s\n", microtime( true ), $worker, preg_replace( '/\s+/', ' ', $sql ) ), FILE_APPEND );
			}
			return $sql;
		},
		PHP_INT_MAX
	);
}

for ( $n = (int) $first; $n < $first + $count; $n++ ) {
	if ( ! $session->is_current() ) {
		// Another process takes its place, with the plugin or without it.
		break;
	}
	$random = new Random( "$seed/$worker/$n" );
	$plugin?->forget();
	wp_cache_flush();
	if ( $random->percent( 60 ) ) {
		// A minute has passed since Closte did not answer.
		delete_network_option( 1, 'closte_sync_unreachable' );
	}
	$kill_switch->arm( $random );
	$events->happen( $n, $random );
	$kill_switch->disarm();
}
