<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Tests\Process;

/**
 * Workers do their events while Closte and the database fail and fall, and workers are killed. What happens, and between
 * which events, comes from the seed; how the processes interleave is up to the machine.
 */
final class Workload {

	/** The worker of a copy of the network, beside those of the network. */
	private const COPY = 'copy';

	/** Of a hundred processes, how many lack the extension: one PHP among others that was upgraded first. */
	private const WITHOUT_EXTENSION = 8;

	/** Events that a process does before another takes its place. */
	private const PER_PROCESS = 8;

	public int $kills              = 0;
	public int $emulator_restarts  = 0;
	public int $database_restarts  = 0;

	private bool $points_here = true;
	public bool $is_copied    = false;
	private int $started      = 0;

	/** @var array<int|string, Process> By worker. */
	private array $processes = array();

	/** @var array<int|string, list<string>> What the processes of a worker printed that did not end well. */
	public array $complaints = array();

	private float $end;

	/**
	 * @param array<string, string> $environment Of each process.
	 * @param array<string, string> $of_copy     Of those that serve the copy.
	 */
	public function __construct(
		private readonly int $seed,
		private readonly int $workers,
		private readonly int $events,
		private readonly Servers $servers,
		private readonly string $dir,
		private readonly array $environment,
		private readonly array $of_copy,
		private readonly Network_Copy $copy,
		float $seconds
	) {
		$this->end = microtime( true ) + $seconds;
	}

	public function run(): void {
		$faults = new Fault_Schedule( $this->seed, $this->workers, $this->events );
		do {
			$begun = array_sum( array_map( fn( int $worker ): int => $this->event_log( $worker )->count( 'begin' ), $this->all() ) );
			array_map( $this->inject( ... ), $faults->due( $begun ) );
			if ( ! $this->is_copied && $begun >= intdiv( $this->workers * $this->events, 3 ) ) {
				$this->copy->make();
				$this->is_copied = true;
			}
			$busy = $this->keep_working();
			usleep( 5_000 );
		} while ( $busy );
	}

	/** @return list<int> */
	public function all(): array {
		return range( 0, $this->workers - 1 );
	}

	public function event_log( int|string $worker ): Event_Log {
		return new Event_Log( "{$this->dir}/events-$worker" );
	}

	/** Lets go of what still runs. */
	public function stop(): void {
		$this->processes = array();
	}

	/** @param array{after: int, what: string, worker: int, ms: int} $fault */
	private function inject( array $fault ): void {
		usleep( 1000 * $fault['ms'] );
		switch ( $fault['what'] ) {
			case 'kill':
				// Counted when its end is seen.
				isset( $this->processes[ $fault['worker'] ] ) && $this->processes[ $fault['worker'] ]->kill();
				break;
			case 'emulator':
				++$this->emulator_restarts;
				$this->servers->restart_emulator();
				break;
			case 'dns':
				$this->points_here = ! $this->points_here;
				$this->servers->point_here( $this->points_here );
				break;
			case 'unreachable':
				$this->servers->closte->down( true );
				usleep( 300_000 );
				$this->servers->closte->down( false );
				break;
			default:
				++$this->database_restarts;
				$this->servers->restart_database( 'database-kill' === $fault['what'] );
		}
	}

	/** @return bool Whether anything is left to do. */
	private function keep_working(): bool {
		$busy = false;
		foreach ( $this->is_copied ? array( ...$this->all(), self::COPY ) : $this->all() as $worker ) {
			if ( isset( $this->processes[ $worker ] ) ) {
				if ( $this->processes[ $worker ]->running() ) {
					$busy = true;
					continue;
				}
				$this->note_end( $worker, $this->processes[ $worker ] );
				unset( $this->processes[ $worker ] );
			}
			$done = $this->event_log( $worker )->count( 'begin' );
			if ( $done < $this->events && microtime( true ) < $this->end ) {
				$busy                       = true;
				$this->processes[ $worker ] = $this->process( $worker, $done );
			}
		}

		return $busy;
	}

	private function process( int|string $worker, int $done ): Process {
		// A number of its own, also where the one before it did nothing.
		$lacks = ( new Random( "{$this->seed}/$worker/$done/extension" ) )->percent( self::WITHOUT_EXTENSION );
		$via   = ( self::COPY === $worker ? Calls::SILENT : 'worker-' ) . "$worker-" . ++$this->started;

		return new Process(
			array(
				...array( PHP_BINARY, '-d', 'closte.base_url=' . $this->servers->base_url( $via ), __DIR__ . '/worker.php' ),
				...array( (string) $this->seed, (string) $worker, (string) $done, (string) min( self::PER_PROCESS, $this->events - $done ), "{$this->dir}/events-$worker", $via ),
			),
			( $lacks ? array( 'PHP_INI_SCAN_DIR' => $this->environment['CLOSTE_CHAOS_PHP_WITHOUT'] ) : array() ) + ( self::COPY === $worker ? $this->of_copy : $this->environment )
		);
	}

	private function note_end( int|string $worker, Process $process ): void {
		$status = $process->wait();
		if ( -1 === $status ) {
			++$this->kills;
		} elseif ( 0 !== $status ) {
			$this->complaints[ $worker ][] = "ended with $status: " . self::text_of( $process->output() );
		}
	}

	/** WordPress tells of an error in a whole page. */
	public static function text_of( string $output ): string {
		$page = (string) preg_replace( '#<style.*?</style>#s', '', $output );

		return trim( (string) preg_replace( '/[ \t]*\n\s*/', "\n", strip_tags( $page ) ) );
	}
}
