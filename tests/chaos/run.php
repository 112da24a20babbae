<?php
/**
 * The chaos suite, called by tests/bin/chaos.
 *
 * usage: run.php FIRST_SEED SEEDS WORKERS EVENTS SECONDS
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

foreach ( array( 'random', 'names', 'request', 'event-log', 'history', 'lives', 'by-hand', 'calls', 'name-server', 'servers', 'workload', 'fault-schedule', 'network-copy', 'network-state', 'mapping-events', 'invariants', 'settling', 'seed-run', 'chaos-run' ) as $closte_chaos_class ) {
	require_once __DIR__ . "/class-$closte_chaos_class.php";
}
require_once dirname( __DIR__ ) . '/support/class-emulator.php';
require_once dirname( __DIR__ ) . '/support/class-process.php';

// So that destructors stop what was started.
pcntl_async_signals( true );
foreach ( array( SIGTERM, SIGINT ) as $closte_chaos_signal ) {
	pcntl_signal( $closte_chaos_signal, static fn() => exit( 130 ) );
}

list( , $first, $seeds, $workers, $events, $seconds ) = array_map( 'intval', $argv );

$run    = new Chaos_Run( json_decode( (string) file_get_contents( (string) getenv( 'CLOSTE_ENV' ) ), true, 16, JSON_THROW_ON_ERROR ) );
$failed = array();

for ( $seed = $first; $seed < $first + $seeds; $seed++ ) {
	if ( ! $run->seed( $seed, $workers, $events, (float) $seconds ) ) {
		$failed[] = $seed;
	}
}

foreach ( $failed as $seed ) {
	echo "seed $seed failed; again: tests/bin/chaos --seeds=1 --first-seed=$seed --workers=$workers --events=$events\n";
}
printf( "%s\n%d passed, %d failed\n", $run->totals(), $seeds - count( $failed ), count( $failed ) );
exit( array() === $failed ? 0 : 1 );
