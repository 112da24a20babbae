<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Tests\Ledger_Writes;

/** Kills this process with SIGKILL in the middle of an event: before one of its queries, or before one that writes the ledger. */
final class Kill_Switch {

	private int $queries = 0;
	private int $writes  = 0;

	public function __construct() {
		add_filter(
			'query',
			function ( string $sql ): string {
				$this->count_down( $this->queries );
				return $sql;
			}
		);
		new Ledger_Writes( fn() => $this->count_down( $this->writes ) );
	}

	/** For one event in five. */
	public function arm( Random $random ): void {
		$this->disarm();
		match ( $random->between( 1, 10 ) ) {
			1       => $this->queries = $random->between( 1, 120 ),
			2       => $this->writes = $random->between( 1, 8 ),
			default => null,
		};
	}

	public function disarm(): void {
		$this->queries = 0;
		$this->writes  = 0;
	}

	private function count_down( int &$left ): void {
		if ( $left > 0 && 0 === --$left ) {
			posix_kill( getmypid(), SIGKILL );
		}
	}
}
