<?php
/**
 * Several runs on one database.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;

final class Shared_Work_Test extends Dns_And_Certificates_Test_Case {

	private const ROWS = 1_000;

	public function test_two_runs_at_once_take_each_of_a_thousand_due_rows_once(): void {
		$this->record_due( self::ROWS );
		$this->set( array( 'enabled' => true ) );

		$runs  = array_map( fn(): Process => $this->start_php( $this->run_and_report() ), range( 1, 2 ) );
		$taken = array_map( $this->report( ... ), $runs );

		$this->assertNotSame( array(), $taken[0] );
		$this->assertNotSame( array(), $taken[1] );
		$this->assertSame( array(), array_intersect( $taken[0], $taken[1] ) );
		$steps = array_merge( ...$taken );
		$this->assertCount( self::ROWS, $steps );
		$this->assertCount( self::ROWS, array_unique( $steps ) );
		$this->assertCount( self::ROWS, $this->changes() );
		$this->assertCount( self::ROWS, array_unique( $this->changes() ) );
		$this->assertSame( self::ROWS, $this->plugin->ledger_search()->counts_by_stage()['checking-dns'] );
		$this->assertSame( '0', $this->wpdb->get_var( "SELECT COUNT(*) FROM {$this->wpdb->base_prefix}closte_sync_domains WHERE lease_owner <> '' OR attempts <> 0" ) );
	}

	public function test_the_rows_of_a_dead_run_come_free_when_its_lease_ends(): void {
		$this->record_due( 20 );
		$this->set( array( 'enabled' => true ) );
		$this->emulator->fault( array( 'kind' => 'hang', 'path' => '/adddomainalias', 'domain' => 'd7.example' ) );
		$run = $this->start_php( 'do_action( "closte_sync_run" );' );
		$this->wait_for( fn(): bool => count( $this->emulator->domains() ) >= 19, 'the run has sent the others' );
		$this->wait_for( fn(): bool => 19 === $this->plugin->ledger_search()->counts_by_stage()['checking-dns'], 'their answers are written, though one call hangs' );
		$run->kill();
		$this->emulator->fault();
		$this->next_request();

		$leased = $this->row( 'd7.example' );
		$this->assertNotSame( '', $leased->lease_owner );
		$this->assertGreaterThan( time(), $leased->lease_until );
		$this->run_due();
		$this->assert_stage( 'pending', 'd7.example' );
		$this->assertNotContains( 'd7.example', $this->emulator->domains() );
		$this->assertLessThanOrEqual( $leased->lease_until, $this->plugin->scheduler()->next_run() - 5 );

		$this->pass( $leased->lease_until - time() );
		$this->run_due();
		$this->assert_stage( 'checking-dns', 'd7.example' );
		$this->assertContains( 'd7.example', $this->emulator->domains() );
		$this->assertSame( 20, $this->plugin->ledger_search()->counts_by_stage()['checking-dns'] );
		$this->assertSame( array( 'add d7.example' ), array_values( array_unique( array_diff_assoc( $this->changes(), array_unique( $this->changes() ) ) ) ) );
	}

	public function test_one_call_that_hangs_holds_no_other_domain_up(): void {
		$this->record_due( 700 );
		$this->set( array( 'enabled' => true ) );
		$this->emulator->fault( array( 'kind' => 'hang', 'path' => '/adddomainalias', 'domain' => 'd7.example' ) );
		$run = $this->start_php( 'ini_set( "closte.timeout", "120" );' . $this->run_and_report() );
		$this->wait_for( fn(): bool => 699 === ( $this->plugin->ledger_search()->counts_by_stage()['checking-dns'] ?? 0 ), 'all others are sent and written' );

		$hanging = $this->row( 'd7.example' );
		$run->kill();
		$this->emulator->fault();
		$this->assertNotSame( '', $hanging->lease_owner );
		$this->assertSame( array( 'pending', 0 ), array( $hanging->stage->value, $hanging->attempts ), 'It hangs still' );
	}

	public function test_looks_are_shared_as_calls_are(): void {
		$this->record_due( 200, 'checking-dns' );
		$this->set( array( 'enabled' => true ) );

		$code  = $this->run_and_report( 'ClosteSync\Ledger\Work::Checks' );
		$runs  = array_map( fn(): Process => $this->start_php( $code ), range( 1, 2 ) );
		$steps = array_merge( ...array_map( $this->report( ... ), $runs ) );

		$this->assertCount( 200, $steps );
		$this->assertCount( 200, array_unique( $steps ) );
	}

	/**
	 * Rows that are due, recorded while the integration is off so that nothing is sent.
	 */
	private function record_due( int $count, string $stage = 'pending' ): void {
		$this->set( array( 'enabled' => false ) );
		for ( $i = 0; $i < $count; $i++ ) {
			$this->plugin->ledger()->want( "d$i.example", 0, Row_Source::MANUAL );
		}
		$this->wpdb->query( $this->wpdb->prepare( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET stage = %s, next_call = %s, accepted_at = %d", $stage, 'pending' === $stage ? 'add' : '', 'pending' === $stage ? 0 : time() ) );
	}

	/** Code that runs once and prints each domain that it took a step with. */
	private function run_and_report( string $work = 'ClosteSync\Ledger\Work::Calls' ): string {
		return '$plugin = new ClosteSync\Container( $GLOBALS["wpdb"] );
			$plugin->worker()->run( 120.0, static function ( $row, array $record ): void { echo "step ", $row->domain, "\n"; }, ' . $work . ' );';
	}

	/**
	 * The domains that a run took a step with.
	 *
	 * @return list<string>
	 */
	private function report( Process $run ): array {
		$this->assertSame( 0, $run->wait(), $run->output() );
		preg_match_all( '/^step (\S+)$/m', $run->output(), $matches );

		return $matches[1];
	}
}
