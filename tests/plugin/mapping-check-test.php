<?php
/**
 * Domain mappings that nobody here reads, and log-ins on mapped domains.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Diagnosis\Login_Check;
use ClosteSync\Diagnosis\Mapping_Check;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Diagnosis\Site_Health;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Mapping_Check_Test extends Plugin_Test_Case {

	/**
	 * In processes of their own: in another the double of Mercator may be loaded, whose table one of them is.
	 *
	 * @dataProvider tables
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_a_table_that_no_supported_plugin_reads_is_named_with_its_mappings( string $name ): void {
		$this->assertSame( Severity::Ok, $this->mappings()->severity );
		$table = $this->wpdb->base_prefix . $name;
		$this->wpdb->query( "CREATE TABLE $table ( id bigint NOT NULL, blog_id bigint NOT NULL, domain varchar(255) NOT NULL )" );
		$this->assertSame( Severity::Ok, $this->mappings()->severity, 'an empty table' );
		$this->wpdb->query( "INSERT INTO $table VALUES ( 1, 1, 'a.example' ), ( 2, 1, 'b.example' ), ( 3, 1, 'c.example' )" );
		$finding = $this->mappings();

		$this->assertSame( Severity::Warning, $finding->severity );
		$this->assertStringContainsString( "3 domain mappings in the table $table", $finding->message );
		$this->assertStringContainsString( 'not sent', $finding->message );
		wp_set_current_user( 1 );
		$health = ( new Site_Health( $this->plugin, '', '' ) )->add_tests( array() )['direct']['closte_sync_mappings']['test']();
		$this->assertStringContainsString( $table, $health['label'] );
	}

	/** @return array<string, array{string}> */
	public function tables(): array {
		$names = array_keys( ( new \ReflectionClassConstant( Mapping_Check::class, 'TABLES' ) )->getValue() );

		return array_combine( $names, array_map( static fn( string $name ): array => array( $name ), $names ) );
	}

	/**
	 * In a process of its own: in another the double of Ultimate Multisite may be loaded.
	 *
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_the_table_of_a_supported_plugin_that_is_not_active_is_named_too(): void {
		$table = $this->wpdb->base_prefix . 'wu_domain_mappings';
		$this->wpdb->query( "CREATE TABLE $table ( id bigint NOT NULL, blog_id bigint NOT NULL, domain varchar(255) NOT NULL )" );
		$this->wpdb->query( "INSERT INTO $table VALUES ( 1, 1, 'a.example' )" );

		$this->assertStringContainsString( "1 domain mapping in the table $table", $this->mappings()->message );
	}

	public function test_where_cookies_count_on_the_networks_domain_alone_the_domains_are_named_on_which_nobody_can_log_in(): void {
		$this->create_site( 'shop' );
		$this->create_site( 'customer.example' );
		$finding = $this->login( '.network.test', null );

		$this->assertSame( Severity::Warning, $finding->severity );
		$this->assertStringContainsString( '1 domain: customer.example', $finding->message );
		$this->assertStringContainsString( "define( 'COOKIE_DOMAIN', '' );", $finding->advice );
		$this->assertSame( $finding->message, Login_Check::of( $this->plugin )->run()->message );
		$this->assertStringContainsString( 'In wp-config.php, change it to', $this->login( '.network.test', '.network.test' )->advice );
	}

	/**
	 * @testWith [ "", "" ]
	 *           [ "", null ]
	 *           [ "network.test", "network.test" ]
	 *           [ ".network.test", null, true ]
	 */
	public function test_nothing_is_said_where_each_domain_has_cookies_of_its_own( string $cookie_domain, ?string $configured, bool $is_handled = false ): void {
		$this->create_site( 'customer.example' );

		$this->assertSame( Severity::Ok, $this->login( $cookie_domain, $configured, $is_handled )->severity );
	}

	public function test_nothing_is_said_where_every_site_is_below_the_networks_domain(): void {
		$this->create_site( 'shop' );

		$this->assertSame( Severity::Ok, $this->login( '.network.test', null )->severity );
	}

	private function mappings(): \ClosteSync\Diagnosis\Finding {
		return ( new Mapping_Check( $this->plugin->database(), $this->plugin->sources() ) )->run();
	}

	private function login( string $cookie_domain, ?string $configured, bool $is_handled = false ): \ClosteSync\Diagnosis\Finding {
		return ( new Login_Check( $this->plugin->ledger(), $this->plugin->domain_names(), $cookie_domain, $configured, 'network.test:8080', $is_handled ) )->run();
	}
}
