<?php
/**
 * Closte and the database, which come and go.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Tests\Emulator;

/** Starts them again after each fall, on the same port and socket, with what they had. */
final class Servers {

	/** Of all calls. */
	private const FAULT_RATE = 0.3;

	private const FAULTS = array(
		array( 'kind' => '500' ),
		array( 'kind' => '502' ),
		array(
			'kind'        => '503',
			'retry_after' => '1',
		),
		array(
			'kind'        => '429',
			'retry_after' => '1',
		),
		array( 'kind' => '408' ),
		array( 'kind' => '403' ),
		array( 'kind' => 'html' ),
		array( 'kind' => 'cut-json' ),
		array( 'kind' => 'cut-body' ),
		array( 'kind' => 'oversized' ),
		array( 'kind' => 'reset-before' ),
		array( 'kind' => 'reset-after' ),
		array( 'kind' => 'goaway' ),
		array( 'kind' => 'refused-stream' ),
		array( 'kind' => 'reject' ),
		array(
			'kind' => 'reject',
			'path' => '/adddomainalias',
			'text' => 'Your plan does not include more domains',
		),
		array( 'kind' => 'echo-key' ),
		array( 'kind' => 'redirect', 'location' => 'http://127.0.0.1:9/' ),
		array( 'kind' => 'close' ),
		array( 'kind' => 'empty' ),
		array( 'kind' => 'latency', 'ms' => 400 ),
	);

	/** These hold a page up for as long as it waits, so that they are rarer. */
	private const HANGS = array( 'hang', 'hang-after', 'endless' );

	private const HANG_RATE = 0.004;

	public readonly Emulator $closte;

	/** @var ?resource */
	private $emulator = null;

	/** @var array<int, resource> */
	private array $emulator_pipes = array();

	/** @var list<array<string, mixed>> */
	private array $faults = array();

	private readonly Name_Server $names;

	private readonly string $dir;

	/**
	 * @param array<string, mixed> $env As in env.json.
	 */
	public function __construct( private readonly array $env, private readonly int $port, private readonly int $tls_port, private readonly int $control_port ) {
		$this->dir    = $env['dir'] . '/emulator';
		$this->closte = new Emulator( "http://127.0.0.1:$control_port", $env['key'] );
		$this->names  = new Name_Server( $env['dir'] . '/logs/dns.log' );
		// From here on, what was committed outlives a kill.
		$this->restart_database( false, array( '--innodb-flush-log-at-trx-commit=2', '--innodb-doublewrite=1' ) );
	}

	public function __destruct() {
		$this->stop_emulator();
	}

	/**
	 * Half of the processes speak HTTP/1.1, the others HTTP/2 over TLS.
	 *
	 * @param string $via Who sends, for the journal.
	 */
	public function base_url( string $via ): string {
		$server = 0 === crc32( $via ) % 2 ? "http://127.0.0.1:{$this->port}" : "https://127.0.0.1:{$this->tls_port}";

		return "$server/via/$via/api/client";
	}

	/** The authority of its certificates; another one for each seed. */
	public function ca_file(): string {
		return $this->dir . '/ca.pem';
	}

	public function resolver(): string {
		return $this->names->address;
	}

	/** @param bool $exist Whether every domain points here; else DNS has none of them. */
	public function point_here( bool $exist ): void {
		$this->names->point_here( $exist );
	}

	/** A Closte that has only what others have there, and the network's own domain. */
	public function begin( int $seed ): void {
		$this->stop_emulator();
		array_map( 'unlink', glob( $this->dir . '/{state.json,journal.jsonl}', GLOB_BRACE ) );
		$this->start_emulator();
		$this->closte->set_domains( array( Names::NETWORK, ...Names::FOREIGN ) );
		$this->closte->call( 'PUT', '/seed', array( 'seed' => $seed ) );
		$this->faults = array();
		$this->point_here( true );
	}

	public function fail( bool $failing ): void {
		$rate         = 1 - ( 1 - self::FAULT_RATE ) ** ( 1 / count( self::FAULTS ) );
		$faults       = array_map( static fn( array $fault ): array => $fault + array( 'rate' => $rate ), self::FAULTS );
		$hangs        = array_map(
			static fn( string $kind ): array => array(
				'kind' => $kind,
				'rate' => self::HANG_RATE,
			),
			self::HANGS
		);
		$this->faults = $failing ? array( ...$faults, ...$hangs ) : array();
		$this->closte->fault( ...$this->faults );
		$failing || $this->point_here( true );
	}

