<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What a worker was about to do and did, and when: a file of lines, which a kill leaves whole. */
final class Event_Log {

	public function __construct( private readonly string $file ) {}

	/**
	 * @param string $word `process`, `begin`, `next`, `end`, `refused`, `unheard`, `heard`, `lost`, `passed`, `by-hand`.
	 */
	public function write( string $word, string $text ): void {
		file_put_contents( $this->file, sprintf( "%.6F\t%s\t%s\n", microtime( true ), $word, $text ), FILE_APPEND );
	}

	/**
	 * @return list<array{string, string, float}> Words and texts, oldest first, and when they were written, as Unix seconds.
	 */
	public function read(): array {
		$lines = is_file( $this->file ) ? explode( "\n", rtrim( (string) file_get_contents( $this->file ) ) ) : array();
		$read  = array();

		foreach ( array_filter( $lines ) as $line ) {
			list( $time, $word, $text ) = explode( "\t", $line, 3 ) + array( '0', '', '' );
			$read[]                     = array( $word, $text, (float) $time );
		}

		return $read;
	}

	public function count( string $word ): int {
		return count( $this->times_of( $word ) );
	}

	/** @return list<float> */
	public function times_of( string $word ): array {
		return array_column( array_filter( $this->read(), static fn( array $line ): bool => $word === $line[0] ), 2 );
	}

	/**
	 * @return list<Request> In their order.
	 */
	public function requests(): array {
		$requests = array();
		$via      = '';
		$hears    = true;
		$open     = null;

		foreach ( $this->read() as list( $word, $text, $time ) ) {
			if ( null !== $open && in_array( $word, array( 'process', 'begin', 'next', 'end' ), true ) ) {
				// One that is not ended when its worker goes on with something else was killed before that.
				$requests[] = $open->until( $time, in_array( $word, array( 'process', 'begin' ), true ) );
				$open       = null;
			}
			if ( 'process' === $word ) {
				list( $via, $ears ) = explode( ' ', $text );
				$hears              = 'hears' === $ears;
			}
			if ( 'begin' === $word || 'next' === $word ) {
				list( $id, $what ) = explode( ' ', $text, 2 );
				$open              = new Request( $id, $what, $via, $hears, $time );
			}
		}

		return null === $open ? $requests : array( ...$requests, $open );
	}
}
