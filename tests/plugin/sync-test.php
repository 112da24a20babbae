<?php
/**
 * What happens in the request that fires an event, and what is left to a run.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Sources\Mercator\Mercator;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;
use ClosteSync\Sync\Page_Wait;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Sync_Test extends Plugin_Test_Case {

	/** What the list of sites says to who manages the network; '': nothing waits for Closte. */
	private function assert_network_screen_says( string $text ): void {
		wp_set_current_user( $this->create_user( 'super' ) );
		set_current_screen( 'sites-network' );
		ob_start();
		( new \ClosteSync\Admin\Notices( $this->plugin ) )->show();
		$html = (string) ob_get_clean();
		unset( $GLOBALS['current_screen'] );
		wp_set_current_user( 0 );

		'' === $text ? $this->assertStringNotContainsString( 'sent to Closte yet', $html ) : $this->assertStringContainsString( $text, html_entity_decode( $html ) );
	}

	/** @dataProvider failures */
	public function test_line_01_api_failure_is_not_lost( array $fault ): void {
		$this->emulator->fault( $fault );
		$this->create_site( 'customer.example' );

		$row = $this->row( 'customer.example' );
		$this->assertSame( 'pending', $row->stage->value );
		$this->assertNotSame( '', $row->error_message );
		$this->assertStringNotContainsString( $this->env( 'key' ), $row->error_message );
		$this->assert_network_screen_says( '2 changes have not been sent to Closte yet. You do not need to do anything: changes are sent automatically.' );

		$this->emulator->fault();
		if ( isset( $fault['retry_after'] ) ) {
			$this->let_time_pass( (int) $fault['retry_after'] );
		}
		$this->run_due();
		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
		$this->assert_network_screen_says( '' );
	}

	/** @return array<string, array{array<string, mixed>}> */
	public function failures(): array {
		return array(
			'500'         => array( array( 'kind' => '500' ) ),
			'429'         => array( array( 'kind' => '429', 'retry_after' => '120' ) ),
			'html'        => array( array( 'kind' => 'html' ) ),
			'cut json'    => array( array( 'kind' => 'cut-json', 'after' => false ) ),
			'reset'       => array( array( 'kind' => 'reset-before' ) ),
			'after reset' => array( array( 'kind' => 'reset-after' ) ),
		);
	}

	public function test_line_01_a_closte_that_is_down_slows_no_second_page(): void {
		$page = $this->page_seconds();
		$this->emulator->down( true );
		$begun = microtime( true );
		$this->create_site( 'first.example' );
		$this->next_request();
		$this->create_site( 'second.example' );
		$this->assertLessThan( 8.0 + 2 * $page, microtime( true ) - $begun );
		$this->assertTrue( $this->plugin->circuit_breaker()->is_down() );
		$this->assertSame( '', $this->row( 'second.example' )->error_kind );

		$this->run_due();
		$this->assertSame( 'pending', $this->stage( 'first.example' ) );

		$this->emulator->down( false );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertSame( array( 'first.example', 'second.example', 'www.first.example', 'www.second.example' ), $this->emulator->domains() );
		$this->assertNull( $this->plugin->circuit_breaker()->failure() );
	}

	public function test_line_01_rows_whose_wait_has_grown_go_within_a_minute_of_clostes_return(): void {
		$this->emulator->down( true );
		$this->create_site( 'shop' );
		$this->wpdb->query( $this->wpdb->prepare( 'UPDATE %i SET next_check_at = %d', $this->wpdb->base_prefix . 'closte_sync_domains', time() + HOUR_IN_SECONDS ) );
		$this->emulator->down( false );

		$this->plugin->scheduler()->reschedule();
		$this->assertLessThanOrEqual( time() + MINUTE_IN_SECONDS, $this->plugin->scheduler()->next_run() );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_line_01_a_wrong_key_loses_nothing(): void {
		$this->emulator->call( 'PUT', '/state', array( 'keys' => array( 'another-key' => array( 'domains' => array() ) ) ) );
		$this->create_site( 'shop' );
		$this->assertSame( 'pending', $this->stage( $this->sub( 'shop' ) ) );
		$this->assertSame( 'auth', $this->row( $this->sub( 'shop' ) )->error_kind );

		$this->emulator->set_domains( array() );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_line_01_a_rejection_says_so_and_is_tried_daily(): void {
		$this->emulator->fault( array( 'kind' => 'reject', 'path' => '/adddomainalias', 'text' => 'No more domains on this plan' ) );
		$this->create_site( 'shop' );

		$row = $this->row( $this->sub( 'shop' ) );
		$this->assertSame( Stage::Failed, $row->stage );
		$this->assertStringContainsString( 'No more domains on this plan', $row->error_message );
		$this->assertGreaterThan( time() + DAY_IN_SECONDS / 2, $row->next_check_at );

		$this->emulator->fault();
		$this->let_time_pass( 2 * DAY_IN_SECONDS );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_line_03_a_changed_address_moves_at_closte(): void {
		$id = $this->create_site( 'old.example' );
		$this->next_request();
		wp_update_site( $id, array( 'domain' => 'new.example' ) );
		$this->end_request();

		$this->assertSame( array( 'new.example', 'www.new.example' ), $this->emulator->domains() );
		$this->assertSame( array( 'new.example', 'www.new.example' ), array_column( array_map( static fn( $row ) => $row->to_array(), iterator_to_array( $this->plugin->ledger()->all(), false ) ), 'domain' ) );
	}

	public function test_line_05_add_delete_add_within_a_second_is_there(): void {
		$sync = $this->plugin->sync();
		$sync->domain_added( 'a.example', 0, Row_Source::MANUAL );
		$sync->domain_removed( 'a.example', 0, Row_Source::MANUAL );
		$sync->domain_added( 'a.example', 0, Row_Source::MANUAL );

		$this->assertSame( array( 'a.example', 'www.a.example' ), $this->emulator->domains() );
	}

	public function test_line_05_delete_add_delete_within_a_second_is_not_there(): void {
		$this->emulator->set_domains( array( 'a.example', 'www.a.example' ) );
		$sync = $this->plugin->sync();
		$sync->domain_removed( 'a.example', 0, Row_Source::MANUAL );
		$sync->domain_added( 'a.example', 0, Row_Source::MANUAL );
		$sync->domain_removed( 'a.example', 0, Row_Source::MANUAL );

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	public function test_line_05_while_nothing_can_be_sent_all_of_it_is_one_row_and_one_call(): void {
		$this->emulator->down( true );
		$this->create_site( 'shop' );
		$sync = $this->plugin->sync();

		for ( $i = 0; $i < 3; $i++ ) {
			$sync->domain_added( 'a.example', 0, Row_Source::MANUAL );
			$sync->domain_removed( 'a.example', 0, Row_Source::MANUAL );
		}

		$sync->domain_added( 'a.example', 0, Row_Source::MANUAL );
		$this->emulator->down( false );
		$this->run_due();
		$this->assertSame( array( 'add a.example', 'add ' . $this->sub( 'shop' ), 'add www.a.example' ), $this->sorted( $this->changes() ) );
	}

	public function test_line_05_a_removal_that_was_taken_back_before_it_was_sent_adds_nothing_again(): void {
		$id = $this->create_site( 'shop' );
		$this->next_request();
		$this->plugin->circuit_breaker()->failed( 'transient', 'No answer.' );
		wp_delete_site( $id );
		$this->next_request();
		$this->assertSame( 'removing', $this->stage( $this->sub( 'shop' ) ) );
		$this->create_site( 'shop' );
		$this->let_time_pass( 60 );
		$this->run_due();

		$this->assertSame( array( 'add ' . $this->sub( 'shop' ) ), $this->changes() );
		$this->assertTrue( $this->row( $this->sub( 'shop' ) )->is_accepted() );
	}

	public function test_line_06_what_was_added_while_off_is_sent_once_it_is_on(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'shop' );
		$gone = $this->create_site( 'gone.example' );
		wp_delete_site( $gone );
		$this->run_due();
		$this->assertSame( array(), $this->emulator->calls() );
		$this->assertSame( 'pending', $this->stage( $this->sub( 'shop' ) ) );

		$this->set( array( 'enabled' => true ) );
		$this->assertLessThanOrEqual( time() + 5, $this->plugin->scheduler()->next_run() );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_line_08_one_added_domain_is_one_call(): void {
		$this->create_site( 'shop' );

		$this->assertSame( array( 'adddomainalias ' . $this->sub( 'shop' ) ), $this->emulator->calls() );
	}

	public function test_line_08_all_calls_of_a_request_share_eight_seconds(): void {
		$page = $this->page_seconds();
		$this->emulator->fault( array( 'kind' => 'latency', 'ms' => 3000 ) );
		$begun = microtime( true );
		foreach ( array( 'a.example', 'b.example', 'c.example', 'd.example' ) as $domain ) {
			$this->plugin->sync()->domain_added( $domain, 0, Row_Source::MANUAL );
		}
		$this->assertLessThan( 8.0 + $page, microtime( true ) - $begun );
		$this->assertSame( 'pending', $this->stage( 'd.example' ) );

		$this->emulator->fault();
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertCount( 8, $this->emulator->domains() );
	}

	public function test_line_01_a_page_waits_for_closte_at_most_a_few_times_what_it_takes_here(): void {
		$page = $this->page_seconds();
		$this->assertSame( 8.0, Page_Wait::seconds(), 'Nothing is known' );
		$this->create_site( 'shop' );
		$this->assertLessThan( 8.0, Page_Wait::seconds() );

		$this->next_request();
		$seconds = Page_Wait::seconds();
		$this->emulator->fault( array( 'kind' => 'latency', 'ms' => 30_000 ) );
		$begun = microtime( true );
		$this->create_site( 'hanging.example' );
		$this->assertLessThan( $seconds + $page, microtime( true ) - $begun );
		$this->assertTrue( $this->plugin->circuit_breaker()->is_down() );

		// A run waits for it also where it has become slow.
		$this->emulator->fault( array( 'kind' => 'latency', 'ms' => 2000 ) );
		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assertContains( 'hanging.example', $this->emulator->domains() );
	}

	public function test_line_01_a_page_waits_longer_than_the_one_before_that_closte_was_too_slow_for(): void {
		Page_Wait::learn( 0.5 );
		$this->assertSame( 2.5, Page_Wait::seconds() );
		$this->emulator->fault( array( 'kind' => 'latency', 'ms' => 4000, 'path' => '/adddomainalias' ) );
		$this->create_site( 'slow' );
		$this->assertSame( 'timeout', $this->row( $this->sub( 'slow' ) )->error_reason );

		$this->let_time_pass( 120 );
		$this->next_request();
		$this->create_site( 'second' );
		$this->assertTrue( $this->row( $this->sub( 'second' ) )->is_accepted() );
	}

	public function test_line_01_how_fast_closte_says_that_it_is_there_says_nothing_of_its_other_answers(): void {
		$this->plugin->circuit_breaker()->failed( 'transient', 'No answer.' );
		$this->plugin->circuit_breaker()->ask_again();

		$this->assertFalse( $this->plugin->circuit_breaker()->is_down() );
		$this->assertSame( 8.0, Page_Wait::seconds() );
	}

	public function test_line_12_no_part_of_the_key_is_logged_or_stored(): void {
		$this->emulator->fault( array( 'kind' => 'echo-key' ) );
		$this->create_site( 'shop' );
		$this->run_due();

		$stored = (string) wp_json_encode( $this->wpdb->get_results( "SELECT * FROM {$this->wpdb->base_prefix}closte_sync_domains" ) )
			. (string) wp_json_encode( $this->wpdb->get_results( "SELECT * FROM {$this->wpdb->sitemeta}" ) );
		$log    = is_file( (string) ini_get( 'error_log' ) ) ? (string) file_get_contents( ini_get( 'error_log' ) ) : '';

		$this->assertNotSame( '', $this->row( $this->sub( 'shop' ) )->error_message );
		$this->assertStringNotContainsString( substr( $this->env( 'key' ), 0, 10 ), $stored );
		$this->assertStringNotContainsString( substr( $this->env( 'key' ), 0, 10 ), $log );
	}

	public function test_a_domain_heard_twice_is_one_row_and_one_call(): void {
		$id = $this->create_site( 'shop' );
		foreach ( array( Row_Source::CORE, Ultimate_Multisite::ID, Mercator::ID ) as $source ) {
			$this->plugin->sync()->domain_added( $this->sub( 'shop' ), $id, $source );
		}

		$this->assertSame( array( 'add ' . $this->sub( 'shop' ) ), $this->changes() );
		$this->assertSame( 1, $this->plugin->ledger_search()->count() );
	}

	public function test_what_a_living_site_wants_is_not_removed(): void {
		$this->create_site( 'customer.example' );
		$this->plugin->sync()->domain_removed( 'customer.example', 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_removed( 'www.customer.example', 0, Row_Source::MANUAL );

		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	public function test_a_www_name_that_outlived_its_own_site_goes_with_its_bare_one(): void {
		$bare = $this->create_site( 'customer.example' );
		$this->assertSame( $bare, $this->row( 'www.customer.example' )->blog_id );
		$www = $this->create_site( 'www.customer.example' );

		wp_delete_site( $www );
		$this->end_request();
		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
		wp_delete_site( $bare );
		$this->end_request();
		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_a_call_in_flight_is_not_repeated_and_the_newer_wish_is_carried_out_after(): void {
		$this->plugin->sync();
		$ledger = $this->plugin->ledger();
		$row    = $ledger->want( 'a.example', 0, Row_Source::MANUAL );
		$flying = $this->plugin->leases()->claim( $row->id, 'another request', 30 );

		$this->plugin->sync()->domain_removed( 'a.example', 0, Row_Source::MANUAL );
		$this->assertSame( array(), $this->emulator->calls() );

		$this->emulator->set_domains( array( 'a.example' ) );
		$this->assertFalse( $this->plugin->leases()->record( $flying, array( 'stage' => 'checking-dns', 'accepted_at' => time() ) + $flying->to_record() ) );
		$this->assertSame( Wanted::Absent, $this->row( 'a.example' )->wanted );
		$this->assertTrue( $this->row( 'a.example' )->may_have_landed );

		$this->run_due();
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertNull( $this->row( 'a.example' ) );
	}

	public function test_a_wish_that_changes_during_its_call_is_carried_out_in_the_same_request(): void {
		$changed = false;
		new Ledger_Writes(
			function () use ( &$changed ): void {
				if ( ! $changed && array() !== $this->emulator->calls() ) {
					$changed = true;
					( new Ledger( $this->wpdb ) )->unwant( $this->sub( 'shop' ), 0, Row_Source::MANUAL );
				}
			}
		);
		$this->plugin->sync()->domain_added( $this->sub( 'shop' ), 0, Row_Source::MANUAL );

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertNull( $this->row( $this->sub( 'shop' ) ) );
	}

	public function test_a_retry_takes_the_next_step_at_once(): void {
		$this->emulator->fault( array( 'kind' => 'reject', 'path' => '/adddomainalias' ) );
		$this->create_site( 'shop' );
		$this->emulator->fault();
		$this->next_request();
		$this->plugin->sync()->retry( $this->sub( 'shop' ) );

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_a_setting_that_the_extension_refuses_does_not_lose_the_domain(): void {
		add_filter( 'closte_sync_lifecycle_options', static fn( array $options ): array => array( 'targets' => array( 'not a host name' ) ) + $options );
		$this->create_site( 'shop' );
		$this->assertSame( 'pending', $this->stage( $this->sub( 'shop' ) ) );
		$this->assertSame( '', $this->row( $this->sub( 'shop' ) )->lease_owner );
		$this->assert_network_screen_says( 'not a host name' );
		$this->assertNotNull( $this->plugin->worker()->run( 5.0 )->problem );

		remove_all_filters( 'closte_sync_lifecycle_options' );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_ten_megabytes_of_a_domain_are_one_short_row(): void {
		$this->plugin->sync()->domain_added( str_repeat( 'ü', 5_000_000 ) . '.example', 0, Row_Source::MANUAL );
		$row = iterator_to_array( $this->plugin->ledger()->all(), false )[0];

		$this->assertSame( 'failed', $row->stage->value );
		$this->assertLessThanOrEqual( 255, strlen( $row->domain ) );
		$this->assertStringEndsWith( '…', $row->domain );
		$this->assertSame( array(), $this->emulator->calls() );
	}

	public function test_who_asks_for_a_retry_is_not_told_to_wait(): void {
		$this->emulator->down( true );
		$this->create_site( 'shop' );
		$this->emulator->down( false );
		$this->next_request();
		$this->assertTrue( $this->plugin->circuit_breaker()->is_down() );
		$this->plugin->sync()->retry( $this->sub( 'shop' ) );

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
		$this->assertFalse( $this->plugin->circuit_breaker()->is_down() );
	}

	public function test_a_listener_that_throws_stops_neither_the_page_nor_the_other_domain(): void {
		$log = ini_set( 'error_log', '/dev/null' );
		add_action(
			'closte_sync_domain_added',
			static function (): void {
				throw new \LogicException( 'Not ours.' );
			}
		);
		try {
			$this->create_site( 'customer.example' );
		} finally {
			ini_set( 'error_log', (string) $log );
		}

		$this->assertSame( array( 'checking-dns', 'checking-dns' ), array( $this->stage( 'customer.example' ), $this->stage( 'www.customer.example' ) ) );
	}

	public function test_others_are_told_what_happens(): void {
		$heard = array();
		foreach ( array( 'added', 'removed', 'failed' ) as $event ) {
			add_action(
				"closte_sync_domain_$event",
				static function ( string $domain ) use ( &$heard, $event ): void {
					$heard[] = "$event $domain";
				}
			);
		}
		$this->plugin->sync()->domain_added( $this->sub( 'a' ), 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_added( 'b.internal', 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_removed( $this->sub( 'a' ), 0, Row_Source::MANUAL );

		$this->assertSame( array( 'added ' . $this->sub( 'a' ), 'failed b.internal', 'removed ' . $this->sub( 'a' ) ), $heard );
	}

	/**
	 * @param list<string> $list
	 * @return list<string>
	 */
	private function sorted( array $list ): array {
		sort( $list );

		return $list;
	}
}
