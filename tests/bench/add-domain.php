<?php
/**
 * Times one added domain, in each way. Run by tests/bin/bench in WP-CLI.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-built-in-integration.php';
require_once __DIR__ . '/record.php';
require_once __DIR__ . '/../support/class-emulator.php';

list( $closte_env, $closte_name, $closte_title, $closte_url, $closte_adds ) = $args;

$closte_env      = json_decode( file_get_contents( $closte_env ), true, 16, JSON_THROW_ON_ERROR );
$closte_ca       = $closte_env['emulator']['ca'];
$closte_emulator = new Emulator( $closte_env['emulator']['control'], $closte_env['key'] );
$closte_built_in = new Built_In_Integration( $closte_url, $closte_env['key'], $closte_ca );

/**
 * Times calls, and adds them to those before.
 *
 * @param array{times: list<float>, requests: int, connections: int} $row   Milliseconds.
 * @param string                                                     $names The domains' names begin so.
 * @param int                                                        $count How many.
 * @param callable(string): void                                     $call  Adds one domain.
 */
$closte_measure = static function ( array &$row, string $names, int $count, callable $call ) use ( $closte_emulator ): void {
	$closte_emulator->clear();
	for ( $i = 0; $i < $count; $i++ ) {
		$start = hrtime( true );
		$call( "$names-$i.example" );
		$row['times'][] = ( hrtime( true ) - $start ) / 1e6;
	}
	if ( count( $closte_emulator->domains() ) !== $count ) {
		throw new \RuntimeException( "not all $count domains of $names arrived" );
	}
	$journal             = $closte_emulator->journal();
	$row['requests']    += count( $journal );
	$row['connections'] += count( array_unique( array_column( $journal, 'connection' ) ) );
};

$closte_extension = static function ( string $domain ) use ( $closte_env, $closte_url, $closte_ca ): void {
	$client = new \Closte\Client(
		$closte_env['key'],
		array(
			'base_url' => $closte_url,
			'ca_file'  => $closte_ca,
		)
	);
	$client->addDomain( $domain );
};

$closte_first = 'extension, first call of a process';
$closte_ours  = 'extension, each further call';
$closte_alias = 'wp_remote_post, the alias alone';
$closte_peer  = 'wp_remote_post, as built in';
$closte_ways  = array(
	$closte_ours  => $closte_extension,
	$closte_alias => $closte_built_in->add_alias( ... ),
	$closte_peer  => $closte_built_in->add_domain( ... ),
);
$closte_rows  = array_fill_keys(
	array( $closte_first, ...array_keys( $closte_ways ) ),
	array(
		'times'       => array(),
		'requests'    => 0,
		'connections' => 0,
	)
);
// The process has made no call before this one.
$closte_measure( $closte_rows[ $closte_first ], 'cold', 1, $closte_extension );
// In turns, so that what else runs meets all of them.
foreach ( range( 1, 10 ) as $closte_turn ) {
	foreach ( $closte_ways as $closte_way => $closte_call ) {
		$closte_measure( $closte_rows[ $closte_way ], "turn-$closte_turn", max( 1, intdiv( (int) $closte_adds, 10 ) ), $closte_call );
	}
}
foreach ( $closte_rows as &$closte_row ) {
	sort( $closte_row['times'] );
}
unset( $closte_row );

$closte_percentile = static fn ( array $times, float $share ): float => $times[ (int) floor( ( count( $times ) - 1 ) * $share ) ];
$closte_median     = static fn ( string $row ): float => $closte_percentile( $closte_rows[ $row ]['times'], 0.5 );

printf( "%s, one added domain (%d of them)\n", $closte_title, $closte_adds );
printf( "  %-36s %10s %10s %9s %12s\n", '', 'median ms', '95 % ms', 'requests', 'connections' );
foreach ( $closte_rows as $closte_way => $closte_row ) {
	printf(
		"  %-36s %10.2f %10.2f %9.1f %12.2f\n",
		$closte_way,
		$closte_percentile( $closte_row['times'], 0.5 ),
		$closte_percentile( $closte_row['times'], 0.95 ),
		$closte_row['requests'] / count( $closte_row['times'] ),
		$closte_row['connections'] / count( $closte_row['times'] )
	);
}
printf(
	"  ratio: as built in takes %.1f times as long as the extension (%.1f times its first call; the alias alone %.1f times)\n\n",
	$closte_median( $closte_peer ) / $closte_median( $closte_ours ),
	$closte_median( $closte_peer ) / $closte_median( $closte_first ),
	$closte_median( $closte_alias ) / $closte_median( $closte_ours )
);
record( $closte_name, 1e3 / $closte_median( $closte_ours ), 1e3 / $closte_median( $closte_peer ) );
