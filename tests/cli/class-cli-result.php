<?php
/**
 * What a command did.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Exit status and output of a command that has ended. */
final class Cli_Result {

	/**
	 * A result.
	 *
	 * @param int    $status Exit status.
	 * @param string $stdout What it printed.
	 * @param string $stderr What it complained about.
	 */
	public function __construct(
		public readonly int $status,
		public readonly string $stdout,
		public readonly string $stderr
	) {
	}

	/**
	 * What it printed, as JSON.
	 */
	public function json(): mixed {
		return json_decode( $this->stdout, true, 32, JSON_THROW_ON_ERROR );
	}
}
