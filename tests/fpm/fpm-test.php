<?php
/**
 * The extension under PHP-FPM.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use PHPUnit\Framework\TestCase;

/** Which connection a worker used is told by the emulator's journal. */
final class Fpm_Test extends TestCase {

	private static Process $emulator_process;

	private static Emulator $emulator;

	/**
	 * Where the emulator listens.
	 *
	 * @var array{http: string, https: string, control: string, ca: string}
	 */
	private static array $ready;

	private static string $dir;

	private ?Web_Server $web = null;

	public static function setUpBeforeClass(): void {
		self::$dir = sys_get_temp_dir() . '/closte-fpm-emulator-' . bin2hex( random_bytes( 6 ) );
		mkdir( self::$dir );
		$ready                  = self::$dir . '/ready.json';
		self::$emulator_process = new Process(
			array( getenv( 'CLOSTE_EMULATOR' ), '--key', 'test-key', '--ready', $ready, '--ca-out', self::$dir . '/ca.pem' )
		);
		self::wait_for( static fn (): bool => is_file( $ready ) && filesize( $ready ) > 0, 'the emulator: ' . self::$emulator_process->output() );
		self::$ready    = json_decode( file_get_contents( $ready ), true, 16, JSON_THROW_ON_ERROR );
		self::$emulator = new Emulator( self::$ready['control'], 'test-key' );
	}

	public static function tearDownAfterClass(): void {
		self::$emulator_process->kill();
		array_map( 'unlink', glob( self::$dir . '/*' ) );
		rmdir( self::$dir );
	}

	protected function setUp(): void {
		self::$emulator->clear();
		self::$emulator->call( 'DELETE', '/connections' );
	}

	protected function tearDown(): void {
		$this->web?->stop();
	}

	/**
	 * Plain and encrypted.
	 *
	 * @return array<string, array{string}>
	 */
	public static function schemes(): array {
		return array(
			'plain' => array( 'http' ),
			'TLS'   => array( 'https' ),
		);
	}

	/**
	 * A second request of a worker goes over the connection of its first.
	 *
	 * @dataProvider schemes
	 * @param string $scheme Key of the emulator's ready file.
	 */
	public function test_the_pool_survives_requests( string $scheme ): void {
		$this->start( 1, $scheme );

		$workers = array();
		foreach ( array( 'one', 'two', 'three' ) as $name ) {
			list( $answer ) = $this->web->add( array( "$name.example" ) );
			$this->assertSame( 'added', $answer['outcome'] );
			$workers[] = $answer['pid'];
		}

		$this->assertCount( 1, array_unique( $workers ) );
		$this->assertCount( 3, self::$emulator->journal( '/adddomainalias' ) );
		$this->assertCount( 1, array_unique( array_column( self::$emulator->journal(), 'connection' ) ) );
	}

	/**
	 * Two workers never talk over one connection.
	 *
	 * @dataProvider schemes
	 * @param string $scheme Key of the emulator's ready file.
	 */
	public function test_workers_do_not_share_connections( string $scheme ): void {
		$this->start( 4, $scheme );
		// While each call takes a while, no worker can do the work of two.
		self::$emulator->fault(
			array(
				'kind' => 'latency',
				'ms'   => 150,
				'path' => '/adddomainalias',
			)
		);

		$worker_of = array();
		for ( $round = 0; $round < 5; $round++ ) {
			$domains = array_map( static fn ( int $i ): string => "site-$round-$i.example", range( 1, 4 ) );
			foreach ( $this->web->add( $domains ) as $i => $answer ) {
				$this->assertSame( 'added', $answer['outcome'] );
				$worker_of[ $domains[ $i ] ] = $answer['pid'];
			}
		}

		$this->assertCount( 4, array_unique( $worker_of ), 'all workers of the pool took part' );
		$workers_of_connection = array();
		$connections_of_worker = array();
		foreach ( self::$emulator->journal( '/adddomainalias' ) as $entry ) {
			$worker = $worker_of[ $entry['params']['domain'] ];

			$workers_of_connection[ $entry['connection'] ][ $worker ] = true;
			$connections_of_worker[ $worker ][ $entry['connection'] ] = true;
		}
		foreach ( $workers_of_connection as $connection => $workers ) {
			$this->assertCount( 1, $workers, "connection $connection belongs to one worker" );
		}
		foreach ( $connections_of_worker as $worker => $connections ) {
			$this->assertCount( 1, $connections, "worker $worker keeps its connection" );
		}
	}

