<?php
/**
 * Times `wp closte sync`: php sync.php ENV_JSON SITES MANY_SITES. Run by tests/bin/bench-sync.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-bench-network.php';
require_once __DIR__ . '/record.php';

list( , $closte_env, $closte_sites, $closte_many ) = $argv;

$closte_network = new Bench_Network( $closte_env );
$closte_tenth   = intdiv( (int) $closte_sites, 10 );
$closte_few     = count( $closte_network->make_sites( 1, $closte_tenth ) );

/** What a process of its own prints. */
$closte_php = static function ( string $script, string ...$arguments ): array {
	$command = array( PHP_BINARY, '-d', 'memory_limit=1G', __DIR__ . "/$script", ...$arguments );

	return json_decode( (string) shell_exec( implode( ' ', array_map( 'escapeshellarg', $command ) ) ), true, 4, JSON_THROW_ON_ERROR );
};
/** The same calls, so many at a time as the plugin makes, and nothing else. */
$closte_calls = static fn ( int $count ): array => $closte_php( 'call-process.php', 'multi', $closte_network->env['emulator']['http'], '', (string) $count, '8', '1' );
$closte_print = static function ( string $what, array $row ): void {
	printf( "  %-52s %8.2f %8.0f %10d %12d\n", $what, $row['seconds'], $row['megabytes'], $row['statements'] ?? 0, $row['read'] ?? 0 );
};
/** Of several runs, the figures in the middle, each by itself. */
$closte_middle = static fn ( array $runs ): array => array_map(
	static fn ( string $what ): float => median( array_column( $runs, $what ) ?: array( 0.0 ) ),
	array_combine( array( 'seconds', 'megabytes', 'statements', 'read' ), array( 'seconds', 'megabytes', 'statements', 'read' ) )
);

$closte_base = $closte_network->wp( 'eval', 'wp_get_schedules();' );
printf( "  %-52s %8s %8s %10s %12s\n", '', 's', 'MB', 'statements', 'rows read' );
$closte_print( 'WordPress and the plugin alone', $closte_base );

$closte_network->forget_domains();
$closte_first = $closte_network->wp( 'closte', 'sync' );
$closte_print( "wp closte sync, $closte_few domains", $closte_first );

$closte_count = count( $closte_network->make_sites( $closte_tenth + 1, (int) $closte_sites ) );
$closte_runs  = array();
for ( $closte_turn = 0; $closte_turn < 3; $closte_turn++ ) {
	$closte_network->forget_domains();
	$closte_runs['sync'][] = $closte_run = $closte_network->wp( 'closte', 'sync' );
	if ( ! str_contains( $closte_run['output'], "Success: $closte_count added, 0 removed." ) ) {
		throw new \RuntimeException( substr( $closte_run['output'], -1000 ) );
	}
	$closte_network->forget_domains();
	$closte_runs['calls'][] = $closte_calls( $closte_count );
}
$closte_sync = $closte_middle( $closte_runs['sync'] );
$closte_wire = median( array_column( $closte_runs['calls'], 'seconds' ) );
$closte_print( "wp closte sync, $closte_count domains", $closte_sync );
$closte_print( '  the calls alone, by curl_multi', end( $closte_runs['calls'] ) );
record( 'sync', $closte_sync['seconds'], $closte_wire );
record( 'sync-statements', ( $closte_sync['statements'] - $closte_base['statements'] ) / $closte_count );
$closte_read = static fn ( array $run, int $count ): float => ( $run['read'] - $closte_base['read'] ) / $count;
record( 'sync-index-rows', $closte_read( $closte_sync, $closte_count ), $closte_read( $closte_first, $closte_few ) );

$closte_domains = $closte_network->make_sites( $closte_sites + 1, (int) $closte_many );
$closte_count   = count( $closte_domains );
$closte_network->forget_domains();
$closte_runs = array();
for ( $closte_turn = 0; $closte_turn < 3; $closte_turn++ ) {
	$closte_runs['table'][] = $closte_network->wp( 'closte', 'sync', '--dry-run', '--format=table' );
	$closte_runs['csv'][]   = $closte_run = $closte_network->wp( 'closte', 'sync', '--dry-run', '--format=csv' );
	if ( substr_count( $closte_run['output'], ',add' ) !== $closte_count ) {
		throw new \RuntimeException( "not all $closte_count are planned" );
	}
}
$closte_table = $closte_middle( $closte_runs['table'] );
$closte_csv   = $closte_middle( $closte_runs['csv'] );
$closte_print( "wp closte sync --dry-run, $closte_count domains, table", $closte_table );
$closte_print( '  as CSV', $closte_csv );
record( 'dry-run-table', $closte_table['seconds'], $closte_csv['seconds'] );

$closte_all = $closte_network->wp( 'closte', 'sync' );
if ( ! str_contains( $closte_all['output'], "Success: $closte_count added, 0 removed." ) ) {
	throw new \RuntimeException( substr( $closte_all['output'], -1000 ) );
}
$closte_network->forget_domains();
$closte_wire = $closte_calls( $closte_count );
$closte_print( "wp closte sync, $closte_count domains", $closte_all );
$closte_print( '  the calls alone, by curl_multi', $closte_wire );
record( 'sync-many', $closte_all['seconds'], $closte_wire['seconds'] );

// As if all of them had been added and worked for long.
$closte_network->forget_domains();
$closte_network->wp(
	'eval',
	'global $wpdb; $closte = new ClosteSync\Container( $wpdb );
	foreach ( get_sites( array( "number" => 0 ) ) as $site ) {
		$core[ $site->domain ]      = array( "blog_id" => (int) $site->blog_id, "source" => ClosteSync\Ledger\Row_Source::CORE );
		$www["www.$site->domain"] = array( "blog_id" => (int) $site->blog_id, "source" => ClosteSync\Ledger\Row_Source::WWW );
	}
	array_shift( $core );
	foreach ( array_chunk( $core + $www, 1000, true ) as $owners ) { $closte->ledger()->want_new( $owners ); }
	$wpdb->query( "UPDATE {$closte->schema()->table()} SET stage = \"done\", next_call = \"\", accepted_at = 1, last_added_at = 1, next_check_at = 4000000000" );'
);
$closte_network->emulator->set_domains( array( $closte_network->env['domain'], ...$closte_domains ) );
$closte_runs = array();
for ( $closte_turn = 0; $closte_turn < 3; $closte_turn++ ) {
	$closte_runs['again'][] = $closte_run = $closte_network->wp( 'closte', 'sync' );
	if ( ! str_contains( $closte_run['output'], 'Nothing to do: Closte has all ' ) ) {
		throw new \RuntimeException( substr( $closte_run['output'], -1000 ) );
	}
	$closte_runs['lists'][] = $closte_php( 'two-lists.php', $closte_network->env['emulator']['http'], 'bench', $closte_network->env['db']['socket'] );
}
$closte_again = $closte_middle( $closte_runs['again'] );
$closte_lists = $closte_middle( $closte_runs['lists'] );
$closte_print( "wp closte sync, nothing to do, $closte_count domains", $closte_again );
$closte_print( '  both lists, read and compared by PHP', $closte_lists );
record( 'sync-again', $closte_again['seconds'] - $closte_base['seconds'], $closte_lists['seconds'] );
record( 'sync-again-memory', $closte_again['megabytes'] - $closte_base['megabytes'], $closte_lists['megabytes'] );
