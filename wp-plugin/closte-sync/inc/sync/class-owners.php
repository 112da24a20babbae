<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Who wants which domain, in little memory: a hundred thousand of them are one comparison with Closte.
 */
final class Owners {

	/** More than there are sources. */
	private const SOURCES = 64;

	/** @var list<string> */
	private array $sources = array();

	/** @var array<string, int> The site and the source in one number, by domain. */
	private array $codes = array();

	/**
	 * Whoever comes first has it.
	 */
	public function add( string $domain, int $blog_id, string $source ): void {
		if ( isset( $this->codes[ $domain ] ) ) {
			return;
		}

		$known = array_search( $source, $this->sources, true );

		if ( false === $known ) {
			$known           = count( $this->sources );
			$this->sources[] = $source;
		}

		$this->codes[ $domain ] = $blog_id * self::SOURCES + $known;
	}

	public function has( string $domain ): bool {
		return isset( $this->codes[ $domain ] );
	}

	/**
	 * @return ?array{blog_id: int, source: string}
	 */
	public function of( string $domain ): ?array {
		$code = $this->codes[ $domain ] ?? null;

		return null === $code ? null : array(
			'blog_id' => intdiv( $code, self::SOURCES ),
			'source'  => $this->sources[ $code % self::SOURCES ],
		);
	}

	/**
	 * @return array<string, int> The domains are the keys.
	 */
	public function domains(): array {
		return $this->codes;
	}
}
