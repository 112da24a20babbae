<?php
/**
 * WordPress's own events.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Sources\Core\Core_Listener;
use ClosteSync\Sync\Scheduler;

require_once __DIR__ . '/class-plugin-test-case.php';
require_once dirname( __DIR__ ) . '/support/class-site-contents.php';

final class Core_Listener_Test extends Plugin_Test_Case {

	public function test_a_new_site_is_at_closte_before_the_request_ends(): void {
		$id = $this->create_site( 'shop' );

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
		$this->assertSame( 'checking-dns', $this->stage( $this->sub( 'shop' ) ) );
		$this->assertSame( $id, $this->row( $this->sub( 'shop' ) )->blog_id );
		$this->assertSame( Row_Source::CORE, $this->row( $this->sub( 'shop' ) )->source );
		$this->assertFalse( $this->row( $this->sub( 'shop' ) )->needs_confirmation );
	}

	public function test_a_site_on_a_domain_of_its_own_brings_its_www(): void {
		$this->create_site( 'customer.example' );

		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
	}

	public function test_a_duplicated_site_brings_its_domain_once_and_the_original_keeps_its_own(): void {
		$original = $this->create_site( 'original.example' );
		$this->next_request();
		$copy = $this->create_site( 'copy.example' );
		Site_Contents::copy( $original, $copy );
		$this->next_request();
		do_action( Scheduler::DAILY );
		$this->run_due();

		// And what the daily run adds of the network's own.
		$names = array( 'copy.example', 'original.example', 'www.copy.example', $this->sub( 'www' ), 'www.original.example' );
		$sent  = $this->changes();
		sort( $sent );
		$this->assertSame( array_map( static fn( string $name ): string => "add $name", $names ), $sent );
		$this->assertSame( $names, $this->emulator->domains() );
		$this->assertSame( array( $copy, $original, $copy, 1, $original ), array_map( fn( string $name ): ?int => $this->row( $name )?->blog_id, $names ) );

		wp_delete_site( $copy );
		$this->next_request();
		$this->assertSame( array( 'original.example', $this->sub( 'www' ), 'www.original.example' ), $this->emulator->domains() );
	}

	public function test_a_sub_path_site_on_a_known_domain_is_nothing(): void {
		$this->create_site( $this->env( 'domain' ), '/blog/' );
		$this->create_site( 'customer.example' );
		$this->emulator->clear();
		$this->create_site( 'customer.example', '/news/' );

		$this->assertSame( array(), $this->emulator->calls() );
		$this->assertNull( $this->row( $this->env( 'domain' ) ) );
	}

	public function test_a_network_in_sub_directories_sends_nothing_for_its_sites(): void {
		$ids = array( $this->create_site( $this->env( 'domain' ), '/a/' ), $this->create_site( $this->env( 'domain' ), '/b/' ) );
		wp_update_site( $ids[0], array( 'path' => '/c/' ) );
		wp_delete_site( $ids[0] );
		$this->end_request();
		$this->assertSame( array(), $this->emulator->calls() );

		wp_update_site( $ids[1], array( 'domain' => 'customer.example', 'path' => '/' ) );
		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );

		wp_update_site( $ids[1], array( 'domain' => $this->env( 'domain' ), 'path' => '/b/' ) );
		$this->end_request();
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertNotContains( 'delete ' . $this->env( 'domain' ), $this->changes() );
	}

	public function test_the_domain_of_sub_path_sites_goes_with_the_last_of_them(): void {
		$first  = $this->create_site( 'customer.example' );
		$second = $this->create_site( 'customer.example', '/news/' );

		wp_delete_site( $first );
		$this->end_request();
		$this->assertContains( 'customer.example', $this->emulator->domains() );
		$this->assertSame( Wanted::Present, $this->row( 'customer.example' )->wanted );
		$this->assertFalse( $this->row( 'customer.example' )->needs_confirmation );

		$this->next_request();
		wp_delete_site( $second );
		$this->end_request();
		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_a_deleted_site_is_gone_from_closte_with_its_www(): void {
		$id = $this->create_site( 'customer.example' );
		wp_delete_site( $id );
		$this->end_request();

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertNull( $this->row( 'customer.example' ) );
		$this->assertNull( $this->row( 'www.customer.example' ) );
	}

	public function test_a_changed_domain_is_added_and_the_old_one_removed(): void {
		$id = $this->create_site( 'old.example' );
		wp_update_site( $id, array( 'domain' => 'new.example' ) );
		$this->end_request();

		$this->assertSame( array( 'new.example', 'www.new.example' ), $this->emulator->domains() );
		$this->assertNull( $this->row( 'old.example' ) );
	}

	public function test_a_changed_path_is_nothing(): void {
		$id = $this->create_site( 'shop' );
		$this->emulator->clear();
		wp_update_site( $id, array( 'path' => '/moved/' ) );

		$this->assertSame( array(), $this->emulator->calls() );
	}

	/** @dataProvider flags */
	public function test_a_flag_that_can_be_taken_back_keeps_the_domain( string $flag ): void {
		$id = $this->create_site( 'shop' );
		wp_update_site( $id, array( $flag => 1 ) );
		$this->end_request();

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	/** @return array<string, array{string}> */
	public function flags(): array {
		return array(
			'archived' => array( 'archived' ),
			'spam'     => array( 'spam' ),
			'deleted'  => array( 'deleted' ),
		);
	}

	public function test_a_site_that_is_refused_leaves_nothing_behind(): void {
		$this->create_site( 'shop' );
		$this->emulator->clear();
		wp_insert_site( array( 'domain' => $this->sub( 'shop' ), 'path' => '/', 'network_id' => 1 ) );
		wp_insert_site( array( 'domain' => 'never.example', 'path' => '/', 'network_id' => 1, 'registered' => '2026-13-45 00:00:00' ) );

		$this->assertNull( $this->row( 'never.example' ) );
		$this->assertSame( array(), $this->emulator->calls() );
	}

	public function test_the_networks_own_domain_is_never_removed(): void {
		$this->plugin->sync()->domain_added( $this->env( 'domain' ), 1, Row_Source::MANUAL );
		wp_update_site( get_main_site_id(), array( 'domain' => 'elsewhere.example' ) );
		$this->end_request();

		$this->assertContains( $this->env( 'domain' ), $this->emulator->domains() );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	public function test_the_domain_of_every_network_is_protected(): void {
		$this->wpdb->insert( $this->wpdb->site, array( 'domain' => 'second.example', 'path' => '/' ) );
		$this->plugin->sync()->domain_added( 'second.example', 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_removed( 'second.example', 0, Row_Source::MANUAL );

		$this->assertContains( 'second.example', $this->plugin->desired_domains()->protected() );
		$this->assertContains( 'second.example', $this->emulator->domains() );
	}

	public function test_a_name_that_cannot_have_a_certificate_says_why_and_stops_nothing(): void {
		$this->create_site( 'site.internal' );
		$this->create_site( 'shop' );

		$row = $this->row( 'site.internal' );
		$this->assertSame( 'failed', $row->stage->value );
		$this->assertSame( 'invalid-domain', $row->error_kind );
		$this->assertStringContainsString( 'site.internal', $row->error_message );
		$this->assertGreaterThan( time() + DAY_IN_SECONDS - 60, $row->next_check_at );
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_a_name_that_closte_can_never_have_had_leaves_no_row(): void {
		$id = $this->create_site( 'site.internal' );
		wp_delete_site( $id );
		$this->end_request();

		$this->assertNull( $this->row( 'site.internal' ) );
		$this->assertSame( array(), $this->emulator->calls() );
	}

	public function test_an_internationalised_name_is_one_domain_in_every_form(): void {
		$this->plugin->sync()->domain_added( 'BÜCHER.example', 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_added( 'xn--bcher-kva.example.', 0, Row_Source::MANUAL );

		$this->assertSame( array( 'www.xn--bcher-kva.example', 'xn--bcher-kva.example' ), $this->emulator->domains() );
		$this->assertSame( 2, $this->plugin->ledger_search()->count() );
	}

	public function test_all_sites_are_read_however_many(): void {
		for ( $i = 0; $i < 120; $i++ ) {
			$this->wpdb->insert( $this->wpdb->blogs, array( 'site_id' => 1, 'domain' => "s$i.example", 'path' => '/', 'registered' => '2026-01-01', 'last_updated' => '2026-01-01' ) );
		}

		$this->assertCount( 241, iterator_to_array( $this->plugin->desired_domains()->all() ) );
	}

	public function test_a_site_that_another_request_deletes_while_it_is_made_leaves_nothing(): void {
		add_action( 'wp_initialize_site', static fn( \WP_Site $site ) => wp_delete_site( (int) $site->blog_id ), 19 );
		$this->create_site( 'customer.example' );
		$this->run_due();

		$this->assertNull( $this->row( 'customer.example' ) );
		$this->assertNull( $this->row( 'www.customer.example' ) );
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( array(), $this->emulator->journal( '/adddomainalias' ) );
	}

	public function test_a_site_that_another_request_deletes_while_it_is_renamed_leaves_nothing(): void {
		$old = get_site( $this->create_site( 'shop' ) );
		$this->next_request();
		( new Core_Listener( $this->plugin->sync(), $this->plugin->ledger(), $this->plugin->desired_domains(), new Owner_Added_Domains(), $this->plugin->domain_names() ) )->before_write( new \WP_Error(), array( 'domain' => 'moved.example' ), $old );
		$this->wpdb->delete( $this->wpdb->blogs, array( 'blog_id' => $old->blog_id ) );
		// WordPress goes on, with null for the site; its own listeners have PHP warnings for that.
		foreach ( array( 'wp_maybe_update_network_site_counts_on_update', 'wp_maybe_transition_site_statuses_on_update', 'wp_maybe_clean_new_site_cache_on_update' ) as $own ) {
			remove_action( 'wp_update_site', $own );
		}
		do_action( 'wp_update_site', null, $old );
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	public function test_what_another_request_gave_a_site_between_reading_and_writing_it_goes_too(): void {
		$id = $this->create_site( 'shop' );
		$this->next_request();
		get_site( $id );
		$this->assertSame( 0, $this->start_php( "wp_update_site( $id, array( 'domain' => 'between.example' ) );" )->wait() );
		$this->assertContains( 'between.example', $this->emulator->domains() );
		wp_update_site( $id, array( 'domain' => 'last.example' ) );
		$this->next_request();

		$this->assertSame( array( 'last.example', 'www.last.example' ), $this->emulator->domains() );
	}

	public function test_what_a_site_lost_unheard_earlier_stays_at_closte_when_its_address_changes(): void {
		$id = $this->create_site( 'shop' );
		$this->next_request();
		$this->wpdb->update( $this->wpdb->blogs, array( 'domain' => 'unheard.example' ), array( 'blog_id' => $id ) );
		$this->set_rows( 'created_at = created_at - 3600, accepted_at = accepted_at - 3600' );
		clean_blog_cache( $id );
		wp_update_site( $id, array( 'domain' => 'last.example' ) );
		$this->next_request();

		$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
	}

	public function test_what_the_database_refuses_at_last_is_forgotten_when_the_request_ends(): void {
		add_filter( 'query', fn( string $query ): string => str_starts_with( $query, "INSERT INTO `{$this->wpdb->blogs}`" ) ? 'INSERT INTO nowhere' : $query );
		$this->wpdb->suppress_errors();
		$this->assertInstanceOf( \WP_Error::class, wp_insert_site( array( 'domain' => 'never.example', 'path' => '/', 'network_id' => 1 ) ) );
		$this->wpdb->suppress_errors( false );

		$this->assertTrue( $this->row( 'never.example' )->needs_confirmation );
		remove_all_actions( 'shutdown', 1 );
		do_action( 'shutdown' );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
		$this->assertSame( array(), $this->emulator->calls() );
	}

	public function test_what_is_expected_twice_and_comes_stays(): void {
		$this->plugin->sync()->domain_expected( 'customer.example', 0, Row_Source::CORE );
		$id = $this->create_site( 'customer.example' );
		$this->plugin->sync()->domain_expected( 'never.example', 0, Row_Source::CORE );
		$this->plugin->sync()->domain_expected( 'customer.example', $id, Row_Source::CORE );
		// What it does to output buffers is PHPUnit's to do.
		remove_all_actions( 'shutdown', 1 );
		do_action( 'shutdown' );

		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
		$this->assertNull( $this->row( 'never.example' ) );
		$this->assertNull( $this->row( 'www.never.example' ) );
		$this->assertNotNull( $this->row( 'customer.example' ) );
	}
}
