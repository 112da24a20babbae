<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Tests\Process;

/** Runs seed after seed on one network, each from the network as it was installed. */
final class Chaos_Run {

	private readonly Servers $servers;

	/** @var array<string, int> */
	private array $totals = array();

	private readonly string $dump;

	/**
	 * @param array<string, mixed> $env As in env.json.
	 */
	public function __construct( private readonly array $env ) {
		$this->servers = new Servers( $env, self::free_port(), self::free_port() );
		$this->dump    = $env['dir'] . '/network.sql';
		file_put_contents(
			$env['dir'] . '/php.d/chaos.ini',
			"closte.base_url={$this->servers->base_url()}\ncloste.timeout=2\ncloste.connect_timeout=1\nerror_log={$env['dir']}/logs/php.log\nlog_errors=1\ndisplay_errors=stderr\n"
		);
		copy( __DIR__ . '/mu-plugin.php', $env['wordpress'] . '/wp-content/mu-plugins/chaos.php' );
		$this->shell( 'mariadb-dump', '--databases wordpress --add-drop-database >' . escapeshellarg( $this->dump ) );
	}

	public function seed( int $seed, int $workers, int $events, float $seconds ): bool {
		$begun  = microtime( true );
		$mapper = 0 === $seed % 2 ? 'ultimate-multisite' : 'mercator';
		$dir    = $this->env['dir'] . "/seed-$seed";
		is_dir( $dir ) || mkdir( $dir );
		array_map( 'unlink', glob( "$dir/*" ) );
		$this->shell( 'mariadb', '<' . escapeshellarg( $this->dump ) );
		$this->servers->begin( $seed );
		$environment = array(
			'CLOSTE_CHAOS_MAPPER'    => $mapper,
			'CLOSTE_CHAOS_DOUBLES'   => dirname( __DIR__ ) . '/support/doubles',
			'CLOSTE_CHAOS_WORDPRESS' => $this->env['wordpress'],
		) + getenv();
		$wrong = $this->settle( 'living', $environment );

		$workload = new Workload( $seed, $workers, $events, $this->servers, $dir, $environment, $seconds );
		$this->servers->fail( true );
		try {
			$workload->run();
		} finally {
			$workload->stop();
		}
		$this->servers->fail( false );

		$logs = array_map( $workload->event_log( ... ), $workload->all() );
		foreach ( $workload->complaints as $worker => $complaints ) {
			foreach ( $complaints as $complaint ) {
				if ( ! str_contains( $complaint, 'Error establishing a database connection' ) && ! str_contains( $complaint, 'Error reconnecting to the database' ) ) {
					$wrong[] = "worker $worker $complaint";
				}
			}
		}
		$closte = $this->servers->closte;
		$wrong  = array( ...$wrong, ...$this->settle( 'run', $environment ) );
		$invariants = new Invariants( $this->servers->connect( 'wordpress' ), $logs );
		$wrong   = array( ...$wrong, ...$invariants->of_state( $closte->domains(), false ) );
		$wrong   = array( ...$wrong, ...$this->settle( 'prune', $environment ) );
		$wrong   = array( ...$wrong, ...array_map( static fn( string $text ): string => "after comparing: $text", $invariants->of_state( $closte->domains(), true ) ) );
		$journal = $closte->journal();
		$wrong   = array( ...$wrong, ...Invariants::of_journal( $journal ) );
		$wrong   = array( ...$wrong, ...$this->settle( 'plan', $environment, '{"add":[],"remove":[]}' ) );

		$counts = array(
			'events'            => array_sum( array_map( static fn( Event_Log $log ): int => $log->count( 'begin' ), $logs ) ),
			'faults'            => count( array_filter( array_column( $journal, 'fault' ) ) ),
			'kills'             => $workload->kills,
			'requests'          => count( $journal ),
			'Closte restarts'   => $workload->emulator_restarts,
			'database restarts' => $workload->database_restarts,
			'changes unheard'   => $invariants->unheard(),
		);
		foreach ( $counts as $what => $count ) {
			$this->totals[ $what ] = ( $this->totals[ $what ] ?? 0 ) + $count;
		}
		printf( "seed %d (%s): %s, %.1f s: %s\n", $seed, $mapper, self::sentence( $counts ), microtime( true ) - $begun, array() === $wrong ? 'ok' : 'FAILED' );
		foreach ( $wrong as $text ) {
			echo '  ', str_replace( "\n", "\n  ", $text ), "\n";
		}
		if ( array() !== $wrong ) {
			copy( $this->env['dir'] . '/emulator/journal.jsonl', "$dir/journal.jsonl" );
		}

		return array() === $wrong;
	}

	public function totals(): string {
		return 'total: ' . self::sentence( $this->totals );
	}

	/**
	 * @return list<string> What is wrong.
	 */
	private function settle( string $task, array $environment, ?string $expected = null ): array {
		$process = new Process( array( PHP_BINARY, __DIR__ . '/settle.php', $task ), $environment );
		$status  = $process->wait( 600 );
		if ( 0 !== $status || ( null !== $expected && $expected !== $process->output() ) ) {
			return array( "settle.php $task ended with $status: " . Workload::text_of( $process->output() ) );
		}

		return array();
	}

	/** @param array<string, int> $counts */
	private static function sentence( array $counts ): string {
		return implode( ', ', array_map( static fn( string $what, int $count ): string => "$count $what", array_keys( $counts ), $counts ) );
	}

	private function shell( string $client, string $rest ): void {
		exec( "$client --no-defaults --user=root --socket=" . escapeshellarg( $this->env['db']['socket'] ) . " $rest 2>&1", $output, $status );
		if ( 0 !== $status ) {
			throw new \RuntimeException( "$client failed: " . implode( "\n", $output ) );
		}
	}

	/** Below the ports that the system gives to connections: one of those may be taken while Closte is away. */
	private static function free_port(): int {
		do {
			$port   = random_int( 10_000, 32_000 );
			$socket = @stream_socket_server( "tcp://127.0.0.1:$port" ); // phpcs:ignore Generic.PHP.NoSilencedErrors -- the next one is tried.
		} while ( false === $socket );

		return $port;
	}
}
