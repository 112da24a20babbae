<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Makes one number of who wants a domain: \Closte\Comparison keeps it for each of a hundred thousand.
 */
final class Owner_Numbers {

	/** More than there are sources. */
	private const SOURCES = 64;

	/** @var list<string> */
	private array $sources = array();

	/**
	 * @param array{blog_id: int, source: string} $owner
	 */
	public function number( array $owner ): int {
		$known = array_search( $owner['source'], $this->sources, true );

		if ( false === $known ) {
			$known           = count( $this->sources );
			$this->sources[] = $owner['source'];
		}

		return $owner['blog_id'] * self::SOURCES + $known;
	}

	/**
	 * @return array{blog_id: int, source: string}
	 */
	public function owner( int $number ): array {
		return array(
			'blog_id' => intdiv( $number, self::SOURCES ),
			'source'  => $this->sources[ $number % self::SOURCES ],
		);
	}
}
