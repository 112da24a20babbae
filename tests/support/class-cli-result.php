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
	 * Runs a command and waits for it.
	 *
	 * @param list<string>          $command     Program and arguments.
	 * @param string                $input       What is typed.
	 * @param array<string, string> $environment Variables, beside this process's own.
	 */
	public static function of( array $command, string $input = '', array $environment = array() ): self {
		$streams = array( tmpfile(), tmpfile() );
		$process = proc_open( $command, array( array( 'pipe', 'r' ), ...$streams ), $pipes, null, $environment + getenv() );
		fwrite( $pipes[0], $input );
		fclose( $pipes[0] );
		$status = proc_close( $process );
		$output = array_map(
			static function ( $stream ): string {
				rewind( $stream );
				return (string) stream_get_contents( $stream );
			},
			$streams
		);

		return new self( $status, ...$output );
	}

	/**
	 * What it printed, as JSON.
	 */
	public function json(): mixed {
		return json_decode( $this->stdout, true, 32, JSON_THROW_ON_ERROR );
	}
}
