<?php
/**
 * What the built-in integration of Ultimate Multisite gets wrong, line by line, in so far as no other test says it.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use ClosteSync\Settings\Www_Handling;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;

require_once __DIR__ . '/class-plugin-test-case.php';

/** The tests of lines 9 and 10 are in tests/dns-and-certificates: they need real DNS. */
final class Shortcomings_Test extends Plugin_Test_Case {

	/**
	 * In a process of its own: in another the mapping plugin's double may be loaded.
	 *
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_line_03_a_site_deleted_while_the_mapping_plugin_is_off_takes_its_mappings_with_it(): void {
		$id    = $this->create_site( 'shop' );
		$table = $this->make_mappings_table();
		$this->wpdb->insert( $table, array( 'blog_id' => $id, 'domain' => 'mapped.example' ) );

		try {
			$this->plugin->sync()->domain_added( 'mapped.example', $id, Ultimate_Multisite::ID );
			$this->assertSame( array( 'mapped.example', $this->sub( 'shop' ), 'www.mapped.example' ), $this->emulator->domains() );
			$this->next_request();
			wp_delete_site( $id );
			$this->run_due();

			$this->assertSame( array(), $this->emulator->domains() );
			$this->assertSame( 0, $this->plugin->ledger_search()->count() );
		} finally {
			$this->wpdb->query( "DROP TABLE $table" );
		}
	}

	public function test_line_03_a_changed_address_whose_call_fails_moves_later(): void {
		$id = $this->create_site( 'old.example' );
		$this->next_request();
		$this->emulator->down( true );
		wp_update_site( $id, array( 'domain' => 'new.example' ) );
		$this->end_request();
		$this->emulator->down( false );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();

		$this->assertSame( array( 'new.example', 'www.new.example' ), $this->emulator->domains() );
		$this->assertNull( $this->row( 'old.example' ) );
	}

	public function test_line_06_what_was_added_while_the_plugin_was_not_there_is_sent_by_the_daily_run(): void {
		foreach ( array( 'wp_validate_site_data', 'wp_initialize_site', 'wp_update_site' ) as $hook ) {
			$GLOBALS['wp_filter'][ $hook ]->callbacks = array_map(
				static fn( array $callbacks ): array => array_filter( $callbacks, static fn( array $callback ): bool => ! $callback['function'] instanceof \Closure ),
				$GLOBALS['wp_filter'][ $hook ]->callbacks
			);
		}
		$this->create_site( 'shop' );
		$this->assertNull( $this->row( $this->sub( 'shop' ) ) );

		$this->next_request();
		do_action( 'closte_sync_reconcile' );
		$this->run_due();
		$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
	}

	/**
	 * @dataProvider www_settings
	 * @param list<string> $expected
	 */
	public function test_line_07_www_is_added_and_removed_as_the_setting_says( string $setting, string $domain, array $expected ): void {
		$this->set( array( 'www' => $setting ) );
		$id = $this->create_site( $domain );
		$this->assertSame( $expected, $this->emulator->domains() );

		$this->next_request();
		wp_update_site( $id, array( 'domain' => "new-$domain" ) );
		$this->end_request();
		$this->assertSame( array_map( static fn( string $name ): string => str_replace( $domain, "new-$domain", $name ), $expected ), $this->emulator->domains() );

		$this->next_request();
		wp_delete_site( $id );
		$this->end_request();
		$this->assertSame( array(), $this->emulator->domains() );
	}

	/** @return array<string, array{string, string, list<string>}> */
	public static function www_settings(): array {
		$apex = 'customer.example';
		$deep = 'shop.customer.example';

		return array(
			'always, of a registrable domain'    => array( Www_Handling::Always->value, $apex, array( $apex, "www.$apex" ) ),
			'always, of a domain below one'      => array( Www_Handling::Always->value, $deep, array( $deep, "www.$deep" ) ),
			'main only, of a registrable domain' => array( Www_Handling::MainOnly->value, $apex, array( $apex, "www.$apex" ) ),
			'main only, of a domain below one'   => array( Www_Handling::MainOnly->value, $deep, array( $deep ) ),
			'never'                              => array( Www_Handling::Never->value, $apex, array( $apex ) ),
		);
	}