	public function test_nothing_starts_with_the_server(): void {
		$this->start( 2, 'https' );

		$this->assertSame( 0, self::$emulator->call( 'GET', '/connections' )['open'] );
		$master = $this->web->master();
		$this->assertCount( 1, glob( "/proc/$master/task/*" ), 'the master has one thread' );
		foreach ( glob( "/proc/$master/fd/*" ) as $descriptor ) {
			// It can have been closed since it was listed.
			$target = is_link( $descriptor ) ? (string) readlink( $descriptor ) : '';
			$this->assertStringNotContainsString( 'eventfd', $target, 'the master has no runtime that workers would inherit' );
		}
	}

	public function test_a_worker_has_one_thread(): void {
		$this->start( 1, 'https' );
		$this->web->add( array( 'one.example' ) );
		list( $answer ) = $this->web->add( array( 'two.example' ) );

		$this->assertSame( 1, $answer['threads'] );
	}

	public function test_a_reload_survives(): void {
		$this->start( 2, 'https' );
		list( $before ) = $this->web->add( array( 'before.example' ) );
		$master     = $this->web->master();

		posix_kill( $master, SIGUSR2 );
		self::wait_for( static fn (): bool => ! posix_kill( $before['pid'], 0 ), 'the old worker to end' );
		$after = array();
		self::wait_for(
			function () use ( &$after ): bool {
				try {
					list( $after ) = $this->web->add( array( 'after.example' ) );
				} catch ( \RuntimeException ) {
					return false;
				}
				return true;
			},
			'the reloaded pool'
		);

		$this->assertContains( $after['outcome'], array( 'added', 'already-there' ) );
		$this->assertNotSame( $before['pid'], $after['pid'] );
		$this->assertSame( array( 'after.example', 'before.example' ), self::$emulator->domains() );
		list( $again ) = $this->web->add( array( 'again.example' ) );
		$this->assertSame( 'added', $again['outcome'] );
	}

	public function test_a_library_that_is_replaced_under_a_running_pool_is_used_after_a_reload_and_each_domain_is_sent_once(): void {
		$library = self::$dir . '/closte.so';
		$old     = Other_Library::version_of( getenv( 'CLOSTE_EXTENSION' ) );
		$new     = substr( $old, 0, -1 ) . ( '9' === substr( $old, -1 ) ? '8' : '9' );
		copy( getenv( 'CLOSTE_EXTENSION' ), $library );
		$this->start( 4, 'https', $library );
		self::$emulator->fault(
			array(
				'kind' => 'latency',
				'ms'   => 600,
				'path' => '/adddomainalias',
			)
		);
		$are_under_way = static fn ( int $before ): bool => count( self::$emulator->domains() ) >= $before + 4;

		$replaced = $this->web->add(
			self::names( 'replaced' ),
			meanwhile: static function () use ( $are_under_way, $library, $new ): bool {
				$is_time = $are_under_way( 0 );
				$is_time && Other_Library::make_whole( getenv( 'CLOSTE_EXTENSION' ), $new, $library );
				return $is_time;
			}
		);
		$this->assertSame( array( $old ), array_unique( array_column( $replaced, 'version' ) ) );

		// Forked from a master that has the old one, whose file is gone.
		posix_kill( $replaced[0]['pid'], SIGKILL );
		self::wait_for( static fn (): bool => ! posix_kill( $replaced[0]['pid'], 0 ), 'the worker to end' );
		$killed = $this->web->add( self::names( 'killed' ) );
		$this->assertSame( array( $old ), array_unique( array_column( $killed, 'version' ) ) );

		$reloaded = $this->web->add(
			self::names( 'reloaded' ),
			meanwhile: function () use ( $are_under_way ): bool {
				$is_time = $are_under_way( 16 );
				$is_time && posix_kill( $this->web->master(), SIGUSR2 );
				return $is_time;
			}
		);
		$last     = $this->web->add( self::names( 'last' ) );
		$this->assertSame( array( $new ), array_unique( array_column( $last, 'version' ) ) );
		$this->assertContains( $old, array_column( $reloaded, 'version' ) );

		$this->assertSame( array( 'added' ), array_unique( array_column( array( ...$replaced, ...$killed, ...$reloaded, ...$last ), 'outcome' ) ) );
		$sent = array_column( array_column( self::$emulator->journal( '/adddomainalias' ), 'params' ), 'domain' );
		sort( $sent );
		$expected = array( ...self::names( 'killed' ), ...self::names( 'last' ), ...self::names( 'reloaded' ), ...self::names( 'replaced' ) );
		$this->assertSame( $expected, $sent );
	}

