<?php
/**
 * Comparing the network with Closte.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;
use ClosteSync\Sync\Scheduler;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Reconciler_Test extends Plugin_Test_Case {

	/**
	 * In a process of its own: a constant would make another network of this one for the tests that follow.
	 *
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_whatever_a_row_says_nothing_living_or_protected_is_removed(): void {
		define( 'CLOSTE_APP_ID', 'app4711' );
		$this->create_site( 'customer.example' );
		$this->emulator->set_domains( array( 'customer.example', 'www.customer.example', 'network.test', 'app4711.hosting.example' ) );
		$ledger = $this->plugin->ledger();
		foreach ( $this->emulator->domains() as $domain ) {
			$ledger->unwant( $domain, 0, Row_Source::MANUAL );
		}
		$this->run_due();

		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
		$this->assertSame( Wanted::Present, $this->row( 'customer.example' )->wanted );
		$this->assertSame( Wanted::Present, $this->row( 'www.customer.example' )->wanted );
		$this->assertNull( $this->row( 'network.test' ) );
		$this->assertNull( $this->row( 'app4711.hosting.example' ) );
	}

	public function test_a_reconcile_adds_what_is_missing_and_a_second_one_does_nothing(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'shop' );
		$this->create_site( 'customer.example' );
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_domains" );
		$this->set( array( 'enabled' => true ) );
		$this->emulator->set_domains( array( 'customer.example', 'foreign.example' ) );

		$plan = $this->plugin->reconciler()->plan( false );
		$this->assertEqualsCanonicalizing( array( 'shop.network.test', 'www.customer.example', 'www.network.test' ), $plan->add );
		$this->assertSame( array( 'foreign.example' ), $plan->foreign );
		$this->assertSame( array(), $plan->remove );

		$this->plugin->reconciler()->apply( $plan );
		$this->assertSame( array( 'customer.example', 'foreign.example', 'shop.network.test', 'www.customer.example', 'www.network.test' ), $this->emulator->domains() );
		$this->assertSame( 'checking-dns', $this->stage( 'customer.example' ) );
		$this->assertNotContains( 'add customer.example', $this->changes() );

		$this->emulator->call( 'DELETE', '/journal' );
		$this->next_request();
		$again = $this->plugin->reconciler()->plan( true );
		$this->assertSame( array( array(), array() ), array( $again->add, $again->remove ) );
		$this->plugin->reconciler()->apply( $again );
		$this->assertSame( array(), $this->changes() );
	}

	public function test_a_prune_removes_what_is_ours_and_nobody_wants_and_nothing_else(): void {
		$this->create_site( 'customer.example' );
		$this->plugin->sync()->domain_added( 'hand.example', 0, Row_Source::MANUAL );
		$this->plugin->ledger()->want( 'orphan.example', 99, Row_Source::CORE );
		$this->plugin->ledger()->want( 'never-arrived.example', 99, Row_Source::CORE );
		$this->emulator->set_domains( array_merge( $this->emulator->domains(), array( 'orphan.example', 'foreign.example', 'network.test', 'www.network.test' ) ) );
		$this->next_request();

		$plan = $this->plugin->reconciler()->plan( true );
		$this->assertSame( array( 'orphan.example' ), $plan->remove );
		$this->plugin->reconciler()->apply( $plan );

		$this->assertSame( array( 'customer.example', 'foreign.example', 'hand.example', 'network.test', 'www.customer.example', 'www.hand.example', 'www.network.test' ), $this->emulator->domains() );
		$this->assertNull( $this->row( 'orphan.example' ) );
		$this->assertNull( $this->row( 'never-arrived.example' ) );
	}

	public function test_a_short_list_from_closte_makes_nothing_of_ours_foreign(): void {
		$this->set( array( 'www' => 'never' ) );
		foreach ( array( 'a', 'b', 'c', 'd' ) as $label ) {
			$this->create_site( "$label.example" );
		}
		foreach ( array( 'old1.example', 'old2.example', 'old3.example' ) as $domain ) {
			$this->plugin->ledger()->want( $domain, 99, Row_Source::CORE );
			$this->plugin->ledger()->accept( $domain );
		}
		$all = array( 'a.example', 'b.example', 'c.example', 'd.example', 'old1.example', 'old2.example', 'old3.example' );
		$this->emulator->set_domains( array( 'a.example', 'b.example', 'c.example', 'd.example' ) );
		$this->next_request();

		$plan = $this->plugin->reconciler()->plan( true );
		$this->assertNotNull( $plan->refused );
		$this->plugin->reconciler()->apply( $plan );
		$this->emulator->set_domains( $all );
		$this->next_request();
		$this->assertSame( array(), $this->plugin->reconciler()->plan( true )->foreign );

		$this->emulator->set_domains( array( 'a.example', 'b.example', 'c.example', 'd.example' ) );
		$this->next_request();
		$forced = $this->plugin->reconciler()->plan( true, true );
		$this->plugin->reconciler()->apply( $forced );
		$this->assertNull( $this->row( 'old1.example' ) );
	}

	public function test_a_domain_that_arrives_while_closte_is_compared_is_not_sent_again(): void {
		$id = $this->create_site( 'shop' );
		$this->wpdb->insert( $this->wpdb->blogs, array( 'site_id' => 1, 'domain' => 'customer.example', 'path' => '/', 'registered' => '2026-01-01', 'last_updated' => '2026-01-01' ) );
		$plan = $this->plugin->reconciler()->plan();
		$this->assertContains( 'customer.example', $plan->add );

		$this->plugin->sync()->domain_added( 'customer.example', $id, Row_Source::CORE );
		$this->plugin->reconciler()->apply( $plan );

		$this->assertSame( 1, count( array_keys( $this->changes(), 'add customer.example', true ) ) );
	}

	/** Between the plan and its end lies a question to a person. */
	public function test_what_is_added_or_made_after_the_plan_stays_when_it_is_carried_out(): void {
		foreach ( array( 'orphan.example', 'back.example' ) as $domain ) {
			$this->plugin->ledger()->want( $domain, 99, Row_Source::CORE );
			$this->plugin->ledger()->accept( $domain );
		}
		$this->plugin->ledger()->want( 'never-arrived.example', 99, Row_Source::CORE );
		$this->emulator->set_domains( array( 'orphan.example', 'back.example', 'foreign.example', 'www.network.test' ) );
		$this->next_request();
		$reconciler = $this->plugin->reconciler();
		$plan       = $reconciler->plan( true, true );
		$this->assertEqualsCanonicalizing( array( 'back.example', 'orphan.example' ), $plan->remove );

		// Another shell, and a site whose calls are left to runs.
		$this->plugin->ledger()->want( 'hand.example', 0, Row_Source::MANUAL );
		$this->plugin->ledger()->want( 'back.example', 0, Row_Source::MANUAL );
		$this->plugin->ledger()->want( 'foreign.example', 0, Row_Source::MANUAL );
		$this->plugin->ledger()->accept( 'foreign.example' );
		$this->emulator->fault( array( 'kind' => '500' ) );
		$this->create_site( 'customer.example' );
		$this->emulator->fault();
		$reconciler->apply( $plan );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();

		foreach ( array( 'hand.example', 'back.example', 'foreign.example', 'customer.example', 'www.customer.example' ) as $domain ) {
			$this->assertSame( Wanted::Present, $this->row( $domain )?->wanted, $domain );
			$this->assertContains( $domain, $this->emulator->domains() );
		}
		$this->assertNotContains( 'delete back.example', $this->changes() );
		$this->assertContains( 'delete orphan.example', $this->changes() );
		$this->assertNull( $this->row( 'never-arrived.example' ) );
	}

	public function test_what_closte_took_after_the_plan_is_not_forgotten(): void {
		$this->plugin->ledger()->want( 'orphan.example', 99, Row_Source::CORE );
		$reconciler = $this->plugin->reconciler();
		$plan       = $reconciler->plan( true );
		$this->plugin->ledger()->accept( 'orphan.example' );
		$reconciler->apply( $plan );

		$this->assertNotNull( $this->row( 'orphan.example' ) );
	}

	public function test_a_site_that_goes_after_the_plan_is_not_taken_back_when_it_is_carried_out(): void {
		$id = $this->create_site( 'customer.example' );
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET accepted_at = 0 WHERE domain = 'www.customer.example'" );
		$this->emulator->set_domains( array( 'www.customer.example', 'www.network.test' ) );
		$this->next_request();
		$reconciler = $this->plugin->reconciler();
		$plan       = $reconciler->plan();
		$this->assertSame( array( array( 'customer.example' ), true ), array( $plan->add, in_array( 'www.customer.example', $plan->keep, true ) ) );

		$this->wpdb->delete( $this->wpdb->blogs, array( 'blog_id' => $id ) );
		$this->plugin->ledger()->unwant( 'customer.example', $id, Row_Source::CORE );
		$this->plugin->ledger()->unwant( 'www.customer.example', $id, Row_Source::WWW );
		$reconciler->apply( $plan );
		$this->run_due();

		$this->assertNotContains( 'add customer.example', array_slice( $this->changes(), 2 ) );
		$this->assertNotContains( 'www.customer.example', $this->emulator->domains() );
		$this->assertNull( $this->row( 'customer.example' ) );
		$this->assertNull( $this->row( 'www.customer.example' ) );
	}

	public function test_the_daily_run_retires_nothing_that_came_while_it_compared(): void {
		$this->create_site( 'shop' );
		$this->emulator->set_domains( array() );
		$came = false;
		add_action(
			'closte_sync_drift',
			function () use ( &$came ): void {
				$came = true;
				$this->wpdb->insert( $this->wpdb->blogs, array( 'site_id' => 1, 'domain' => 'customer.example', 'path' => '/', 'registered' => '2026-01-01', 'last_updated' => '2026-01-01' ) );
				$this->plugin->ledger()->want( 'customer.example', 77, Row_Source::CORE );
				$this->plugin->ledger()->accept( 'customer.example' );
				$this->plugin->ledger()->want( 'hand.example', 0, Row_Source::MANUAL );
			}
		);
		$this->plugin->reconciler()->repair( 20.0 );
		$this->wpdb->delete( $this->wpdb->blogs, array( 'domain' => 'customer.example' ) );

		$this->assertTrue( $came );
		$this->assertSame( Wanted::Present, $this->row( 'hand.example' )?->wanted );
		$this->assertSame( Wanted::Present, $this->row( 'customer.example' )?->wanted );
	}

	public function test_within_the_limit_a_prune_forgets_what_closte_no_longer_has(): void {
		$this->create_site( 'customer.example' );
		$this->create_site( 'other.example' );
		$this->plugin->ledger()->want( 'old.example', 99, Row_Source::CORE );
		$this->plugin->ledger()->accept( 'old.example' );
		$this->next_request();
		// An entry that cannot be read may be its own.
		$this->emulator->call( 'PUT', '/settings', array( 'unreadable' => 1 ) );
		$this->plugin->reconciler()->apply( $this->plugin->reconciler()->plan( true ) );
		$this->assertNotNull( $this->row( 'old.example' ) );

		$this->emulator->call( 'PUT', '/settings', array( 'unreadable' => 0 ) );
		$this->next_request();
		$this->plugin->reconciler()->apply( $this->plugin->reconciler()->plan( true ) );
		$this->assertNull( $this->row( 'old.example' ) );
	}

	/**
	 * In a process of its own: in another the plugin's double may be loaded.
	 *
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_a_mapping_whose_plugin_is_not_loaded_is_neither_sent_nor_removed(): void {
		$id    = $this->create_site( 'shop' );
		$table = $this->make_mappings_table();
		$this->wpdb->insert( $table, array( 'blog_id' => $id, 'domain' => 'mapped.example' ) );
		$this->wpdb->insert( $table, array( 'blog_id' => $id, 'domain' => 'unsent.example' ) );

		try {
			$this->plugin->sync()->domain_added( 'mapped.example', $id, Ultimate_Multisite::ID );
			$this->plugin->ledger()->unwant( 'unsent.example', 0, Row_Source::SYNC );
			$this->next_request();
			$plan = $this->plugin->reconciler()->plan( true, true );
			$this->assertSame( array(), $plan->remove );
			$this->assertNotContains( 'unsent.example', $plan->add );
			$this->plugin->reconciler()->apply( $plan );

			$this->assertContains( 'mapped.example', $this->emulator->domains() );
			$this->assertContains( 'www.mapped.example', $this->emulator->domains() );
			$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
		} finally {
			$this->wpdb->query( "DROP TABLE $table" );
		}
	}

	public function test_a_reconcile_names_what_closte_could_never_take(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'site.internal' );
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_domains" );
		$this->set( array( 'enabled' => true ) );
		$this->plugin->reconciler()->apply( $this->plugin->reconciler()->plan() );

		$this->assertSame( 'failed', $this->stage( 'site.internal' ) );
	}

	public function test_the_daily_run_repairs_drift_and_removes_nothing(): void {
		$this->create_site( 'shop' );
		$this->create_site( 'lost-row.example' );
		$this->plugin->ledger()->want( 'orphan.example', 99, Row_Source::CORE );
		$this->plugin->ledger()->accept( 'orphan.example' );
		$this->wpdb->delete( $this->wpdb->base_prefix . 'closte_sync_domains', array( 'domain' => 'lost-row.example' ) );
		$this->emulator->set_domains( array( 'orphan.example', 'lost-row.example' ) );
		$heard = array();
		add_action(
			'closte_sync_drift',
			function ( array $domains ) use ( &$heard ): void {
				$heard = $domains;
			}
		);
		$this->next_request();
		do_action( Scheduler::DAILY );

		$this->assertSame( array( 'lost-row.example', 'orphan.example', 'shop.network.test', 'www.lost-row.example', 'www.network.test' ), $this->emulator->domains() );
		$this->assertContains( $this->sub( 'shop' ), $heard );
		$this->assertSame( Wanted::Present, $this->row( 'lost-row.example' )->wanted );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	/** @return array<string, array{bool}> */
	public function arrivals(): array {
		return array(
			'sent by its event' => array( true ),
			'found by a sync'   => array( false ),
		);
	}

	/**
	 * What docs/domains.md says.
	 *
	 * @dataProvider arrivals
	 */
	public function test_ours_is_what_a_site_has_had_also_where_closte_had_it_before( bool $by_event ): void {
		$this->emulator->set_domains( array( 'customer.example', 'www.customer.example', 'foreign.example', 'kept.example' ) );
		$this->set( array( 'enabled' => $by_event ) );
		$id = $this->create_site( 'customer.example' );
		$this->plugin->sync()->domain_added( 'kept.example', 0, Row_Source::MANUAL );
		$of_kept = $this->create_site( 'kept.example' );
		$this->set( array( 'enabled' => true ) );
		$this->next_request();
		$this->plugin->reconciler()->apply( $this->plugin->reconciler()->plan() );
		$this->assertNotContains( 'add customer.example', $by_event ? array() : $this->changes() );
		$this->assertTrue( $this->row( 'customer.example' )->is_accepted() );

		$this->next_request();
		wp_delete_site( $id );
		wp_delete_site( $of_kept );
		$this->run_due();
		$this->assertSame( array( 'foreign.example', 'kept.example', 'www.kept.example' ), array_values( array_diff( $this->emulator->domains(), array( 'www.network.test' ) ) ) );

		do_action( Scheduler::DAILY );
		$this->next_request();
		$plan = $this->plugin->reconciler()->plan( true, true );
		$this->assertSame( array( 'foreign.example' ), $plan->foreign );
		$this->plugin->reconciler()->apply( $plan );
		$this->assertContains( 'foreign.example', $this->emulator->domains() );
		$this->assertNotContains( 'delete foreign.example', $this->changes() );
	}

	public function test_an_adopted_domain_is_ours(): void {
		$this->emulator->set_domains( array( 'foreign.example' ) );
		$this->plugin->reconciler()->adopt( 'Foreign.example' );
		$this->assertSame( array(), $this->plugin->reconciler()->plan( true )->foreign );
		$this->assertSame( 'checking-dns', $this->stage( 'foreign.example' ) );
	}
}
