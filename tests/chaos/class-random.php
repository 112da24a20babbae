<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use Random\Engine\Mt19937;
use Random\Randomizer;

/** Random numbers that are the same for the same name. */
final class Random {

	private readonly Randomizer $random;

	public function __construct( string $name ) {
		$this->random = new Randomizer( new Mt19937( crc32( $name ) ) );
	}

	public function between( int $least, int $most ): int {
		return $this->random->getInt( $least, $most );
	}

	/** Comes true so many times in a hundred. */
	public function percent( int $chance ): bool {
		return $this->between( 1, 100 ) <= $chance;
	}

	/**
	 * @template T
	 * @param list<T> $from Not empty.
	 * @return T
	 */
	public function one_of( array $from ): mixed {
		return $from[ $this->between( 0, count( $from ) - 1 ) ];
	}

	/**
	 * @param array<string, int> $weights
	 */
	public function weighted( array $weights ): string {
		$left = $this->between( 1, array_sum( $weights ) );

		foreach ( $weights as $name => $weight ) {
			$left -= $weight;
			if ( $left <= 0 ) {
				return $name;
			}
		}

		return (string) array_key_last( $weights );
	}
}
