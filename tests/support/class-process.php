<?php
/**
 * A command beside the test.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Runs as soon as it is made, in a process group of its own; killed at the latest when the test lets go of it. */
final class Process {

	/**
	 * What proc_open() gave.
	 *
	 * @var resource
	 */
	private $process;

	/** Exit status once it has ended, else null; -1 for one ended by a signal. */
	private ?int $status = null;

	private string $output_file;

	/**
	 * Starts it.
	 *
	 * @param list<string>               $command     Program and arguments.
	 * @param array<string, string>|null $environment Its environment; ours when null.
	 */
	public function __construct( array $command, ?array $environment = null ) {
		$this->output_file = tempnam( sys_get_temp_dir(), 'closte-process-' );
		$this->process     = proc_open(
			array( 'setsid', ...$command ),
			array(
				array( 'file', '/dev/null', 'r' ),
				array( 'file', $this->output_file, 'w' ),
				array( 'file', $this->output_file, 'a' ),
			),
			$pipes,
			null,
			$environment
		);
	}

	/**
	 * Kills what still runs.
	 */
	public function __destruct() {
		$this->kill();
		unlink( $this->output_file );
	}

	/**
	 * Whether it still runs.
	 */
	public function running(): bool {
		if ( null !== $this->status ) {
			return false;
		}
		$status = proc_get_status( $this->process );
		if ( ! $status['running'] ) {
			$this->status = $status['exitcode'];
		}

		return $status['running'];
	}

	/**
	 * Waits until it has ended.
	 *
	 * @param float $seconds Killed after that many.
	 * @return int Its exit status; -1 when it was killed.
	 */
	public function wait( float $seconds = 300.0 ): int {
		$end = microtime( true ) + $seconds;
		while ( $this->running() ) {
			if ( microtime( true ) > $end ) {
				$this->kill();
				break;
			}
			usleep( 10_000 );
		}

		return $this->status ?? -1;
	}

	/**
	 * Sends a signal to it and all that it started, if it runs still.
	 */
	public function signal( int $signal ): void {
		if ( $this->running() ) {
			posix_kill( -proc_get_status( $this->process )['pid'], $signal );
		}
	}

	/**
	 * Sends SIGKILL to it and all that it started.
	 */
	public function kill(): void {
		if ( $this->running() ) {
			$this->signal( SIGKILL );
			while ( $this->running() ) {
				usleep( 1_000 );
			}
		}
	}

	/**
	 * What it has printed so far, on both streams.
	 */
	public function output(): string {
		return (string) file_get_contents( $this->output_file );
	}
}
