<?php
/**
 * How rows of the ledger are claimed, on either database.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Work;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Row_Claims_Test extends Plugin_Test_Case {

	private int $now;

	private Ledger $ledger;

	private Leases $leases;

	protected function setUp(): void {
		parent::setUp();
		$this->plugin->ledger();
		$this->now    = time();
		$this->ledger = new Ledger( $this->wpdb, fn(): int => $this->now );
		$this->leases = new Leases( $this->wpdb, fn(): int => $this->now );
	}

	/** By another index each statement would lock the rows in an order of its own. */
	public function test_rows_that_are_claimed_answered_and_released_are_looked_for_by_their_ids(): void {
		if ( $this->plugin->database()->is_sqlite() ) {
			$this->markTestSkipped( 'SQLite locks the whole database.' );
		}

		$names = array_map( static fn( int $n ): string => "site-$n.example", range( 1, 300 ) );
		$this->ledger->want_new( array_fill_keys( $names, array( 'blog_id' => 0, 'source' => Row_Source::MANUAL ) ) );
		$keys   = array();
		$filter = function ( string $sql ) use ( &$keys ): string {
			if ( 1 === preg_match( '/^(UPDATE|DELETE)/', $sql ) ) {
				array_push( $keys, ...array_column( $this->wpdb->get_results( "EXPLAIN $sql" ), 'key' ) );
			}
			return $sql;
		};
		add_filter( 'query', $filter );
		foreach ( array( 3, 60 ) as $count ) {
			$claimed = array_column( $this->leases->claim_due( "of $count", $count, 30 ), null, 'id' );
			$answers = array_map( fn( \ClosteSync\Ledger\Ledger_Row $row ): array => array( 'id' => $row->id, 'stage' => 'checking-dns', 'next_check_at' => $this->now + 60 ), $claimed );
			$this->leases->record_all( array_slice( $claimed, 0, 2, true ), array_slice( $answers, 0, 2, true ) );
			$this->leases->record( end( $claimed ), array( 'stage' => 'removed' ) );
			$this->leases->release( $claimed, true );
		}
		remove_filter( 'query', $filter );

		$this->assertGreaterThanOrEqual( 8, count( $keys ) );
		$this->assertSame( array( 'PRIMARY' ), array_values( array_unique( $keys ) ) );
	}

	public function test_due_rows_are_claimed_longest_due_first_and_by_kind(): void {
		foreach ( array( 'c.example', 'a.example', 'b.example' ) as $domain ) {
			$this->ledger->want( $domain, 0, Row_Source::MANUAL );
			$this->now += 10;
		}
		$done = $this->claimed( 'done.example' );
		$this->leases->record( $done, array( 'stage' => 'done', 'next_call' => '', 'next_check_at' => $this->now ) );

		$this->assertSame( array( 'c.example', 'a.example' ), $this->domains( $this->leases->claim_due( 'one', 2, 30, Work::Calls ) ) );
		$this->assertSame( array( 'done.example' ), $this->domains( $this->leases->claim_due( 'two', 5, 30, Work::Checks ) ) );
		$this->assertSame( array( 'b.example' ), $this->domains( $this->leases->claim_due( 'three', 5, 30 ) ) );
	}

	public function test_a_claim_takes_as_many_removals_as_it_may_and_others_beside_them(): void {
		foreach ( array( 'a', 'b', 'c', 'd' ) as $label ) {
			$this->ledger->unwant( "$label.example", 0, Row_Source::MANUAL );
		}
		$this->ledger->want( 'e.example', 0, Row_Source::MANUAL );
		$this->leases->claim_due( 'dies', 1, 30, Work::Calls, 1 );
		$this->now += 31;

		$this->assertSame( array( 'a.example', 'b.example', 'e.example' ), $this->domains( $this->leases->claim_due( 'one', 10, 30, Work::All, 2 ) ) );
		$this->assertSame( array(), $this->domains( $this->leases->claim_due( 'two', 10, 30, Work::All, 0 ) ) );
		$this->assertSame( array( 'c.example', 'd.example' ), $this->domains( $this->leases->claim_due( 'three', 10, 30, Work::Calls ) ) );
	}

	public function test_removals_of_a_killed_run_do_not_hide_what_else_is_due(): void {
		foreach ( array( 'a', 'b', 'c' ) as $label ) {
			$this->ledger->unwant( "$label.example", 0, Row_Source::MANUAL );
		}
		$this->leases->claim_due( 'dies', 3, 30 );
		$this->now += 31;
		$this->ledger->want( 'e.example', 0, Row_Source::MANUAL );

		$this->assertSame( array( 'e.example' ), $this->domains( $this->leases->claim_due( 'one', 2, 30, Work::All, 0 ) ) );
	}

	public function test_two_processes_never_claim_the_same_row(): void {
		for ( $i = 0; $i < 300; $i++ ) {
			$this->ledger->want( "d$i.example", 0, Row_Source::MANUAL );
		}

		$code      = '$leases = new ClosteSync\Ledger\Leases( $GLOBALS["wpdb"] ); while ( $rows = $leases->claim_due( wp_generate_uuid4(), 7, 300 ) ) { foreach ( $rows as $row ) { echo $row->domain, "\n"; } }';
		$processes = array_map( fn(): Process => $this->start_php( $code ), range( 1, 4 ) );
		$claimed   = array();

		foreach ( $processes as $process ) {
			$this->assertSame( 0, $process->wait(), $process->output() );
			$claimed = array_merge( $claimed, explode( "\n", trim( $process->output() ) ) );
		}

		$claimed = array_filter( $claimed );
		$this->assertCount( 300, $claimed );
		$this->assertCount( 300, array_unique( $claimed ) );
	}

	/** @dataProvider clocks */
	public function test_a_clock_that_jumps_leaves_no_row_behind( int $jump ): void {
		$this->now += $jump;
		$row        = $this->claimed( 'leased.example' );
		$waiting    = $this->claimed( 'waiting.example' );
		$this->leases->record( $waiting, array( 'stage' => 'pending', 'next_check_at' => $this->now + HOUR_IN_SECONDS ) );
		$this->now -= $jump;
		$this->now += HOUR_IN_SECONDS;

		$this->ledger->schedule()->fix_clock_skew();
		$this->assertLessThanOrEqual( $this->now, $this->leases->next_due() );
		$this->assertSame( array( 'leased.example', 'waiting.example' ), $this->domains( $this->leases->claim_due( 'two', 10, 30 ) ) );
	}

	/** @return array<string, array{int}> */
	public function clocks(): array {
		return array(
			'back'    => array( DAY_IN_SECONDS ),
			'forward' => array( -DAY_IN_SECONDS ),
		);
	}

	private function claimed( string $domain ): \ClosteSync\Ledger\Ledger_Row {
		return $this->leases->claim( $this->ledger->want( $domain, 2, Row_Source::CORE )->id, 'one', 30 );
	}

	/**
	 * @param list<\ClosteSync\Ledger\Ledger_Row> $rows
	 * @return list<string>
	 */
	private function domains( array $rows ): array {
		return array_map( static fn( \ClosteSync\Ledger\Ledger_Row $row ): string => $row->domain, $rows );
	}
}
