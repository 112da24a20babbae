<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What a worker was about to do and did: a file of lines, which a kill leaves whole. */
final class Event_Log {

	public function __construct( private readonly string $file ) {}

	/**
	 * @param string $word `begin`, `end`, `refused`, `unheard`, `heard`, `wildcard`.
	 */
	public function write( string $word, string $text ): void {
		file_put_contents( $this->file, "$word\t$text\n", FILE_APPEND );
	}

	/**
	 * @return list<array{string, string}> Words and texts, oldest first.
	 */
	public function read(): array {
		$lines = is_file( $this->file ) ? explode( "\n", rtrim( (string) file_get_contents( $this->file ) ) ) : array();

		return array_map( static fn( string $line ): array => explode( "\t", $line, 2 ) + array( '', '' ), array_filter( $lines ) );
	}

	public function count( string $word ): int {
		return count( array_filter( $this->read(), static fn( array $line ): bool => $word === $line[0] ) );
	}
}
