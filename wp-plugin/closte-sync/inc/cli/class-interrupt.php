<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

/**
 * Takes note of Ctrl-C, for commands that go on until then: they end when what they have begun is finished. Where PHP
 * lacks pcntl, Ctrl-C ends them at once.
 */
final class Interrupt {

	private bool $has_come = false;

	public function __construct() {
		if ( function_exists( 'pcntl_async_signals' ) && function_exists( 'pcntl_signal' ) ) {
			pcntl_async_signals( true );
			pcntl_signal(
				SIGINT,
				function (): void {
					$this->has_come = true;
				}
			);
		}
	}

	public function has_come(): bool {
		return $this->has_come;
	}
}