	public function test_a_connection_that_closte_closed_costs_nothing_but_a_new_one(): void {
		$this->start( 1, 'https' );
		$this->web->add( array( 'one.example' ) );
		self::$emulator->call( 'DELETE', '/connections' );
		list( $answer ) = $this->web->add( array( 'two.example' ) );

		$this->assertContains( $answer['outcome'], array( 'added', 'already-there' ) );
		$this->assertSame( array( 'one.example', 'two.example' ), self::$emulator->domains() );
	}

	public function test_a_killed_worker_leaves_its_successor_a_working_pool(): void {
		$this->start( 1, 'https' );
		list( $before ) = $this->web->add( array( 'one.example' ) );
		posix_kill( $before['pid'], SIGKILL );
		self::wait_for( static fn (): bool => ! posix_kill( $before['pid'], 0 ), 'the worker to end' );
		list( $after ) = $this->web->add( array( 'two.example' ) );

		$this->assertSame( 'added', $after['outcome'] );
		$this->assertNotSame( $before['pid'], $after['pid'] );
	}

	/**
	 * FPM replaces a worker that crashes at once. Each test of this class ends with this look at its log.
	 */
	public function test_a_worker_that_crashes_is_noticed(): void {
		$this->start( 1, 'http' );
		list( $before ) = $this->web->add( array( 'one.example' ) );
		posix_kill( $before['pid'], SIGSEGV );
		self::wait_for( static fn (): bool => ! posix_kill( $before['pid'], 0 ), 'the worker to end' );
		list( $after ) = $this->web->add( array( 'two.example' ) );
		$this->assertSame( 'added', $after['outcome'] );

		$web       = $this->web;
		$this->web = null;
		$this->expectException( \RuntimeException::class );
		$this->expectExceptionMessage( 'workers that crashed' );
		$web->stop();
	}

	public function test_a_closte_that_hangs_does_not_hold_the_worker(): void {
		$this->start( 1, 'https' );
		self::$emulator->fault( array( 'kind' => 'hang' ) );
		$start      = microtime( true );
		list( $answer ) = $this->web->add( array( 'slow.example' ), array( 'timeout' => '0.5' ) );

		$this->assertSame( 'Closte\\TransientException: timeout', $answer['outcome'] );
		$this->assertLessThan( 60.0, microtime( true ) - $start );

		self::$emulator->fault();
		list( $answer ) = $this->web->add( array( 'quick.example' ) );
		$this->assertSame( 'added', $answer['outcome'] );
	}

	/**
	 * Eight domains, in order.
	 *
	 * @param string $name Begins their names.
	 * @return list<string>
	 */
	private static function names( string $name ): array {
		return array_map( static fn ( int $number ): string => "$name$number.example", range( 1, 8 ) );
	}

	/**
	 * Starts the pool with the extension.
	 *
	 * @param int     $workers How many.
	 * @param string  $scheme  Key of the emulator's ready file.
	 * @param ?string $library Another than the one that was built.
	 */
	private function start( int $workers, string $scheme, ?string $library = null ): void {
		$this->web = new Web_Server(
			$workers,
			'extension=' . ( $library ?? getenv( 'CLOSTE_EXTENSION' ) ) . "\ncloste.base_url=" . self::$ready[ $scheme ]
				. "\ncloste.ca_file=" . self::$ready['ca'] . "\n"
		);
	}

	/**
	 * Waits for a condition.
	 *
	 * @param callable(): bool $condition Looked at every 20 ms, for a minute.
	 * @param string           $what      Named in the failure.
	 */
	private static function wait_for( callable $condition, string $what ): void {
		$end = microtime( true ) + 60.0;
		while ( ! $condition() ) {
			if ( microtime( true ) > $end ) {
				self::fail( "Waited in vain for $what" );
			}
			usleep( 20_000 );
		}
	}
}