	public function test_line_07_a_www_name_and_a_subdomain_of_the_network_get_none(): void {
		$this->set( array( 'www' => Www_Handling::Always->value ) );
		$this->create_site( 'www.customer.example' );
		$this->create_site( 'shop' );

		$this->assertSame( array( $this->sub( 'shop' ), 'www.customer.example' ), $this->emulator->domains() );
	}

	public function test_line_07_a_wildcard_is_sent_as_one_without_www_and_removed_as_one(): void {
		$this->plugin->sync()->domain_added( '*.Customer.Example.', 0, Row_Source::MANUAL );
		$this->assertSame( array( '*.customer.example' ), $this->emulator->domains() );
		$this->assertSame( 'checking-dns', $this->stage( '*.customer.example' ) );

		$this->next_request();
		$this->plugin->sync()->domain_removed( '*.customer.example', 0, Row_Source::MANUAL );
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame(
			array( array( '*.customer.example', '1' ), array( '*.customer.example', '1' ) ),
			array_map( static fn( array $entry ): array => array( $entry['params']['domain'], $entry['params']['wildcard'] ), $this->emulator->journal() )
		);
		$this->assertSame( array(), array_merge( ...array_column( $this->emulator->journal(), 'violations' ) ) );
	}

	/**
	 * @dataProvider internationalised_names
	 */
	public function test_line_07_an_internationalised_name_is_sent_in_its_a_label_form( string $given, string $sent ): void {
		$this->plugin->sync()->domain_added( $given, 0, Row_Source::MANUAL );
		$this->assertSame( array( "www.$sent", $sent ), $this->emulator->domains() );

		$this->next_request();
		$this->plugin->sync()->domain_removed( $given, 0, Row_Source::MANUAL );
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( array(), array_merge( ...array_column( $this->emulator->journal(), 'violations' ) ) );
	}

	/** @return array<string, array{string, string}> */
	public static function internationalised_names(): array {
		return array(
			'Latin'                  => array( 'bücher.example', 'xn--bcher-kva.example' ),
			'in capitals'            => array( 'BÜCHER.EXAMPLE', 'xn--bcher-kva.example' ),
			'decomposed'             => array( "bu\u{308}cher.example", 'xn--bcher-kva.example' ),
			'its A-label'            => array( 'XN--BCHER-KVA.example', 'xn--bcher-kva.example' ),
			'Japanese, its own dots' => array( 'お名前。example', 'xn--t8jx73hngb.example' ),
			'Arabic'                 => array( 'مثال.example', 'xn--mgbh0fb.example' ),
			'sharp s'                => array( 'faß.example', 'xn--fa-hia.example' ),
		);
	}

	public function test_line_08_what_follows_uses_the_same_connection(): void {
		foreach ( array( 'a', 'b', 'c' ) as $label ) {
			$this->create_site( $label );
			$this->next_request();
		}
		$this->run_due();

		$this->assertCount( 3, $this->emulator->journal( '/adddomainalias' ) );
		$this->assertCount( 1, array_unique( array_column( $this->emulator->journal(), 'connection' ) ) );
	}

	public function test_line_08_three_seconds_of_latency_make_three_seconds(): void {
		$page = $this->page_seconds();
		$this->emulator->fault( array( 'kind' => 'latency', 'ms' => 3000 ) );
		$begun = microtime( true );
		$this->create_site( 'shop' );
		$took = microtime( true ) - $begun;

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
		$this->assertSame( 'checking-dns', $this->stage( $this->sub( 'shop' ) ) );
		$this->assertGreaterThan( 2.9, $took );
		$this->assertLessThan( 3.0 + $page, $took );
	}

	public function test_line_08_a_closte_that_hangs_holds_a_page_for_eight_seconds_at_worst(): void {
		$page = $this->page_seconds();
		$this->emulator->fault( array( 'kind' => 'hang' ) );
		$begun = microtime( true );
		$this->create_site( 'customer.example' );
		$this->assertLessThan( 8.0 + $page, microtime( true ) - $begun );

		$begun = microtime( true );
		$this->next_request();
		$this->create_site( 'next.example' );
		$this->assertLessThan( $page, microtime( true ) - $begun );
	}
}
