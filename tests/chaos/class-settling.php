<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Tests\Process;

/** Has settle.php do its tasks, one after the other. */
final class Settling {

	/** @var list<string> */
	private array $wrong = array();

	private int $processes = 0;

	public function __construct( private readonly Servers $servers, private readonly Event_Log $log, private readonly string $log_file ) {}

	/**
	 * @param array<string, string> $environment The network's.
	 * @param string                $prefix      Of the process's name in the journal.
	 */
	public function do( string $tasks, array $environment, string $prefix = '' ): void {
		$via     = "{$prefix}settle-" . ++$this->processes;
		$process = new Process(
			array( PHP_BINARY, '-d', 'closte.base_url=' . $this->servers->base_url( $via ), __DIR__ . '/settle.php', $tasks, $this->log_file, $via ),
			$environment
		);
		$status  = $process->wait( 600 );
		if ( 0 !== $status ) {
			$this->wrong[] = "settle.php $tasks as $via ended with $status: " . Workload::text_of( $process->output() );
		}
	}

	/** @return list<Request> */
	public function requests(): array {
		return $this->log->requests();
	}

	/** @return list<string> What is wrong. */
	public function wrong(): array {
		return $this->wrong;
	}
}
