<?php
/**
 * Reads along.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Looks for the canary in everything that it is shown, and remembers what it was and how much. */
final class Witness {

	/**
	 * Bytes seen, by area and place.
	 *
	 * @var array<string, array<string, int>>
	 */
	private array $seen = array();

	/**
	 * What was found, by area.
	 *
	 * @var array<string, list<string>>
	 */
	private array $found = array();

	/**
	 * @param Canary $canary What is looked for.
	 */
	public function __construct( private readonly Canary $canary ) {}

	public function sees( string $area, string $place, string $text ): void {
		$this->note( $area, $place, strlen( $text ), $this->canary->find( $text ) );
	}

	public function sees_file( string $area, string $file ): void {
		$this->note( $area, $file, (int) filesize( $file ), $this->canary->find_in_file( $file ) );
	}

	/**
	 * Places of an area that said something.
	 *
	 * @return list<string>
	 */
	public function places( string $area ): array {
		return array_keys( array_filter( $this->seen[ $area ] ?? array() ) );
	}

	/**
	 * What was found in an area.
	 *
	 * @return list<string>
	 */
	public function found( string $area ): array {
		return $this->found[ $area ] ?? array();
	}

	/**
	 * @param list<string> $found
	 */
	private function note( string $area, string $place, int $bytes, array $found ): void {
		$this->seen[ $area ][ $place ] = ( $this->seen[ $area ][ $place ] ?? 0 ) + $bytes;
		foreach ( $found as $what ) {
			$this->found[ $area ][] = "$place: $what";
		}
	}
}
