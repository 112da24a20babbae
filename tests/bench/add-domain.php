<?php
/**
 * Times one added domain, in each way. Run by tests/bin/bench in WP-CLI.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-built-in-integration.php';
require_once __DIR__ . '/../support/class-emulator.php';

list( $closte_env, $closte_title, $closte_url, $closte_adds ) = $args;

$closte_env      = json_decode( file_get_contents( $closte_env ), true, 16, JSON_THROW_ON_ERROR );
$closte_ca       = $closte_env['emulator']['ca'];
$closte_emulator = new Emulator( $closte_env['emulator']['control'], $closte_env['key'] );
$closte_built_in = new Built_In_Integration( $closte_url, $closte_env['key'], $closte_ca );

/**
 * Times calls.
 *
 * @param string                 $prefix Of the domains.
 * @param int                    $times  How many.
 * @param callable(string): void $call   Adds one domain.
 * @return array{times: list<float>, requests: float, connections: float} Milliseconds, ascending; per domain.
 */
$closte_measure = static function ( string $prefix, int $times, callable $call ) use ( $closte_emulator ): array {
	$closte_emulator->clear();
	$took = array();
	for ( $i = 0; $i < $times; $i++ ) {
		$start = hrtime( true );
		$call( "$prefix-$i.example" );
		$took[] = ( hrtime( true ) - $start ) / 1e6;
	}
	if ( count( $closte_emulator->domains() ) !== $times ) {
		throw new \RuntimeException( "not all $times domains of $prefix arrived" );
	}
	$journal = $closte_emulator->journal();
	sort( $took );

	return array(
		'times'       => $took,
		'requests'    => count( $journal ) / $times,
		'connections' => count( array_unique( array_column( $journal, 'connection' ) ) ) / $times,
	);
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

$closte_adds = (int) $closte_adds;
$closte_rows = array(
	// The process has made no call before this one.
	'extension, first call of a process' => $closte_measure( 'cold', 1, $closte_extension ),
	'extension, each further call'       => $closte_measure( 'warm', $closte_adds, $closte_extension ),
	'wp_remote_post, the alias alone'    => $closte_measure( 'alias', $closte_adds, $closte_built_in->add_alias( ... ) ),
	'wp_remote_post, as built in'        => $closte_measure( 'built-in', $closte_adds, $closte_built_in->add_domain( ... ) ),
);

$closte_percentile = static fn ( array $times, float $share ): float => $times[ (int) floor( ( count( $times ) - 1 ) * $share ) ];
$closte_median     = static fn ( string $row ): float => $closte_percentile( $closte_rows[ $row ]['times'], 0.5 );

printf( "%s, one added domain (%d of them)\n", $closte_title, $closte_adds );
printf( "  %-36s %10s %10s %9s %12s\n", '', 'median ms', '95 % ms', 'requests', 'connections' );
foreach ( $closte_rows as $closte_name => $closte_row ) {
	printf(
		"  %-36s %10.2f %10.2f %9.1f %12.2f\n",
		$closte_name,
		$closte_percentile( $closte_row['times'], 0.5 ),
		$closte_percentile( $closte_row['times'], 0.95 ),
		$closte_row['requests'],
		$closte_row['connections']
	);
}
printf(
	"  ratio: as built in takes %.1f times as long as the extension (%.1f times its first call; the alias alone %.1f times)\n\n",
	$closte_median( 'wp_remote_post, as built in' ) / $closte_median( 'extension, each further call' ),
	$closte_median( 'wp_remote_post, as built in' ) / $closte_median( 'extension, first call of a process' ),
	$closte_median( 'wp_remote_post, the alias alone' ) / $closte_median( 'extension, each further call' )
);
