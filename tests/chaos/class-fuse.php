<?php
/**
 * Kills this process in the middle of an event.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** With SIGKILL, before one of its queries or between two of the plugin's steps, or not at all. */
final class Fuse {

	private int $queries = 0;
	private int $steps   = 0;

	public function __construct() {
		add_filter(
			'query',
			function ( string $sql ): string {
				$this->burn( $this->queries );
				return $sql;
			}
		);
		add_action( 'closte_sync_step', fn() => $this->burn( $this->steps ) );
	}

	public function light( Dice $dice ): void {
		$this->put_out();
		match ( $dice->between( 1, 10 ) ) {
			1       => $this->queries = $dice->between( 1, 120 ),
			2       => $this->steps = $dice->between( 1, 8 ),
			default => null,
		};
	}

	public function put_out(): void {
		$this->queries = 0;
		$this->steps   = 0;
	}

	private function burn( int &$length ): void {
		if ( $length > 0 && 0 === --$length ) {
			posix_kill( getmypid(), SIGKILL );
		}
	}
}