	/** Killed in the middle of whatever it does. */
	public function restart_emulator(): void {
		proc_terminate( $this->emulator, SIGKILL );
		$this->stop_emulator();
		$this->start_emulator();
		$this->closte->fault( ...$this->faults );
	}

	public function restart_database( bool $kill, array $options = array() ): void {
		$data = $this->env['dir'] . '/mariadb';
		// It may take connections before it has written that.
		self::wait_for( static fn(): bool => is_file( "$data/mariadb.pid" ) && (int) file_get_contents( "$data/mariadb.pid" ) > 0, 'the process id of the database' );
		$pid     = (int) file_get_contents( "$data/mariadb.pid" );
		$command = explode( "\0", rtrim( (string) file_get_contents( "/proc/$pid/cmdline" ), "\0" ) );
		posix_kill( $pid, $kill ? SIGKILL : SIGTERM );
		self::wait_for( static fn(): bool => ! is_dir( "/proc/$pid" ) || str_contains( (string) file_get_contents( "/proc/$pid/status" ), 'State:	Z' ), 'the end of the database' );
		if ( is_file( "$data/mariadb.pid" ) ) {
			unlink( "$data/mariadb.pid" );
		}
		// Its parent is not us: it lives until tests/bin/wp-env takes the network down.
		$line = implode( ' ', array_map( 'escapeshellarg', array( ...$command, ...$options ) ) );
		exec( "setsid $line </dev/null >/dev/null 2>&1 &" );
		self::wait_for( fn(): bool => null !== $this->connect(), 'the database' );
	}

	public function connect( string $database = '' ): ?\mysqli {
		mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
		// A server that is about to be there also says so in a warning.
		set_error_handler( static fn(): bool => true );
		try {
			$connection = new \mysqli( null, 'root', '', $database, null, $this->env['db']['socket'] );
			$connection->set_charset( 'utf8mb4' );

			return $connection;
		} catch ( \mysqli_sql_exception ) {
			return null;
		} finally {
			restore_error_handler();
		}
	}

	/** @param callable(): bool $condition */
	public static function wait_for( callable $condition, string $what, float $seconds = 60.0 ): void {
		$end = microtime( true ) + $seconds;
		while ( ! $condition() ) {
			if ( microtime( true ) > $end ) {
				throw new \RuntimeException( "Waited $seconds s in vain for $what." );
			}
			usleep( 20_000 );
		}
	}

	/** Below the ports that the system gives to connections: one of those may be taken while Closte is away. */
	public static function free_port(): int {
		do {
			$port   = random_int( 10_000, 32_000 );
			$socket = @stream_socket_server( "tcp://127.0.0.1:$port" ); // phpcs:ignore Generic.PHP.NoSilencedErrors -- the next one is tried.
		} while ( false === $socket );

		return $port;
	}

	private function start_emulator(): void {
		$ready = $this->dir . '/ready.json';
		if ( is_file( $ready ) ) {
			unlink( $ready );
		}
		$log            = array( 'file', $this->env['dir'] . '/logs/emulator.log', 'a' );
		$this->emulator = proc_open(
			array(
				(string) getenv( 'CLOSTE_CHAOS_EMULATOR' ),
				'--exit-with-parent',
				...array( '--key', $this->env['key'], '--journal', $this->dir . '/journal.jsonl', '--state', $this->dir . '/state.json' ),
				...array( '--ready', $ready, '--listen', "127.0.0.1:{$this->port}", '--control', "127.0.0.1:{$this->control_port}" ),
				...array( '--tls-listen', "127.0.0.1:{$this->tls_port}", '--ca-out', $this->ca_file() ),
			),
			array( array( 'pipe', 'r' ), $log, $log ),
			$this->emulator_pipes
		);
		self::wait_for( static fn(): bool => is_file( $ready ), 'the emulator' );
	}

	private function stop_emulator(): void {
		if ( null !== $this->emulator ) {
			proc_terminate( $this->emulator );
			proc_close( $this->emulator );
			$this->emulator = null;
		}
	}
}
