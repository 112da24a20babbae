<?php
/**
 * Where the parts of the bench leave what they have measured, for report.php.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Leaves a row. A part that is run alone, without tests/bin/bench, leaves none.
 *
 * @param string     $row  Its name in rows.php, which says the unit and the goal.
 * @param float      $ours What was measured.
 * @param float|null $peer The same of what is beside it, measured in the same run and alternating.
 */
function record( string $row, float $ours, ?float $peer = null ): void {
	$file = (string) getenv( 'CLOSTE_BENCH_ROWS' );
	if ( '' === $file ) {
		return;
	}
	$line = array(
		'row'  => $row,
		'ours' => round( $ours, 4 ),
	);
	if ( null !== $peer ) {
		$line['peer'] = round( $peer, 4 );
	}
	file_put_contents( $file, json_encode( $line, JSON_THROW_ON_ERROR | JSON_PRESERVE_ZERO_FRACTION ) . "\n", FILE_APPEND | LOCK_EX );
}

/**
 * The one in the middle.
 *
 * @param list<float> $numbers Any order.
 */
function median( array $numbers ): float {
	sort( $numbers );

	return $numbers[ intdiv( count( $numbers ), 2 ) ];
}
