<?php
/**
 * Domains that nothing of the network uses any more, and that nobody said should go.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_Actions;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Log\Action;
use ClosteSync\Log\Log_Query;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;
use ClosteSync\Sync\Scheduler;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Unused_Domains_Test extends Plugin_Test_Case {

	/**
	 * @return array<string, array{string}> A row for which an add is due, in SQL.
	 */
	public function rows_for_which_an_add_is_due(): array {
		return array(
			'the certificate does not come'    => array( "stage = 'checking-ssl-cert', next_call = '', accepted_at = 1" ),
			'the certificate has not come'     => array( "stage = 'ssl-failed', next_call = '', accepted_at = 1" ),
			'an answer never came'             => array( "stage = 'pending', next_call = 'add', accepted_at = 0, may_have_landed = 1, attempts = 3" ),
			'Closte refused it'                => array( "stage = 'failed', next_call = 'add', accepted_at = 0, error_kind = 'rejected'" ),
			'Closte did not answer'            => array( "stage = 'pending', next_call = 'add', accepted_at = 0, error_kind = 'transient', attempts = 3" ),
			'it was never sent'                => array( "stage = 'pending', next_call = 'add', accepted_at = 0" ),
		);
	}

	/**
	 * @dataProvider rows_for_which_an_add_is_due
	 */
	public function test_what_went_while_the_plugin_was_inactive_is_not_added_again( string $row ): void {
		$id = $this->create_site( 'customer.example' );
		$this->set_rows( "stage_since = 1, last_added_at = 1, next_check_at = 1, $row" );
		$this->lose_unheard( $id );
		$this->emulator->set_domains( array() );
		$this->run_due();

		$this->assertSame( array(), $this->changes() );
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertContains( $this->stage( 'customer.example' ), array( null, 'retired' ) );
		$this->assertContains( $this->stage( 'www.customer.example' ), array( null, 'retired' ) );
	}

	/**
	 * @dataProvider rows_for_which_an_add_is_due
	 */
	public function test_who_asks_for_it_does_not_add_it_either( string $row ): void {
		$id = $this->create_site( 'customer.example' );
		$this->set_rows( "stage_since = 1, last_added_at = 1, $row" );
		$this->lose_unheard( $id );
		$this->emulator->set_domains( array() );
		$this->next_request();
		$this->plugin->sync()->retry( 'customer.example' );

		$this->assertSame( array(), $this->changes() );
		$this->assertContains( $this->stage( 'customer.example' ), array( null, 'retired' ) );
	}

	public function test_what_closte_never_had_is_forgotten_and_what_it_may_have_stays_ours(): void {
		$id = $this->create_site( 'customer.example' );
		$this->set_rows( "stage = 'failed', next_call = 'add', next_check_at = 1, accepted_at = 0, error_kind = 'rejected'", 'customer.example' );
		$this->set_rows( "stage = 'checking-dns', next_check_at = 1", 'www.customer.example' );
		$this->lose_unheard( $id );
		$this->run_due();

		$this->assertNull( $this->row( 'customer.example' ) );
		$this->assertSame( array( 'forget forgotten' ), $this->log_of( 'customer.example', Action::Forget ) );
		$this->assertSame( Wanted::Retired, $this->row( 'www.customer.example' )->wanted );
		$this->assertSame( array( 'retire retired' ), $this->log_of( 'www.customer.example', Action::Retire ) );
	}

	public function test_the_daily_run_retires_what_nothing_uses_and_removes_nothing(): void {
		$id = $this->create_site( 'customer.example' );
		$this->create_site( 'other.example' );
		$this->set_rows( "stage = 'done', next_check_at = " . ( time() + DAY_IN_SECONDS ) );
		$this->lose_unheard( $id );
		$this->next_request();
		do_action( Scheduler::DAILY );
		$this->next_request();

		$row = $this->row( 'customer.example' );
		$this->assertSame( array( Wanted::Retired, Stage::Retired, 0, '' ), array( $row->wanted, $row->stage, $row->next_check_at, $row->next_call ) );
		$this->assertGreaterThan( 0, $row->accepted_at );
		$this->assertSame( 'retired', $this->stage( 'www.customer.example' ) );
		$this->assertSame( array( 'done', 'done' ), array( $this->stage( 'other.example' ), $this->stage( 'www.other.example' ) ) );
		$this->assertContains( 'customer.example', $this->emulator->domains() );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
		$this->assertSame( array( 'retire retired' ), $this->log_of( 'customer.example', Action::Retire ) );

		$advice = Advice::of( $row );
		$this->assertStringContainsString( 'No site or mapping of this network uses customer.example any longer.', $advice->wrong );
		$this->assertStringContainsString( 'wp closte domain remove customer.example', $advice->next );
		$this->assertSame( $advice->wrong, Advice::of( $row, 'off' )->wrong );
	}

	public function test_what_is_retired_is_neither_called_nor_looked_at_and_plans_no_run(): void {
		$this->retired( 'customer.example' );
		$this->set_rows( 'updated_at = updated_at - 100000, next_check_at = 0' );
		$this->emulator->call( 'DELETE', '/journal' );
		$this->assertNull( $this->plugin->leases()->next_due() );
		$this->assertSame( 0, $this->plugin->leases()->count_due() );
		$this->plugin->ledger()->schedule()->make_due();
		$this->plugin->ledger()->schedule()->make_due( 'customer.example' );
		$this->run_due();

		$this->assertSame( 'retired', $this->stage( 'customer.example' ) );
		$this->assertSame( array(), $this->emulator->journal() );
	}

	public function test_a_site_that_gets_it_again_takes_it_up_again_and_closte_is_asked_first(): void {
		$this->retired( 'customer.example' );
		$this->emulator->set_domains( array( 'customer.example' ) );
		$this->create_site( 'customer.example' );

		$this->assertSame( array( 'checking-dns', 'checking-dns' ), array( $this->stage( 'customer.example' ), $this->stage( 'www.customer.example' ) ) );
		$this->assertSame( array( 'add www.customer.example' ), $this->changes() );
	}

	public function test_the_daily_run_takes_up_again_what_is_used_again(): void {
		$this->retired( 'customer.example' );
		$this->deactivate();
		$this->wpdb->insert( $this->wpdb->blogs, array( 'blog_id' => 77, 'domain' => 'customer.example', 'path' => '/' ) );
		$this->emulator->set_domains( array( 'customer.example' ) );
		$this->activate();
		$this->next_request();
		do_action( Scheduler::DAILY );

		$this->assertSame( array( 'checking-dns', 'checking-dns' ), array( $this->stage( 'customer.example' ), $this->stage( 'www.customer.example' ) ) );
		$this->assertNotContains( 'add customer.example', $this->changes() );
		$this->assertContains( 'www.customer.example', $this->emulator->domains() );
	}

	public function test_what_is_retired_can_be_removed_from_closte(): void {
		$this->retired( 'customer.example' );
		$row = $this->row( 'customer.example' );
		$this->assertArrayHasKey( Domains_Actions::REMOVE, Domains_Actions::offered( $row ) );
		$this->assertArrayHasKey( Domains_Actions::FORGET, Domains_Actions::offered( $row ) );
		( new Domains_Actions( $this->plugin ) )->run( Domains_Actions::REMOVE, array( $row ) );
		$this->assertNull( $this->row( 'customer.example' ) );
		$this->assertNotContains( 'customer.example', $this->emulator->domains() );

		$this->start_over();
		$this->retired( 'customer.example' );
		$plan = $this->plugin->reconciler()->plan( true, true );
		$this->assertEqualsCanonicalizing( array( 'customer.example', 'www.customer.example' ), $plan->remove );
		$this->plugin->reconciler()->apply( $plan );
		$this->assertNotContains( 'www.customer.example', $this->emulator->domains() );
		$this->assertNull( $this->row( 'www.customer.example' ) );
	}

	public function test_what_was_added_by_hand_stays_wanted_with_its_www_name(): void {
		$this->plugin->sync()->domain_added( 'hand.example', 0, Row_Source::MANUAL );
		$this->set_rows( "stage = 'checking-ssl-cert', stage_since = 1, last_added_at = 1, next_check_at = 1" );
		$this->run_due();
		do_action( Scheduler::DAILY );

		$this->assertSame( array( Wanted::Present, Wanted::Present ), array( $this->row( 'hand.example' )->wanted, $this->row( 'www.hand.example' )->wanted ) );
	}

	/**
	 * In a process of its own: in another the plugin's double may be loaded.
	 *
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_a_mapping_whose_plugin_is_not_loaded_stays_wanted(): void {
		$id    = $this->create_site( 'shop' );
		$table = $this->make_mappings_table();
		$this->wpdb->insert( $table, array( 'blog_id' => $id, 'domain' => 'mapped.example' ) );

		try {
			$this->plugin->sync()->domain_added( 'mapped.example', $id, Ultimate_Multisite::ID );
			$this->set_rows( "stage = 'checking-ssl-cert', stage_since = 1, last_added_at = 1, next_check_at = 1" );
			$this->run_due();
			do_action( Scheduler::DAILY );

			$this->assertSame( array( Wanted::Present, Wanted::Present ), array( $this->row( 'mapped.example' )->wanted, $this->row( 'www.mapped.example' )->wanted ) );
		} finally {
			$this->wpdb->query( "DROP TABLE $table" );
		}
	}

	/**
	 * Whether www names come along may be decided by the plugin that is not loaded.
	 *
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_the_www_name_of_a_mapping_whose_plugin_is_not_loaded_stays_whatever_the_rule_is_then(): void {
		$id    = $this->create_site( 'shop' );
		$table = $this->make_mappings_table();
		$names = array( 'shop.mapped.example', 'www.shop.mapped.example' );
		$this->wpdb->insert( $table, array( 'blog_id' => $id, 'domain' => 'shop.mapped.example' ) );

		try {
			$this->set( array( 'www' => 'always' ) );
			$this->plugin->sync()->domain_added( 'shop.mapped.example', $id, Ultimate_Multisite::ID );
			$this->set_rows( "stage = 'checking-ssl-cert', stage_since = 1, last_added_at = 1, next_check_at = 1" );
			$this->set( array( 'www' => 'main_only' ) );
			$this->run_due();
			$plan = $this->plugin->reconciler()->plan( true, true );
			$this->assertSame( array(), array_intersect( $names, $plan->remove ) );
			$this->plugin->reconciler()->apply( $plan );
			do_action( Scheduler::DAILY );

			$this->assertSame( array(), array_diff( $names, $this->emulator->domains() ) );
			$this->assertSame( array( Wanted::Present, Wanted::Present ), array( $this->row( $names[0] )->wanted, $this->row( $names[1] )->wanted ) );

			// A site's own domain has the rule that holds.
			$this->set( array( 'www' => 'always' ) );
			$this->create_site( 'shop.customer.example' );
			$this->set( array( 'www' => 'main_only' ) );
			$this->assertFalse( $this->plugin->desired_domains()->wants( 'www.shop.customer.example' ) );
		} finally {
			$this->wpdb->query( "DROP TABLE $table" );
		}
	}

	/**
	 * @return array<string, array{string, string}> The domain that a site has for a while, and the one that was added by hand.
	 */
	public function added_by_hand(): array {
		return array(
			'the domain'                 => array( 'hand.example', 'hand.example' ),
			'its www name'               => array( 'www.hand.example', 'hand.example' ),
			'a www name added by itself' => array( 'hand.example', 'www.hand.example' ),
		);
	}

	/**
	 * @dataProvider added_by_hand
	 */
	public function test_what_was_added_by_hand_stays_wanted_when_a_site_takes_it_and_gives_it_up( string $of_site, string $by_hand ): void {
		$this->plugin->sync()->domain_added( $by_hand, 0, Row_Source::MANUAL );
		$there = $this->emulator->domains();
		$this->next_request();
		$id = $this->create_site( $of_site );
		$this->assertSame( array( $id, Row_Source::CORE ), array( $this->row( $of_site )->blog_id, $this->row( $of_site )->source ) );
		$this->emulator->call( 'DELETE', '/journal' );
		$this->next_request();
		wp_delete_site( $id );
		$this->run_due();

		$this->assertSame( array(), array_diff( $there, $this->emulator->domains() ) );
		foreach ( $there as $domain ) {
			$this->assertNotContains( "delete $domain", $this->changes() );
			$this->assertSame( Wanted::Present, $this->row( $domain )->wanted, $domain );
		}
		$this->assertSame( array( 0, Row_Source::MANUAL ), array( $this->row( $by_hand )->blog_id, $this->row( $by_hand )->source ) );
		$this->next_request();
		do_action( Scheduler::DAILY );
		$this->assertSame( array(), array_intersect( $this->plugin->reconciler()->plan( true, true )->remove, $there ) );
		$this->assertSame( Wanted::Present, $this->row( $by_hand )->wanted );
	}

	public function test_what_was_added_by_hand_while_a_site_had_it_stays_wanted_and_goes_by_hand(): void {
		$id = $this->create_site( 'hand.example' );
		$this->plugin->sync()->domain_added( 'hand.example', 0, Row_Source::MANUAL );
		$row = $this->row( 'hand.example' );
		$this->assertSame( array( true, Row_Source::CORE ), array( $row->by_hand, $row->source ) );
		$this->assertArrayNotHasKey( Domains_Actions::REMOVE, Domains_Actions::offered( $row ) );
		$this->next_request();
		wp_update_site( $id, array( 'domain' => 'elsewhere.example' ) );
		$this->assertContains( 'hand.example', $this->emulator->domains() );

		$this->next_request();
		$this->assertArrayHasKey( Domains_Actions::REMOVE, Domains_Actions::offered( $this->row( 'hand.example' ) ) );
		$this->plugin->sync()->domain_removed( 'hand.example', 0, Row_Source::MANUAL );
		$this->run_due();
		$this->assertSame( array( 'elsewhere.example', 'www.elsewhere.example' ), $this->emulator->domains() );
		$this->assertNull( $this->row( 'hand.example' ) );
	}

	public function test_the_end_of_a_site_leaves_what_it_had_earlier_and_is_retired(): void {
		$id = $this->create_site( 'old.example' );
		$this->wpdb->update( $this->wpdb->blogs, array( 'domain' => 'new.example' ), array( 'blog_id' => $id ) );
		clean_blog_cache( $id );
		$this->next_request();
		do_action( Scheduler::DAILY );
		$this->assertSame( 'retired', $this->stage( 'old.example' ) );
		$this->assertContains( 'new.example', $this->emulator->domains() );
		$this->next_request();
		wp_delete_site( $id );
		$this->next_request();
		$this->run_due();

		$this->assertSame( array(), array_diff( array( 'old.example', 'www.old.example' ), $this->emulator->domains() ) );
		$this->assertNotContains( 'new.example', $this->emulator->domains() );
		$this->assertSame( array( 'retired', 'retired' ), array( $this->stage( 'old.example' ), $this->stage( 'www.old.example' ) ) );
		$this->assertNull( $this->row( 'new.example' ) );
	}

	/**
	 * @return array<string, array{bool, list<string>}> Whether the site is gone, and what is at Closte in the end.
	 */
	public function announced_changes(): array {
		return array(
			'it came to nothing' => array( false, array( 'customer.example', 'www.customer.example' ) ),
			'the site is gone'   => array( true, array() ),
		);
	}

	/**
	 * @dataProvider announced_changes
	 */
	public function test_a_www_name_that_the_rule_no_longer_brings_goes_with_its_domain_alone( bool $is_gone, array $there ): void {
		$id = $this->create_site( 'customer.example' );
		$this->set( array( 'www' => 'never' ) );
		$this->plugin->sync()->await_confirmation( array( 'customer.example' ) );
		if ( $is_gone ) {
			$this->wpdb->delete( $this->wpdb->blogs, array( 'blog_id' => $id ) );
		}
		$this->next_request();
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();

		$this->assertSame( $there, $this->emulator->domains() );
		$this->assertSame( $is_gone ? null : 'retired', $this->stage( 'www.customer.example' ) );
	}

	public function test_a_killed_removal_of_a_site_leaves_what_was_added_by_hand(): void {
		$this->plugin->sync()->domain_added( 'hand.example', 0, Row_Source::MANUAL );
		$id = $this->create_site( 'hand.example' );
		$this->plugin->sync()->await_confirmation( array( 'hand.example' ) );
		$this->lose_unheard( $id );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();

		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
		$this->assertSame( Wanted::Present, $this->row( 'hand.example' )->wanted );
		$this->assertFalse( $this->row( 'hand.example' )->needs_confirmation );
	}

	/** A domain that a site had, which went unheard. */
	private function retired( string $domain ): void {
		$this->lose_unheard( $this->create_site( $domain ) );
		$this->next_request();
		do_action( Scheduler::DAILY );
		$this->next_request();
		$this->wpdb->delete( $this->wpdb->base_prefix . 'closte_sync_domains', array( 'source' => 'sync' ) );
		$this->wpdb->delete( $this->wpdb->base_prefix . 'closte_sync_domains', array( 'blog_id' => 1 ) );
		$this->emulator->call( 'DELETE', '/journal' );
		$this->assertSame( 'retired', $this->stage( $domain ) );
	}

	/** A site goes, and the plugin does not hear of it. */
	private function lose_unheard( int $id ): void {
		$this->wpdb->delete( $this->wpdb->blogs, array( 'blog_id' => $id ) );
		$this->emulator->call( 'DELETE', '/journal' );
		$this->next_request();
	}

	/** @param string $columns In SQL. */
	/** @return list<string> */
	private function log_of( string $domain, Action $action ): array {
		return array_map(
			static fn( $entry ): string => "{$entry->action->value} {$entry->outcome->value}",
			$this->plugin->log_table()->query( new Log_Query( domain: $domain, actions: array( $action ) ) )
		);
	}
}
