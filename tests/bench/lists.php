<?php
/**
 * Times Sites → Domains with many rows, beside WordPress's own Sites screen with as many sites: wp eval-file lists.php ROWS. Run by
 * tests/bin/bench-lists in WP-CLI, on MariaDB.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_List_Table;
use ClosteSync\Admin\Domains\Domains_Query;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;

require_once __DIR__ . '/record.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
require_once ABSPATH . 'wp-admin/includes/class-wp-ms-sites-list-table.php';

global $wpdb;

$closte_rows   = max( 1000, (int) $args[0] );
$closte_times  = 7;
$closte_ledger = ( new Container( $wpdb ) )->schema()->table();
( new Container( $wpdb ) )->ledger();
wp_set_current_user( 1 );

// Sites without tables, but for those that are looked at.
for ( $closte_done = 0; $closte_done < $closte_rows; $closte_done += 1000 ) {
	$closte_sites   = array();
	$closte_domains = array();
	$closte_titles  = array();

	for ( $i = $closte_done; $i < $closte_done + 1000; $i++ ) {
		$id = 100000 + $i;
		// A third have www names, of which some are otherwise than their domains; names are in no order.
		$name             = substr( md5( (string) intdiv( $i, 2 ) ), 0, 10 ) . '-' . intdiv( $i, 2 ) . '.example';
		$base             = 0 === $i % 2 ? $name : ( 0 === $i % 3 ? "b$name" : $name );
		$domain           = $base === $name && 1 === $i % 2 ? "www.$base" : $base;
		$state            = match ( true ) {
			0 === $i % 997 => 'network-must-act',
			0 === $i % 61  => 'owner-must-act',
			0 === $i % 13  => 'waiting',
			default        => 'working',
		};
		$closte_sites[]   = $wpdb->prepare( "( %d, 1, %s, '/', NOW(), NOW() )", $id, "s$i-" . md5( (string) $i ) . '.network.example' );
		$closte_titles[]  = $wpdb->prepare( '( %d, %s, %s )', $id, 'closte_sync_title', 'The shop of ' . md5( "title $i" ) );
		$closte_domains[] = $wpdb->prepare( "( %s, %s, 1, %s, %s, %s, %d, %d, %d, %d, '', '[]' )", $domain, $base, 1 === $i % 2 ? 'www' : 'core', 'working' === $state ? 'done' : 'checking-dns', $state, time() - $i, time() - $i, time() + $i % 86400, time() - $i );
	}

	$wpdb->query( "INSERT INTO {$wpdb->blogs} ( blog_id, site_id, domain, path, registered, last_updated ) VALUES " . implode( ', ', $closte_sites ) ); // phpcs:ignore WordPress.DB.PreparedSQL
	$wpdb->query( "INSERT INTO {$wpdb->blogmeta} ( blog_id, meta_key, meta_value ) VALUES " . implode( ', ', $closte_titles ) ); // phpcs:ignore WordPress.DB.PreparedSQL
	$wpdb->query( "INSERT IGNORE INTO $closte_ledger ( domain, base_name, blog_id, source, stage, state, state_since, stage_since, next_check_at, created_at, error_message, problems ) VALUES " . implode( ', ', $closte_domains ) ); // phpcs:ignore WordPress.DB.PreparedSQL
}

$closte_last = intdiv( $closte_rows, 20 );
foreach ( array( 1, intdiv( $closte_last, 2 ), $closte_last ) as $closte_number ) {
	$closte_ids = $wpdb->get_col( $wpdb->prepare( "SELECT blog_id FROM {$wpdb->blogs} ORDER BY blog_id LIMIT %d, 20", 20 * $closte_number - 20 ) );
	foreach ( array_diff( $closte_ids, array( '1' ) ) as $closte_id ) {
		$closte_options = $wpdb->get_blog_prefix( (int) $closte_id ) . 'options';
		$wpdb->query( "CREATE TABLE $closte_options LIKE {$wpdb->options}" ); // phpcs:ignore WordPress.DB.PreparedSQL
		$wpdb->query( "INSERT INTO $closte_options SELECT * FROM {$wpdb->options} WHERE option_name NOT LIKE '\\_%'" ); // phpcs:ignore WordPress.DB.PreparedSQL
	}
}

update_site_meta( 1, 'closte_sync_title', 'The main bakery' );
$wpdb->query( "ANALYZE TABLE $closte_ledger, {$wpdb->blogs}, {$wpdb->blogmeta}" ); // phpcs:ignore WordPress.DB.PreparedSQL

/**
 * Times a page of a list once.
 *
 * @param callable(): \WP_List_Table $make
 * @return array{ms: float, queries: int, read: int} Rows that the storage read for it.
 */
