<?php
/**
 * Times `wp closte run` with many due rows, beside the looks at DNS alone and the writes alone: wp eval-file run.php ROWS ROUNDS PORT. Run
 * by tests/bin/bench-run in WP-CLI, on MariaDB, with a name server at PORT where every name leads elsewhere.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Container;
use ClosteSync\Ledger\Lease;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Work;
use ClosteSync\Sync\Events;
use ClosteSync\Sync\Recorder;
use ClosteSync\Sync\Result_Buffer;

require_once __DIR__ . '/record.php';

global $wpdb;

list( $closte_rows, $closte_rounds, $closte_port ) = array_map( intval( ... ), $args );

$closte      = new Container( $wpdb );
$closte_here = static fn ( array $options ): array => array( 'authoritative' => false, 'targets' => array( '192.0.2.1' ), 'resolvers' => array( "127.0.0.1:$closte_port" ) ) + $options;
add_filter( 'closte_sync_lifecycle_options', $closte_here );
$closte_table = $closte->schema()->table();
$wpdb->query( "DELETE FROM $closte_table" ); // phpcs:ignore WordPress.DB.PreparedSQL

for ( $closte_done = 0; $closte_done < $closte_rows; $closte_done += 1000 ) {
	$closte_owners = array();
	for ( $i = $closte_done; $i < min( $closte_rows, $closte_done + 1000 ); $i++ ) {
		$closte_owners[ "d$i.bench.example" ] = array(
			'blog_id' => 1,
			'source'  => Row_Source::MANUAL,
		);
	}
	$closte->ledger()->want_new( $closte_owners );
}

/**
 * All rows are due, and have been looked at before.
 */
$closte_due = static function () use ( $wpdb, $closte_table ): void {
	$wpdb->query( "UPDATE $closte_table SET stage = 'checking-dns', stage_since = " . time() . ", next_call = '', accepted_at = 1, last_added_at = 1, next_check_at = 1, lease_owner = '', lease_until = 0" ); // phpcs:ignore WordPress.DB.PreparedSQL
};

/**
 * @return array{wall: float, cpu: float, statements: int}
 */
$closte_time = static function ( callable $task ) use ( $wpdb ): array {
	$cpu        = static function (): float {
		$usage = getrusage();

		return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'] + ( $usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec'] ) / 1e6;
	};
	$statements = $wpdb->num_queries;
	$used       = $cpu();
	$begun      = hrtime( true );
	$task();

	return array(
		'wall'       => ( hrtime( true ) - $begun ) / 1e9,
		'cpu'        => $cpu() - $used,
		'statements' => $wpdb->num_queries - $statements,
	);
};

/** @var array<int, array<string, mixed>> What the looks found, by the ids of the rows. */
$closte_found = array();

$closte_looks = static function () use ( $closte, $closte_table, $wpdb, $closte_time, &$closte_found ): array {
	$rows    = $wpdb->get_results( "SELECT * FROM $closte_table", ARRAY_A ); // phpcs:ignore WordPress.DB.PreparedSQL
	$records = array_map( static fn ( array $row ): array => \ClosteSync\Ledger\Ledger_Row::from_array( $row )->to_record(), $rows );
	unset( $rows );
	$lifecycle = $closte->extension()->lifecycle( follow: true );

	return $closte_time(
		static function () use ( $lifecycle, $records, &$closte_found ): void {
			$closte_found = array_column( $lifecycle->advanceAll( $records ), null, 'id' );
		}
	);
};

$closte_writes = static function () use ( $closte, $closte_time, &$closte_found ): array {
	return $closte_time(
		static function () use ( $closte, &$closte_found ): void {
			$recorder = new Recorder( $closte->ledger(), $closte->leases(), $closte->domain_rules() );
			while ( array() !== ( $rows = $closte->leases()->claim_due( Lease::of_this_claim( 120 )->owner, 500, 120, Work::Checks ) ) ) { // phpcs:ignore
				$answers = new Result_Buffer( $recorder, $rows, 100 );
				foreach ( $rows as $row ) {
					$row->unreadable_column();
					$answers->add( array_merge( $row->to_record(), $closte_found[ $row->id ] ) );
				}
				$answers->write();
				Events::batch_ended();
			}
		}
	);
};

$closte_run = static fn (): array => $closte_time(
	static function () use ( $closte, $closte_rows ): void {
		$summary = $closte->worker()->run( 600.0 );
		if ( $summary->advanced < $closte_rows || $summary->left > 0 ) {
			throw new \RuntimeException( 'not all rows were taken: ' . wp_json_encode( $summary ) );
		}
	}
);

$closte_tasks = array( 'looks alone' => $closte_looks, 'writes alone' => $closte_writes, 'a run' => $closte_run ); // phpcs:ignore
$closte_only  = getenv( 'BENCH_ONLY' );
$closte_took  = array();
for ( $closte_round = 0; $closte_round <= $closte_rounds; $closte_round++ ) {
	foreach ( $closte_tasks as $closte_name => $closte_task ) {
		if ( $closte_only && $closte_only !== $closte_name && 0 < $closte_round ) {
			continue;
		}
		$closte_due();
		$closte_took[ $closte_name ][] = $closte_task();
	}
}

printf( "%d rows in checking-dns whose DNS leads elsewhere, MariaDB; medians of %d rounds\n  %-14s %9s %9s %11s\n", $closte_rows, $closte_rounds, '', 'wall s', 'cpu s', 'statements' );
$closte_median = static function ( array $took, string $what ): float {
	// The first round finds what is news.
	$values = array_column( array_slice( $took, 1 ), $what );
	sort( $values );

	return (float) $values[ intdiv( count( $values ), 2 ) ];
};
$closte_wall   = array();
foreach ( $closte_took as $closte_name => $closte_times ) {
	if ( count( $closte_times ) < 2 ) {
		continue;
	}
	$closte_wall[ $closte_name ] = $closte_median( $closte_times, 'wall' );
	printf( "  %-14s %9.2f %9.2f %11d\n", $closte_name, $closte_wall[ $closte_name ], $closte_median( $closte_times, 'cpu' ), $closte_median( $closte_times, 'statements' ) );
}
if ( 3 === count( $closte_wall ) ) {
	record( 'run', $closte_wall['a run'], max( $closte_wall['looks alone'], $closte_wall['writes alone'] ) );
	printf( "  a run takes %.2f times the slower of both; peak memory %.0f MB\n", $closte_wall['a run'] / max( $closte_wall['looks alone'], $closte_wall['writes alone'] ), memory_get_peak_usage() / 1e6 );
}
