<?php
/**
 * A command at a terminal.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** A command that believes a person is there; killed at the latest when the test lets go of it. */
final class Terminal_Process {

	/**
	 * What proc_open() gave.
	 *
	 * @var resource
	 */
	private $process;

	/**
	 * The other end of its terminal.
	 *
	 * @var resource
	 */
	private $terminal;

	private string $shown = '';

	/**
	 * Starts it.
	 *
	 * @param list<string> $command Program and arguments.
	 */
	public function __construct( array $command ) {
		$this->process  = proc_open( $command, array( array( 'pty' ), array( 'pty' ), array( 'pty' ) ), $pipes );
		$this->terminal = $pipes[0];
		stream_set_blocking( $this->terminal, false );
	}

	/**
	 * Kills what still runs.
	 */
	public function __destruct() {
		proc_terminate( $this->process, SIGKILL );
	}

	/**
	 * What the terminal shows so far.
	 */
	public function shown(): string {
		// Once the command has ended, reading its terminal is an error on Linux (EIO).
		set_error_handler( static fn(): bool => true );
		$this->shown .= (string) stream_get_contents( $this->terminal );
		restore_error_handler();
		return $this->shown;
	}

	/**
	 * Types.
	 *
	 * @param string $text What is typed.
	 */
	public function type( string $text ): void {
		fwrite( $this->terminal, $text );
	}

	/**
	 * Whether the terminal shows what is typed.
	 */
	public function echoes(): bool {
		$stty = proc_open( array( 'stty', '-a' ), array( $this->terminal, array( 'pipe', 'w' ) ), $pipes );
		$text = (string) stream_get_contents( $pipes[1] );
		proc_close( $stty );
		return ! str_contains( $text, '-echo ' );
	}

	/**
	 * Whether it still runs.
	 */
	public function is_running(): bool {
		return proc_get_status( $this->process )['running'];
	}

	/**
	 * Waits for a condition.
	 *
	 * @param callable(): bool $condition Looked at every 20 ms, for 30 s.
	 */
	public function wait_for( callable $condition ): void {
		$end = microtime( true ) + 120;
		while ( ! $condition() ) {
			if ( microtime( true ) > $end ) {
				throw new \RuntimeException( 'Waited in vain; the terminal shows: ' . $this->shown() );
			}
			$this->shown();
			usleep( 20_000 );
		}
	}
}