$closte_measure = static function ( string $screen, array $query, callable $make ) use ( $wpdb ): array {
	$_GET     = $_REQUEST = $query;
	$statuses = "SHOW SESSION STATUS LIKE 'Handler_read%'";
	$handlers = static fn (): int => array_sum( array_column( (array) $wpdb->get_results( $statuses, ARRAY_A ), 'Value' ) );

	// As a page view has it: nothing is known from another.
	wp_cache_flush();
	wp_load_alloptions();
	set_current_screen( $screen );
	$queries = $wpdb->num_queries;
	$read    = $handlers();
	$start   = hrtime( true );
	$table   = $make();
	$table->prepare_items();
	ob_start();
	$table->views();
	$table->display();
	$html = (string) ob_get_clean();
	$took = ( hrtime( true ) - $start ) / 1e6;

	if ( ! str_contains( $html, '<tbody' ) || ! $table->has_items() ) {
		throw new \RuntimeException( 'an empty list: ' . wp_json_encode( $query ) );
	}

	return array(
		'ms'      => $took,
		'queries' => $wpdb->num_queries - $queries - 1,
		'read'    => $handlers() - $read,
	);
};

$closte_page = static fn ( array $query ): \Closure => static fn (): array => $closte_measure(
	Pages::domains_screen_id(),
	$query,
	static fn (): \WP_List_Table => new Domains_List_Table( new Container( $wpdb ), Domains_Query::from( $query ) )
);
$closte_core = static fn ( array $query ): \Closure => static fn (): array => $closte_measure(
	'sites-network',
	$query,
	static fn (): \WP_List_Table => new \WP_MS_Sites_List_Table( array( 'screen' => 'sites-network' ) )
);
$closte_some = substr( md5( '77' ), 2, 6 );

$closte_views = array(
	'Sites (WordPress), first page'         => $closte_core( array() ),
	'Domains, first page'                   => $closte_page( array() ),
	'Sites (WordPress), in the middle'      => $closte_core( array( 'paged' => (string) intdiv( $closte_last, 2 ) ) ),
	'Domains, a page in the middle'         => $closte_page( array( 'after' => 'working/8' ) ),
	'Sites (WordPress), last page'          => $closte_core( array( 'paged' => (string) $closte_last ) ),
	'Domains, last page'                    => $closte_page( array( 'before' => 'end' ) ),
	'Domains, by time recorded, last page'  => $closte_page(
		array(
			'orderby' => 'created_at',
			'before'  => 'end',
		)
	),
	'Sites (WordPress), a search'           => $closte_core( array( 's' => 's77*' ) ),
	'Domains, a search that finds one'      => $closte_page( array( 's' => $closte_some ) ),
	'Domains, a search that finds many'     => $closte_page( array( 's' => 'example' ) ),
	'Domains, the title of the site of all' => $closte_page( array( 's' => 'main bakery' ) ),
	'Domains, a state'                      => $closte_page( array( 'state' => 'owner-must-act' ) ),
	'Domains, a stage and a source'         => $closte_page(
		array(
			'stage'  => 'checking-dns',
			'source' => 'www',
		)
	),
);

$closte_took = array();
// In turns, so that what else runs meets all of them; the first views are not counted.
for ( $closte_turn = 0; $closte_turn <= $closte_times; $closte_turn++ ) {
	foreach ( $closte_views as $closte_name => $closte_view ) {
		$closte_took[ $closte_name ][ $closte_turn ] = $closte_view();
	}
}
$closte_table = array_map(
	static fn ( array $views ): array => array(
		'ms'      => median( array_column( array_slice( $views, 1 ), 'ms' ) ),
		'queries' => min( array_column( $views, 'queries' ) ),
		// Without the count that all pages share for a minute.
		'read'    => min( array_column( $views, 'read' ) ),
	),
	$closte_took
);

$closte_there = (int) $wpdb->get_var( "SELECT COUNT(*) FROM $closte_ledger" ); // phpcs:ignore WordPress.DB.PreparedSQL
$closte_base  = $closte_table['Sites (WordPress), first page'];

printf( "Lists of %s domains and %s sites, 20 a page, MariaDB\n", number_format( $closte_there ), number_format( $closte_rows ) );
printf( "  %-40s %9s %9s %12s %s\n", '', 'median ms', 'queries', 'rows read', 'beside Sites, first page' );
foreach ( $closte_table as $closte_name => $closte_row ) {
	printf( "  %-40s %9.1f %9d %12d %.2f times\n", $closte_name, $closte_row['ms'], $closte_row['queries'], $closte_row['read'], $closte_row['ms'] / $closte_base['ms'] );
}
echo "\n";

foreach ( array( 'first' => 'first page', 'middle' => 'in the middle', 'last' => 'last page' ) as $closte_name => $closte_title ) {
	$closte_ours = 'middle' === $closte_name ? 'a page in the middle' : $closte_title;
	record( "list-$closte_name", $closte_table[ "Domains, $closte_ours" ]['ms'], $closte_table[ "Sites (WordPress), $closte_title" ]['ms'] );
}
// Without searches: a word may be anywhere in a name.
$closte_read = static fn ( string $whose ): int => max(
	array_column( array_intersect_key( $closte_table, array_flip( preg_grep( "/^$whose(?!.*(search|title))/", array_keys( $closte_table ) ) ) ), 'read' )
);
record( 'list-read', $closte_read( 'Domains' ), $closte_read( 'Sites' ) );
