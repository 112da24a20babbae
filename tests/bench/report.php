<?php
/**
 * Tables of what the parts of the bench have left:
 *
 * report.php table FILE         of one run, for a terminal; status 1 if a part failed
 * report.php write ROOT FILE    into README.md and docs/performance.md, between their marks
 * report.php check ROOT FILE    whether both have what that would write
 *
 * FILE has lines of JSON: for each part one that says how it was measured, or why it was not, and then its rows.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-bench-report.php';

$closte_arguments = array_slice( $argv, 1 );
if ( 'table' === $closte_arguments[0] ) {
	$closte_report = new Bench_Report( $closte_arguments[1] );
	echo $closte_report->table();
	exit( (int) $closte_report->has_failed() );
}
list( $closte_mode, $closte_root, $closte_file ) = $closte_arguments;

$closte_report = new Bench_Report( $closte_file );
$closte_status = 0;
foreach ( array( 'README.md' => true, 'docs/performance.md' => false ) as $closte_document => $closte_is_short ) {
	$closte_text = (string) file_get_contents( "$closte_root/$closte_document" );
	$closte_new  = $closte_report->fill_in( $closte_text, $closte_is_short );
	if ( 'write' === $closte_mode ) {
		file_put_contents( "$closte_root/$closte_document", $closte_new );
	} elseif ( $closte_text !== $closte_new ) {
		echo "$closte_document has not the table that docs/bench.jsonl makes: tests/bin/bench --write-readme\n";
		$closte_status = 1;
	}
}
exit( $closte_status );
