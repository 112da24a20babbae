<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * How many rows the ledger has of each kind, as a value.
 */
final class Row_Counts {

	/**
	 * @param list<array{state: string, stage: string, next_call: string, source: string, rows_there: int, oldest: int,
	 *     newest: int}> $kinds How many there are, and when the first and the last of them came into their state.
	 */
	public function __construct( public readonly array $kinds ) {}

	public function total(): int {
		return self::sum( $this->kinds );
	}

	/**
	 * How many rows a list has; null: that does not follow from what is counted.
	 */
	public function matching( Ledger_Query $query ): ?int {
		if ( null !== $query->wanted || null !== $query->blog_id || '' !== $query->search ) {
			return null;
		}

		$stages  = array_column( is_array( $query->stage ) ? $query->stage : array_filter( array( $query->stage ) ), 'value' );
		$sources = is_array( $query->source ) ? $query->source : array_filter( array( $query->source ) );
		$states  = $query->states();

		return self::sum(
			array_filter(
				$this->kinds,
				static fn( array $kind ): bool => ( array() === $stages || in_array( $kind['stage'], $stages, true ) )
					&& ( array() === $sources || in_array( $kind['source'], $sources, true ) )
					&& in_array( self::state( $kind, '' ), $states, true )
			)
		);
	}

	/**
	 * @param string $hindrance What keeps all domains from being sent, as {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 * @return array<string, int> Every state by its value, also those without a row.
	 */
	public function by_state( string $hindrance = '' ): array {
		$counts = array_fill_keys( array_column( State::cases(), 'value' ), 0 );

		foreach ( $this->kinds as $kind ) {
			$counts[ self::state( $kind, $hindrance )->value ] += $kind['rows_there'];
		}

		return $counts;
	}

	/**
	 * @return array<string, int> Every stage by its value, also those without a row; then words that are no stage, where there are any.
	 */
	public function by_stage(): array {
		$counts = array_fill_keys( array_column( Stage::cases(), 'value' ), 0 );

		foreach ( $this->kinds as $kind ) {
			$counts[ $kind['stage'] ] = ( $counts[ $kind['stage'] ] ?? 0 ) + $kind['rows_there'];
		}

		return $counts;
	}

	/**
	 * How many rows of this stage wait for Closte. Of those that are pending, one that has no DNS yet does not.
	 */
	public function waiting( Stage $stage ): int {
		$is_waiting = static fn( array $kind ): bool => $stage->value === $kind['stage'] && '' !== $kind['next_call'];

		return self::sum( array_filter( $this->kinds, $is_waiting ) );
	}

	/**
	 * @param string $hindrance As in {@see Row_Counts::by_state()}.
	 * @return array<string, int> Since when the domain that has been in a state for longest has been in it, by the states that
	 *                            domains are in.
	 */
	public function oldest_by_state( string $hindrance = '' ): array {
		$oldest = array();

		foreach ( $this->kinds as $kind ) {
			$state            = self::state( $kind, $hindrance )->value;
			$oldest[ $state ] = min( $oldest[ $state ] ?? PHP_INT_MAX, $kind['oldest'] );
		}

		return $oldest;
	}

	/**
	 * When the newest row in this state came into it; 0: there is none.
	 *
	 * @param string $hindrance As in {@see Row_Counts::by_state()}.
	 */
	public function newest( State $state, string $hindrance = '' ): int {
		$newest = 0;

		foreach ( $this->kinds as $kind ) {
			$newest = $state === self::state( $kind, $hindrance ) ? max( $newest, $kind['newest'] ) : $newest;
		}

		return $newest;
	}

	/**
	 * @param array<array{rows_there: int}> $kinds
	 */
	private static function sum( array $kinds ): int {
		return array_sum( array_column( $kinds, 'rows_there' ) );
	}

	/**
	 * @param array{state: string} $kind
	 */
	private static function state( array $kind, string $hindrance ): State {
		return ( State::tryFrom( $kind['state'] ) ?? State::NetworkMustAct )->under( $hindrance );
	}
}
