<?php
/**
 * Comparing large networks with Closte.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Sync\Scheduler;

final class Reconcile_Test extends Size_Test_Case {

	public function test_many_domains_are_sent_few_at_a_time_in_little_memory_and_a_second_run_does_nothing(): void {
		$domains = $this->make_sites( $this->size() );
		$this->slow_down();
		$begun   = microtime( true );
		$command = sprintf( '%s %s closte sync --exec=%s', escapeshellarg( dirname( __DIR__ ) . '/bin/wp' ), $this->env( 'name' ), escapeshellarg( 'register_shutdown_function( fn() => fwrite( STDERR, "peak of " . getrusage()["ru_maxrss"] . " kB" ) );' ) );
		// A terminal of its own: only there is a progress bar.
		$process = new Process( array( 'script', '-qec', $command, '/dev/null' ) );
		$this->assertSame( 0, $process->wait( 600 ), $process->output() );
		$seconds = microtime( true ) - $begun;
		$output  = (string) preg_replace( '/\e\[[0-9;]*m/', '', $process->output() );

		$this->assertStringContainsString( sprintf( 'Success: %d added, 0 removed.', $this->size() ), $output );
		$this->assertMatchesRegularExpression( sprintf( '/Sending %d domains.*100 ?%%/s', $this->size() ), $output );
		$this->assertSame( 1, preg_match( '/peak of (\d+) kB/', $output, $peak ) );
		$this->assertLessThan( 120_000 + 8 * $this->size(), (int) $peak[1], 'kB of memory' );
		$this->assert_added_once( $domains );
		$calls = $this->additions();
		$this->assertLessThanOrEqual( self::MAX_IN_FLIGHT, $this->most_at_a_time( $calls ) );
		$this->assertLessThanOrEqual( self::MAX_IN_FLIGHT, count( array_unique( array_column( $calls, 'connection' ) ) ) );
		$this->assertGreaterThan( self::MAX_IN_FLIGHT / 2, $this->most_at_a_time( $calls ), 'Nor is it one after the other' );
		fwrite( STDERR, sprintf( "\n%d domains at %d ms: %.1f s, %d MB\n", $this->size(), self::LATENCY_MS, $seconds, $peak[1] / 1024 ) );

		$this->emulator->call( 'DELETE', '/journal' );
		$second = $this->wp( 'closte', 'sync', '--prune', '--yes' );
		$this->assertSame( 0, $second->wait(), $second->output() );
		$this->assertStringContainsString( sprintf( 'Nothing to do: Closte has all %d domains of this network.', $this->size() + 1 ), $second->output() );
		$this->assertSame( array(), $this->changes() );
	}

	public function test_a_comparison_takes_little_memory_and_few_statements_for_each_domain(): void {
		$few  = $this->compare( 100 );
		$many = $this->compare( 20_000 );

		fwrite( STDERR, sprintf( "\n%d kB more for 20,000 domains, %d statements\n", $many['kB'] - $few['kB'], $many['statements'] ) );
		// 48 MB for 100,000, of PHP and of the extension together.
		$this->assertLessThan( 9_600, $many['kB'] - $few['kB'] );
		$this->assertLessThanOrEqual( $few['statements'] + 60, $many['statements'] );
	}

	/**
	 * What `wp closte sync` takes where there is nothing to do.
	 *
	 * @return array{kB: int, statements: int}
	 */
	private function compare( int $count ): array {
		$this->wpdb->query( "DELETE FROM {$this->wpdb->blogs} WHERE blog_id > 1" );
		$this->emulator->set_domains( array( $this->env( 'domain' ), ...$this->make_sites( $count ) ) );
		$first = $this->wp( 'closte', 'sync' );
		$this->assertSame( 0, $first->wait(), $first->output() );

		$most    = 'preg_match( "/VmHWM:\\s+(\\d+)/", file_get_contents( "/proc/self/status" ), $peak );';
		$second  = $this->wp( 'closte', 'sync', "--exec=register_shutdown_function( function () { $most echo \"took {\$peak[1]} kB, {\$GLOBALS['wpdb']->num_queries} statements\"; } );" );
		$outcome = $second->wait() . $second->output();
		$this->assertStringContainsString( sprintf( 'Nothing to do: Closte has all %d domains of this network.', $count + 1 ), $outcome );
		$this->assertSame( 1, preg_match( '/took (\d+) kB, (\d+) statements/', $outcome, $took ), $outcome );

		return array(
			'kB'         => (int) $took[1],
			'statements' => (int) $took[2],
		);
	}

	public function test_sending_all_takes_few_statements_and_reads_as_many_rows_for_each_domain_however_many_there_are(): void {
		$few  = $this->send_all( 500 );
		$many = $this->send_all( 2500 );

		$each = fn( string $what ): float => ( $many[ $what ] - $few[ $what ] ) / 2000;
		fwrite( STDERR, sprintf( "\n%.3f statements and %.1f rows read for each domain that is sent\n", $each( 'statements' ), $each( 'rows' ) ) );
		$this->assertLessThanOrEqual( 0.1, $each( 'statements' ) );
		$this->assertLessThan( 20, $each( 'rows' ) );
	}

	/**
	 * What `wp closte sync` takes where Closte has none of the domains.
	 *
	 * @return array{statements: int, rows: int}
	 */
	private function send_all( int $count ): array {
		$this->start_over();
		$this->make_sites( $count );
		$read    = 'array_sum( array_column( $GLOBALS["wpdb"]->get_results( "SHOW SESSION STATUS LIKE \'Handler_read%\'", ARRAY_A ), "Value" ) )';
		$sync    = $this->wp( 'closte', 'sync', "--exec=register_shutdown_function( function () { echo \"took {\$GLOBALS['wpdb']->num_queries} statements, \", $read, ' rows'; } );" );
		$outcome = $sync->wait( 600 ) . $sync->output();
		$this->assertStringContainsString( "Success: $count added, 0 removed.", $outcome );
		$this->assertSame( 1, preg_match( '/took (\d+) statements, (\d+) rows/', $outcome, $took ), $outcome );

		return array( 'statements' => (int) $took[1], 'rows' => (int) $took[2] );
	}

	public function test_closte_asking_for_fewer_calls_is_heeded_and_then_all_goes_on(): void {
		$domains = $this->make_sites( 100 );
		$this->emulator->fault(
			array(
				'kind' => 'latency',
				'ms'   => self::LATENCY_MS,
			),
			array(
				'kind'        => '429',
				'path'        => '/adddomainalias',
				'nth'         => range( 31, 30 + self::MAX_IN_FLIGHT ),
				'retry_after' => '1',
			)
		);
		$process = $this->wp( 'closte', 'sync' );
		$this->assertSame( 0, $process->wait(), $process->output() );

		$expected = array( $this->env( 'domain' ), ...$domains );
		sort( $expected );
		$this->assertSame( $expected, $this->emulator->domains() );
		$times = $refused = array();
		foreach ( $this->additions() as $entry ) {
			$domain = $entry['params']['domain'];
			if ( isset( $refused[ $domain ] ) ) {
				$this->assertGreaterThanOrEqual( 1000, $entry['time_ms'] - $refused[ $domain ], "$domain came again before the second was over" );
			}
			if ( '429' === $entry['fault'] ) {
				$refused[ $domain ] = $entry['time_ms'];
			}
			$times[] = $entry['time_ms'];
		}
		$this->assertCount( self::MAX_IN_FLIGHT, $refused );
		$gaps = array_map( static fn( int $later, int $earlier ): int => $later - $earlier, array_slice( $times, 1 ), array_slice( $times, 0, -1 ) );
		$this->assertGreaterThan( 900, max( $gaps ), 'All waited' );
		$gaps = array_slice( $gaps, -30 );
		sort( $gaps );
		$this->assertLessThan( 500, $gaps[ count( $gaps ) / 2 ], 'And went on as before' );
	}

	/** @dataProvider ends */
	public function test_a_run_that_is_ended_leaves_a_ledger_that_the_next_one_completes( int $signal ): void {
		$domains = $this->make_sites( $this->size() );
		$this->slow_down();
		$process = $this->wp( 'closte', 'sync' );
		$this->wait_for( fn(): bool => count( $this->additions() ) > $this->size() / 5, 'a part of the domains' );
		$process->signal( $signal );
		$this->assertNotSame( 0, $process->wait() );
		$this->assertFalse( $process->running() );

		$there = array_flip( $this->emulator->domains() );
		$this->assertLessThan( $this->size(), count( $there ) );
		$this->assertSame( $this->size(), $this->plugin->ledger_search()->count(), 'Every wish is recorded' );
		foreach ( $this->plugin->ledger()->all() as $row ) {
			$this->assertTrue( ! $row->is_accepted() || isset( $there[ $row->domain ] ), "{$row->domain} is said to be there" );
		}

		$this->emulator->fault();
		$this->let_time_pass( 300 );
		$next = $this->wp( 'closte', 'sync' );
		$this->assertSame( 0, $next->wait(), $next->output() );
		$this->assert_added_once( $domains );
		$this->assertFalse( $this->plugin->leases()->awaits_call() );
	}

	/** @return array<string, array{int}> */
	public function ends(): array {
		return array(
			'Ctrl-C'  => array( SIGINT ),
			'SIGKILL' => array( SIGKILL ),
		);
	}

	public function test_more_removals_than_usual_are_refused_until_they_are_forced(): void {
		$domains = $this->make_sites( 200 );
		$this->assertSame( 0, $this->wp( 'closte', 'sync' )->wait() );
		$kept = array_slice( $domains, 0, 120 );
		$this->wpdb->query( "DELETE FROM {$this->wpdb->blogs} WHERE domain LIKE 'site-%' AND CAST( SUBSTRING( domain, 6 ) AS UNSIGNED ) > 120" );

		$refused = $this->wp( 'closte', 'sync', '--prune', '--yes' );
		$this->assertSame( 1, $refused->wait(), $refused->output() );
		$this->assertStringContainsString( '--force', $refused->output() );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );

		$forced = $this->wp( 'closte', 'sync', '--prune', '--force', '--yes' );
		$this->assertSame( 0, $forced->wait(), $forced->output() );
		$expected = array( $this->env( 'domain' ), ...$kept );
		sort( $expected );
		$this->assertSame( $expected, $this->emulator->domains() );
	}

	public function test_drift_at_closte_and_in_the_database_is_repaired_by_the_daily_run(): void {
		$domains = $this->make_sites( 200 );
		$this->assertSame( 0, $this->wp( 'closte', 'sync' )->wait() );
		$this->emulator->set_domains( array( $this->env( 'domain' ), 'foreign.example', ...array_slice( $domains, 20 ) ) );
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_domains WHERE domain LIKE 'site-19%'" );
		$this->next_request();
		$drift = array();
		add_action(
			'closte_sync_drift',
			static function ( array $missing ) use ( &$drift ): void {
				$drift = $missing;
			}
		);
		do_action( Scheduler::DAILY );

		$expected = array( $this->env( 'domain' ), 'foreign.example', ...$domains );
		sort( $expected );
		$this->assertSame( $expected, $this->emulator->domains() );
		$this->assertCount( 20, $drift );
		$this->assertSame( 200, $this->plugin->ledger_search()->count() );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}
}
