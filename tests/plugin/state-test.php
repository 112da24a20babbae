<?php
/**
 * Who must act for a domain, as the ledger says it.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\State;

require_once __DIR__ . '/class-plugin-test-case.php';

final class State_Test extends Plugin_Test_Case {

	public function test_a_wish_says_who_must_act(): void {
		$ledger  = $this->plugin->ledger();
		$present = $ledger->want( 'a.example', 2, Row_Source::CORE );
		$this->assertSame( State::Waiting, $present->state );
		$this->assertGreaterThan( 0, $present->state_since );

		$this->assertSame( State::Leaving, $ledger->unwant( 'a.example', 2, Row_Source::CORE )->state );
		$this->assertSame( State::Waiting, $ledger->want( 'a.example', 2, Row_Source::CORE )->state );

		$this->assertTrue( $ledger->retire( $this->row( 'a.example' ) ) );
		$this->assertSame( State::NetworkMustAct, $this->row( 'a.example' )->state );

		$ledger->want( 'a.example', 2, Row_Source::CORE );
		$ledger->accept( 'a.example' );
		$this->assertSame( State::Waiting, $this->row( 'a.example' )->state );
		$ledger->send_again( 'a.example' );
		$this->assertSame( State::Waiting, $this->row( 'a.example' )->state );
	}

	public function test_an_answer_says_who_must_act_and_since_when(): void {
		$row   = $this->plugin->ledger()->want( 'a.example', 2, Row_Source::CORE );
		$times = array();

		foreach ( array( 100 => State::OwnerMustAct, 200 => State::OwnerMustAct, 300 => State::Working ) as $seconds => $state ) {
			$now    = time() + $seconds;
			$leases = new Leases( $this->wpdb, static fn(): int => $now );
			$leases->record( $leases->claim( $row->id, 'owner', 60 ), array( 'state' => $state->value, 'next_check_at' => $now ) );
			$row     = $this->row( 'a.example' );
			$times[] = $row->state_since - $now + $seconds;
			$this->assertSame( $state, $row->state );
		}

		$this->assertSame( array( 100, 100, 300 ), $times );
	}

	public function test_a_refused_key_stops_the_network_until_it_is_corrected(): void {
		$this->plugin->ledger()->want( 'a.example', 2, Row_Source::CORE );
		$this->plugin->ledger()->unwant( 'b.example', 2, Row_Source::CORE );
		$this->set_rows( "state = 'network-must-act', error_kind = 'auth', next_check_at = " . ( time() + 900 ) );
		$this->plugin->ledger()->schedule()->make_due();

		$this->assertSame( State::Waiting, $this->row( 'a.example' )->state );
		$this->assertSame( State::Leaving, $this->row( 'b.example' )->state );
	}

	public function test_what_cannot_be_read_is_for_the_network(): void {
		$this->plugin->ledger()->want( 'a.example', 2, Row_Source::CORE );
		$this->set_rows( "state = 'working', stage = 'something new'" );
		$this->assertSame( State::NetworkMustAct, $this->row( 'a.example' )->state() );

		$this->set_rows( "state = 'something new', stage = 'pending'" );
		$this->assertSame( State::NetworkMustAct, $this->row( 'a.example' )->state() );
		$this->assertSame( 1, $this->plugin->ledger_search()->counts_by_state()['network-must-act'] );
	}

	public function test_while_nothing_can_be_sent_whatever_waits_is_for_the_network(): void {
		$this->plugin->ledger()->want( 'a.example', 2, Row_Source::CORE );
		$this->plugin->ledger()->want( 'b.example', 2, Row_Source::CORE );
		$this->set_rows( "state = 'working'", 'b.example' );
		$row    = $this->row( 'a.example' );
		$search = $this->plugin->ledger_search();
		$shown  = fn( State $state, string $hindrance ): array => array_column(
			$search->query( new Ledger_Query( state: $state->stored_under( $hindrance ) ) ),
			'domain'
		);

		foreach ( array( 'key', 'extension', 'identity' ) as $hindrance ) {
			$this->assertSame( State::NetworkMustAct, $row->state( $hindrance ) );
			$this->assertSame( array( 1, 0, 0, 0, 1 ), array_values( $search->counts_by_state( $hindrance ) ) );
			$this->assertSame( array( 'a.example' ), $shown( State::NetworkMustAct, $hindrance ) );
			$this->assertSame( array(), $shown( State::Waiting, $hindrance ) );
			$this->assertSame( array( 'b.example' ), $shown( State::Working, $hindrance ) );
		}

		// Off on purpose: queued, and sent once it is on.
		$this->assertSame( State::Waiting, $row->state( 'off' ) );
		$this->assertSame( array( 'a.example' ), $shown( State::Waiting, 'off' ) );
	}

	public function test_a_www_name_is_listed_with_its_domain(): void {
		foreach ( array( 'shop.example' => 'shop.example', 'www.shop.example' => 'shop.example', 'www.example' => 'www.example', '*.shop.example' => '*.shop.example' ) as $domain => $base ) {
			$this->assertSame( $base, $this->plugin->ledger()->want( $domain, 2, Row_Source::CORE )->base_name );
		}
	}

	/** SQL and a PHP without the extension cannot ask it. */
	public function test_the_kinds_of_errors_that_pass_are_those_that_open_the_circuit_breaker(): void {
		// A setting that the extension refuses is no call's error, and passes when it is put right.
		$this->assertStringContainsString( "'config'", Leases::PASSING_ERRORS );

		foreach ( array( 'invalid-domain', 'auth', 'rejected', 'transient', 'protocol' ) as $kind ) {
			$row    = array( 'domain' => 'a.example', 'wanted' => 'present', 'stage' => 'pending', 'outcome' => 'failed', 'error_kind' => $kind );
			$passes = null !== ( new \Closte\CircuitBreaker() )->after( array( $row ) )->failure();

			$this->assertSame( $passes, ! in_array( $kind, Ledger_Row::REFUSALS, true ), $kind );
			$this->assertSame( $passes, str_contains( Leases::PASSING_ERRORS, "'$kind'" ), $kind );
		}
	}

	public function test_the_records_to_change_are_told_once(): void {
		$record = array( 'action' => 'set', 'type' => 'A', 'name' => 'a.example', 'value' => '203.0.113.1' );
		$other  = array( 'action' => 'delete', 'type' => 'AAAA', 'name' => 'a.example', 'value' => '2001:db8::1' );
		$this->plugin->ledger()->want( 'a.example', 2, Row_Source::CORE );
		$this->wpdb->update(
			$this->plugin->schema()->table(),
			array(
				'problems' => (string) wp_json_encode(
					array(
						array( 'code' => 'elsewhere', 'message' => 'm', 'records' => array( $record ) ),
						array( 'code' => 'stale-aaaa', 'message' => 'm', 'records' => array( $record, $other, 'odd', array( 'action' => 1 ) ) ),
						array( 'code' => 'of an earlier version', 'message' => 'm' ),
					)
				),
			),
			array( 'domain' => 'a.example' )
		);

		$this->assertSame( array( $record, $other ), $this->row( 'a.example' )->dns_records() );
	}
}
