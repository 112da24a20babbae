<?php
/**
 * What people may ask for domains, and what they are told.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use ClosteSync\Log\Log_Query;
use ClosteSync\Operations\Operation;
use ClosteSync\Operations\Refusal;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Operations_Test extends Plugin_Test_Case {

	public function test_a_domain_of_a_site_is_refused_with_what_to_do_instead(): void {
		$id     = $this->create_site( 'shop.example', args: array( 'title' => 'Shop & more' ) );
		$result = $this->plugin->domain_operations()->remove( array( $this->row( 'shop.example' ) ) );

		self::assertSame( array(), $result->done );
		$refusal = $result->refused['shop.example'];
		self::assertSame( Refusal::IN_USE, $refusal->code );
		self::assertSame( "shop.example is in use by site $id (Shop & more).", $refusal->message );
		self::assertStringContainsString( 'the domain is removed automatically.', $refusal->advice );
		self::assertContains( 'shop.example', $this->emulator->domains() );
		self::assertNotNull( $this->plugin->domain_operations()->refusal( Operation::Forget, $this->row( 'shop.example' ) ) );
		self::assertNull( $this->plugin->domain_operations()->refusal( Operation::Check, $this->row( 'shop.example' ) ) );
	}

	public function test_a_www_name_that_comes_with_a_site_is_refused(): void {
		$this->set( array( 'www' => 'always' ) );
		$this->create_site( 'shop.example' );
		$refusal = $this->plugin->domain_operations()->refusal( Operation::Remove, $this->row( 'www.shop.example' ) );

		self::assertSame( Refusal::COMES_WITH, $refusal->code );
		self::assertStringContainsString( 'www.shop.example comes with shop.example', $refusal->message );
	}

	public function test_a_domain_and_its_www_name_are_removed_together(): void {
		$this->set( array( 'www' => 'always' ) );
		$this->plugin->sync()->domain_added( 'hand.example', 0, Row_Source::MANUAL );
		$this->emulator->call( 'DELETE', '/journal' );
		$result = $this->plugin->domain_operations()->remove( array( $this->row( 'hand.example' ), $this->row( 'www.hand.example' ) ) );

		self::assertEqualsCanonicalizing( array( 'hand.example', 'www.hand.example' ), $result->done );
		self::assertSame( array(), $result->refused );
		self::assertSame( array(), $this->emulator->domains() );
		self::assertCount( 2, $this->emulator->journal( '/deletedomainalias' ) );
	}

	public function test_what_was_never_sent_is_forgotten_without_a_call(): void {
		$this->set( array( 'enabled' => false ) );
		$this->plugin->sync()->domain_added( '*.hand.example', 0, Row_Source::MANUAL );
		$result = $this->plugin->domain_operations()->remove( array( $this->row( '*.hand.example' ) ) );

		self::assertSame( array( '*.hand.example' ), $result->done );
		self::assertNull( $this->row( '*.hand.example' ) );
		$this->set( array( 'enabled' => true ) );
		$this->run_due();
		self::assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	public function test_what_closte_cannot_be_told_waits(): void {
		$this->plugin->sync()->domain_added( '*.hand.example', 0, Row_Source::MANUAL );
		$this->emulator->down( true );
		$result = $this->plugin->domain_operations()->remove( array( $this->row( '*.hand.example' ) ) );

		self::assertSame( array( array(), array( '*.hand.example' ) ), array( $result->done, $result->waiting ) );
	}

	public function test_forgetting_says_what_was_forgotten(): void {
		$ledger = $this->plugin->ledger();
		$rows   = array(
			$ledger->want( 'one.example', 0, Row_Source::MANUAL ),
			$ledger->want( 'two.example', 0, Row_Source::MANUAL ),
			$ledger->want( 'three.example', 0, Row_Source::MANUAL ),
		);
		$ledger->unwant( 'two.example', 0, Row_Source::MANUAL );
		$ledger->delete( $rows[2] );
		$result = $this->plugin->domain_operations()->forget( $rows );

		self::assertSame( array( 'one.example' ), $result->done );
		self::assertSame( Refusal::CHANGED, $result->refused['two.example']->code );
		self::assertCount( 1, $result->refused );
		self::assertSame( 'one.example', $this->plugin->log_table()->query( new Log_Query() )[0]->domain );
	}

	public function test_refusals_of_many_cost_as_many_statements_as_of_one(): void {
		$rows = array();

		for ( $i = 0; $i < 50; $i++ ) {
			$rows[] = $this->plugin->ledger()->want( "hand-$i.example", 0, Row_Source::MANUAL );
		}

		$operations = $this->plugin->domain_operations();
		$operations->refusals( Operation::Remove, $rows );
		$before = $this->wpdb->num_queries;
		$operations->refusals( Operation::Remove, array( $rows[0] ) );
		$one = $this->wpdb->num_queries - $before;
		$operations->refusals( Operation::Remove, $rows );

		self::assertSame( $one, $this->wpdb->num_queries - $before - $one );
	}
}
