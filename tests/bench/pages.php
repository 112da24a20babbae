<?php
/**
 * Measures what the plugin costs pages: php pages.php ENV_JSON ROUNDS. Run by tests/bin/bench-pages.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-bench-network.php';
require_once __DIR__ . '/record.php';

list( , $closte_env, $closte_rounds ) = $argv;

$closte_network = new Bench_Network( $closte_env );

/** A PHP that does something as a page of the network's; what it prints. */
$closte_view = static function ( string $code, string ...$before ) use ( $closte_network ): string {
	$load    = sprintf( '$_SERVER["HTTP_HOST"] = %s; $_SERVER["REQUEST_URI"] = "/"; ', var_export( $closte_network->env['domain'], true ) );
	$command = array( 'env', "PHP_INI_SCAN_DIR={$closte_network->env['php_ini_scan_dir']}", ...$before, PHP_BINARY, '-r', $load . $code );
	exec( implode( ' ', array_map( 'escapeshellarg', $command ) ) . ' 2>&1', $lines, $status );
	$output = implode( "\n", $lines );
	if ( 0 !== $status ) {
		throw new \RuntimeException( 'a page failed: ' . substr( $output, -1000 ) );
	}

	return $output;
};
$closte_wordpress = $closte_network->env['wordpress'];

// Instructions, which other work on the machine does not change. The first view of each kind compiles.
$closte_front = static function () use ( $closte_view, $closte_wordpress ): float {
	$page   = sprintf( 'define( "WP_USE_THEMES", true ); ob_start(); require %s; if ( ! str_contains( ob_get_clean(), "</html>" ) ) { exit( 1 ); }', var_export( "$closte_wordpress/wp-blog-header.php", true ) );
	$output = $closte_view( $page, 'valgrind', '--tool=callgrind', '--callgrind-out-file=/dev/null' );
	if ( 1 !== preg_match( '/Collected : (\d+)/', $output, $match ) ) {
		throw new \RuntimeException( "callgrind counted nothing: $output" );
	}

	return (int) $match[1] / 1e6;
};
$closte_pages = array();
for ( $closte_round = 0; $closte_round <= $closte_rounds; $closte_round++ ) {
	foreach ( array( 'activate', 'deactivate' ) as $closte_way ) {
		$closte_network->wp( 'plugin', $closte_way, 'closte-sync', '--network' );
		$closte_pages[ $closte_way ][] = $closte_front();
	}
}
$closte_network->wp( 'plugin', 'activate', 'closte-sync', '--network' );
$closte_with    = min( array_slice( $closte_pages['activate'], 1 ) );
$closte_without = min( array_slice( $closte_pages['deactivate'], 1 ) );
printf( "A front page: %.2f million instructions with the plugin, %.2f without: %.2f %% more\n", $closte_with, $closte_without, 100 * $closte_with / $closte_without - 100 );
record( 'front-page', $closte_with, $closte_without );

/** Seconds that a new site takes, without its tables: they are what takes the time otherwise. */
$closte_site = static function ( string $name ) use ( $closte_view, $closte_wordpress ): float {
	return (float) $closte_view(
		sprintf(
			'require %s; remove_action( "wp_initialize_site", "wp_initialize_site", 10 ); $start = hrtime( true );
			wp_insert_site( array( "domain" => "%s.example", "path" => "/", "network_id" => 1, "user_id" => 1 ) );
			echo ( hrtime( true ) - $start ) / 1e9;',
			var_export( "$closte_wordpress/wp-load.php", true ),
			$name
		)
	);
};
/** Seconds until the built-in integration has given up. */
$closte_built_in = static fn (): float => (float) $closte_view(
	sprintf(
		'require %s; require %s; $start = hrtime( true );
		try { ( new ClosteSync\Tests\Built_In_Integration( %s, %s, "" ) )->add_alias( "built-in.example" ); } catch ( RuntimeException ) {}
		echo ( hrtime( true ) - $start ) / 1e9;',
		var_export( "$closte_wordpress/wp-load.php", true ),
		var_export( __DIR__ . '/class-built-in-integration.php', true ),
		var_export( $closte_network->env['emulator']['http'], true ),
		var_export( $closte_network->env['key'], true )
	)
);
$closte_median   = static fn ( string $name ): float => median( array_map( static fn ( int $i ): float => $closte_site( "$name-$i" ), range( 1, 5 ) ) );

$closte_answers = $closte_median( 'answers' );
$closte_network->emulator->fault( array( 'kind' => 'hang' ) );
$closte_hangs = $closte_site( 'first' );
$closte_next  = $closte_median( 'next' );
$closte_waits = $closte_built_in();
printf( "A new site: %.2f s; while Closte hangs the first %.2f s, the next %.2f s; the built-in integration %.1f s, each time\n", $closte_answers, $closte_hangs, $closte_next, $closte_waits );
record( 'hang-first', $closte_hangs, $closte_waits );
record( 'hang-next', $closte_next, $closte_answers );
