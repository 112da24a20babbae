<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

/**
 * How many entries the log has of each kind, as a value.
 */
final class Log_Counts {

	/**
	 * @param list<array{action: string, outcome: string, rows_there: int}> $kinds
	 */
	public function __construct( private readonly array $kinds ) {}

	/**
	 * How many entries a list by actions and outcomes has.
	 *
	 * @param list<Action>  $actions  Only these; empty: all.
	 * @param list<Outcome> $outcomes Only these; empty: all.
	 */
	public function of( array $actions, array $outcomes ): int {
		$actions  = array_column( $actions, 'value' );
		$outcomes = array_column( $outcomes, 'value' );
		$matching = array_filter(
			$this->kinds,
			static fn( array $kind ): bool => ( array() === $actions || in_array( $kind['action'], $actions, true ) )
				&& ( array() === $outcomes || in_array( $kind['outcome'], $outcomes, true ) )
		);

		return array_sum( array_column( $matching, 'rows_there' ) );
	}
}
