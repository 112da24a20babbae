<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Looks for the key in everything that it is given, and remembers what that was and how much. */
final class Leak_Scanner {

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

	public function __construct( private readonly Key_Matcher $matcher ) {}

	public function scan( string $area, string $place, string $text ): void {
		$this->note( $area, $place, strlen( $text ), $this->matcher->find( $text ) );
	}

	public function scan_file( string $area, string $file ): void {
		$this->note( $area, $file, (int) filesize( $file ), $this->matcher->find_in_file( $file ) );
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
