<?php
/**
 * Who asks for a domain again.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_Actions;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Log\Action;
use ClosteSync\Log\Log_Query;
use ClosteSync\Sync\Scheduler;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Retry_Test extends Plugin_Test_Case {

	/** @return array<string, array{string}> */
	public function stages_past_pending(): array {
		return array(
			'checking-dns'      => array( "stage = 'checking-dns'" ),
			'checking-ssl-cert' => array( "stage = 'checking-ssl-cert', last_added_at = " . time() ),
			'done'              => array( "stage = 'done'" ),
			'failed'            => array( "stage = 'failed'" ),
			'ssl-failed'        => array( "stage = 'ssl-failed', last_added_at = " . time() ),
		);
	}

	/**
	 * @dataProvider stages_past_pending
	 */
	public function test_a_retry_of_a_domain_that_closte_has_lost_begins_anew( string $row ): void {
		$this->create_site( 'shop' );
		$this->make_checks( $row );
		$this->emulator->set_domains( array() );
		$this->next_request();
		$before = $this->row( $this->sub( 'shop' ) )->accepted_at;
		$this->assertNull( $this->plugin->sync()->retry( $this->sub( 'shop' ) ) );

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
		$this->assertSame( 'checking-dns', $this->stage( $this->sub( 'shop' ) ) );
		$this->assertGreaterThanOrEqual( $before, $this->row( $this->sub( 'shop' ) )->accepted_at );
		$this->assertSame( '1 domain: ' . $this->sub( 'shop' ), $this->plugin->log_table()->query( new Log_Query( actions: array( Action::Drift ) ) )[0]->message );
	}

	/**
	 * @dataProvider stages_past_pending
	 */
	public function test_a_retry_of_a_domain_that_closte_has_sends_nothing_and_keeps_its_stage( string $row ): void {
		$this->create_site( 'shop' );
		$this->make_checks( $row );
		$this->emulator->call( 'DELETE', '/journal' );
		$this->next_request();
		$accepted = $this->row( $this->sub( 'shop' ) )->accepted_at;
		$this->assertNull( $this->plugin->sync()->retry( $this->sub( 'shop' ) ) );

		$this->assertSame( array(), $this->changes() );
		$this->assertSame( $accepted, $this->row( $this->sub( 'shop' ) )->accepted_at );
		$this->assertNotSame( 'pending', $this->stage( $this->sub( 'shop' ) ) );
	}

	public function test_what_an_entry_that_cannot_be_read_was_about_is_not_lost(): void {
		$this->create_site( 'shop' );
		$this->make_checks( "stage = 'done'" );
		$this->emulator->set_domains( array() );
		$this->emulator->call( 'PUT', '/settings', array( 'unreadable' => 1 ) );
		$this->emulator->call( 'DELETE', '/journal' );
		$shop = $this->sub( 'shop' );

		foreach ( array( 'retry', 'daily', 'sync' ) as $way ) {
			$this->next_request();
			match ( $way ) {
				'retry' => $this->plugin->sync()->retry( $shop ),
				'daily' => $this->plugin->reconciler()->repair( 20.0 ),
				'sync'  => $this->plugin->reconciler()->apply( $this->plugin->reconciler()->plan() ),
			};
			$this->assertTrue( $this->row( $shop )->is_accepted(), $way );
			$this->assertNotContains( "add $shop", $this->changes(), $way );
		}
	}

	public function test_what_begins_anew_is_removed_with_a_call_when_it_goes_before_it_was_sent(): void {
		$id   = $this->create_site( 'shop' );
		$shop = $this->sub( 'shop' );
		$this->plugin->ledger()->send_again( $shop );
		// It was on its way back, or the list was an old one.
		$this->assertContains( $shop, $this->emulator->domains() );
		$this->next_request();
		wp_delete_site( $id );
		$this->run_due();

		$this->assertNotContains( $shop, $this->emulator->domains() );
		$this->assertContains( "delete $shop", $this->changes() );
	}

	public function test_the_screen_asks_once_for_many_and_begins_those_anew_that_are_lost(): void {
		$this->set( array( 'www' => 'never' ) );
		for ( $i = 0; $i < 25; $i++ ) {
			$this->plugin->sync()->domain_added( "d$i.example", 0, Row_Source::MANUAL );
			$this->next_request();
		}
		$this->make_checks( "stage = 'done', next_check_at = " . ( time() + DAY_IN_SECONDS ) );
		$this->emulator->set_domains( array_values( array_diff( $this->emulator->domains(), array( 'd3.example', 'd24.example' ) ) ) );
		$this->emulator->call( 'DELETE', '/journal' );
		$rows = array_map( fn( int $i ) => $this->row( "d$i.example" ), range( 0, 24 ) );
		( new Domains_Actions( $this->plugin ) )->run( Domains_Actions::CHECK, $rows );

		// Once for all of them, and once before what is lost is sent.
		$this->assertCount( 2, $this->emulator->journal( '/getdomains' ) );
		$this->assertContains( 'd3.example', $this->emulator->domains() );
		$this->run_due();
		$this->assertContains( 'd24.example', $this->emulator->domains() );
		$this->assertEqualsCanonicalizing( array( 'add d3.example', 'add d24.example' ), $this->changes() );
	}

	public function test_a_row_action_on_the_screen_begins_a_lost_domain_anew(): void {
		$this->create_site( 'shop' );
		$this->make_checks( "stage = 'done'" );
		$this->emulator->set_domains( array() );
		( new Domains_Actions( $this->plugin ) )->run( Domains_Actions::CHECK, array( $this->row( $this->sub( 'shop' ) ) ) );

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_a_look_that_a_mapping_plugin_asks_for_begins_a_lost_domain_anew(): void {
		$this->create_site( 'shop' );
		$this->make_checks( "stage = 'done', next_check_at = " . ( time() + DAY_IN_SECONDS ) );
		$this->emulator->set_domains( array() );
		$this->next_request();
		$this->emulator->call( 'DELETE', '/journal' );
		$this->assertTrue( $this->plugin->sync()->look_again( $this->sub( 'shop' ) ) );
		$this->assertSame( array(), $this->emulator->journal() );
		$this->assertLessThanOrEqual( time(), wp_next_scheduled( Scheduler::DAILY ) );
		$this->next_request();
		do_action( Scheduler::DAILY );

		$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
	}

	public function test_where_closte_cannot_be_asked_the_row_stays_and_that_is_said(): void {
		$this->create_site( 'shop' );
		$this->make_checks( "stage = 'done'" );
		$this->emulator->down( true );
		$this->next_request();
		$this->assertStringContainsString( 'The list of domains at Closte could not be read: ', (string) $this->plugin->sync()->retry( $this->sub( 'shop' ) ) );

		$this->assertGreaterThan( 0, $this->row( $this->sub( 'shop' ) )->accepted_at );
		$this->assertNotSame( 'pending', $this->stage( $this->sub( 'shop' ) ) );
	}

	public function test_what_closte_refused_and_what_waits_needs_no_list(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'shop' );
		$this->set( array( 'enabled' => true ) );
		$this->next_request();
		$this->assertNull( $this->plugin->sync()->retry( $this->sub( 'shop' ) ) );

		$this->assertSame( array(), $this->emulator->journal( '/getdomains' ) );
		$this->assertSame( array( 'add ' . $this->sub( 'shop' ) ), $this->changes() );
	}

	public function test_a_retired_domain_is_taken_up_again_only_if_something_wants_it(): void {
		$id = $this->create_site( 'shop' );
		$this->assertTrue( $this->plugin->ledger()->retire( $this->row( $this->sub( 'shop' ) ) ) );
		$this->next_request();
		$this->plugin->sync()->retry( $this->sub( 'shop' ) );
		$this->assertSame( array( Wanted::Present, $id ), array( $this->row( $this->sub( 'shop' ) )->wanted, $this->row( $this->sub( 'shop' ) )->blog_id ) );

		$this->assertTrue( $this->plugin->ledger()->retire( $this->row( $this->sub( 'shop' ) ) ) );
		$this->wpdb->delete( $this->wpdb->blogs, array( 'blog_id' => $id ) );
		$this->next_request();
		$this->plugin->sync()->retry( $this->sub( 'shop' ) );
		$this->assertSame( Wanted::Retired, $this->row( $this->sub( 'shop' ) )->wanted );
	}

	/** @param string $columns In SQL. */
	private function make_checks( string $columns ): void {
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET next_call = '', $columns" );
	}
}
