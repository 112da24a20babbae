<?php
/**
 * What the built-in integration of Ultimate Multisite gets wrong, line by line.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Settings\Settings;
use WP_Ultimo\Integrations\Integration_Registry;
use WP_Ultimo\Managers\Domain_Manager;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Shortcomings_Test extends Ultimate_Multisite_Test_Case {

	public function test_line_01_what_failed_when_it_was_mapped_arrives_after_its_queue_is_empty(): void {
		$id = $this->create_site( 'shop' );
		$this->next_request();
		$this->emulator->fault( array( 'kind' => '500' ) );
		$record = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$this->next_request();
		$this->assertSame( array(), Domain_Manager::run_queue() );
		$this->assertSame( 'pending', $this->stage( 'customer.example' ) );
		$this->assertNotSame( '', $this->row( 'customer.example' )->error_message );

		$this->emulator->fault();
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertSame( array( 'customer.example', $this->sub( 'shop' ), 'www.customer.example' ), $this->emulator->domains() );

		$this->emulator->fault( array( 'kind' => '500' ) );
		$record->delete();
		$this->next_request();
		$this->assertSame( array(), Domain_Manager::run_queue() );
		$this->emulator->fault();
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_line_03_a_changed_address_of_a_site_moves_at_closte(): void {
		$id = $this->create_site( 'old.example' );
		$this->next_request();
		wp_update_site( $id, array( 'domain' => 'new.example' ) );
		foreach ( wu_get_domains( array( 'blog_id' => $id ) ) as $record ) {
			$record->set_domain( 'new.example' );
			$record->save();
		}
		$this->end_request();

		$this->assertSame( array( 'new.example', 'www.new.example' ), $this->emulator->domains() );
	}

	public function test_line_03_a_renamed_record_moves_at_closte(): void {
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'old.example' ) );
		$this->next_request();
		$domain->set_domain( 'new.example' );
		$domain->save();
		$this->end_request();

		$this->assertSame( array( 'new.example', $this->sub( 'shop' ), 'www.new.example' ), $this->emulator->domains() );
	}

	public function test_line_03_a_site_deleted_while_mapping_is_off_leaves_nothing_behind(): void {
		$id = $this->create_site( 'shop' );
		wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$this->next_request();

		foreach ( array( 'wp_delete_site', 'wu_domain_post_delete', 'wu_domain_removed', 'wu_remove_domain' ) as $hook ) {
			$this->remove_callbacks_of( Domain_Manager::class, $hook );
		}

		wp_delete_site( $id );
		$this->end_request();
		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_line_04_a_record_of_the_networks_own_domain_removes_nothing(): void {
		$this->emulator->set_domains( array( $this->env( 'domain' ), $this->sub( '*' ) ) );
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => $this->env( 'domain' ) ) );
		$this->next_request();
		$record->delete();
		$this->next_request();
		Domain_Manager::run_queue();
		$this->run_due();

		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
		$this->assertContains( $this->env( 'domain' ), $this->emulator->domains() );
	}

	public function test_line_04_a_record_of_a_living_sites_own_domain_removes_nothing(): void {
		$id = $this->create_site( 'shop' );
		foreach ( wu_get_domains( array( 'blog_id' => $id ) ) as $record ) {
			$record->delete();
		}
		$this->end_request();

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_line_05_a_queued_action_that_comes_late_does_not_bring_a_domain_back(): void {
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$domain->delete();
		wu_create_domain( array( 'blog_id' => $id, 'domain' => 'other.example' ) );
		$this->next_request();
		Domain_Manager::$queue = array_reverse( Domain_Manager::$queue );
		Domain_Manager::run_queue();

		$this->assertSame( array( 'other.example', $this->sub( 'shop' ), 'www.other.example' ), $this->emulator->domains() );
	}

	public function test_line_06_its_switch_and_ours_are_one(): void {
		$integration = Integration_Registry::get_instance()->get( 'closte' );
		$integration->disable();
		$this->assertFalse( Settings::load()->enabled );
		$this->create_site( 'shop' );
		$this->assertSame( array(), $this->emulator->calls() );

		$integration->enable();
		$this->assertTrue( Settings::load()->enabled );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );

		$this->set( array( 'enabled' => false ) );
		$this->assertFalse( $integration->is_enabled() );
	}

	/**
	 * @dataProvider www_settings
	 * @param list<string> $expected
	 */
	public function test_line_07_www_is_added_as_its_setting_says( string $setting, string $domain, array $expected ): void {
		update_network_option( null, 'v2_settings', array( 'auto_create_www_subdomain' => $setting ) );
		wu_create_domain( array( 'blog_id' => 1, 'domain' => $domain, 'skip_validation' => true ) );

		$this->assertSame( $expected, $this->emulator->domains() );
	}

	/** @return array<string, array{string, string, list<string>}> */
	public static function www_settings(): array {
		return array(
			'always'                 => array( 'always', 'shop.customer.example', array( 'shop.customer.example', 'www.shop.customer.example' ) ),
			'main only'              => array( 'main_only', 'customer.example', array( 'customer.example', 'www.customer.example' ) ),
			'main only, below it'    => array( 'main_only', 'shop.customer.example', array( 'shop.customer.example' ) ),
			'never'                  => array( 'never', 'customer.example', array( 'customer.example' ) ),
			'a wildcard'             => array( 'always', '*.customer.example', array( '*.customer.example' ) ),
			'an international name'  => array( 'always', 'bücher.example', array( 'www.xn--bcher-kva.example', 'xn--bcher-kva.example' ) ),
		);
	}

	public function test_line_08_its_own_requests_for_certificates_are_not_made(): void {
		$this->create_site( 'shop' );
		$this->assertSame( array( '/adddomainalias' ), array_map( static fn( array $entry ): string => strstr( $entry['path'], '/adddomainalias' ), $this->emulator->journal() ) );
	}

	/** @dataProvider users */
	public function test_line_11_only_who_manages_the_network_tests_the_connection( string $role, bool $allowed ): void {
		wp_set_current_user( $this->create_user( $role ) );
		$result = Integration_Registry::get_instance()->get( 'closte' )->test_connection();
		$this->assertSame( $allowed, true === $result );

		$this->assertSame( $allowed, $this->tests_by_ajax( 'POST', array( 'HTTP_ORIGIN' => 'http://' . $this->env( 'domain' ) ) ) );
		$this->assertSame( $allowed, array() !== $this->emulator->calls() );
	}

	/**
	 * Its own script sends no nonce. What a browser says of where a request comes from stands in for it.
	 *
	 * @dataProvider origins
	 */
	public function test_line_11_no_other_site_has_the_connection_tested( string $method, array $headers, bool $allowed ): void {
		wp_set_current_user( $this->create_user( 'super' ) );
		$headers = array_map( fn( string $header ): string => str_replace( 'here', (string) $this->env( 'domain' ), $header ), $headers );

		$this->assertSame( $allowed, $this->tests_by_ajax( $method, $headers ) );
		$this->assertSame( $allowed, array() !== $this->emulator->calls() );
	}

	/** @return array<string, array{string, array<string, string>, bool}> */
	public static function origins(): array {
		return array(
			'its own script'           => array( 'POST', array( 'HTTP_ORIGIN' => 'http://here' ), true ),
			'a browser without Origin' => array( 'POST', array( 'HTTP_REFERER' => 'http://here/wp-admin/network/admin.php?page=wp-ultimo' ), true ),
			'a form elsewhere'         => array( 'POST', array( 'HTTP_ORIGIN' => 'http://evil.example' ), false ),
			'a form in a sandbox'      => array( 'POST', array( 'HTTP_ORIGIN' => 'null' ), false ),
			'a form that hides itself' => array( 'POST', array(), false ),
			'a referrer elsewhere'     => array( 'POST', array( 'HTTP_REFERER' => 'http://evil.example/?http://here' ), false ),
			'a picture elsewhere'      => array( 'GET', array( 'HTTP_REFERER' => 'http://evil.example/' ), false ),
			'a link'                   => array( 'GET', array(), false ),
		);
	}

	/** @return array<string, array{string, bool}> */
	public function users(): array {
		return array(
			'subscriber'  => array( 'subscriber', false ),
			'site admin'  => array( 'administrator', false ),
			'super admin' => array( 'super', true ),
		);
	}

	/**
	 * Makes its AJAX call.
	 *
	 * @param array<string, string> $headers As PHP has them in $_SERVER.
	 * @return bool Whether it says that all is well.
	 */
	private function tests_by_ajax( string $method, array $headers ): bool {
		$server                  = $_SERVER;
		$_SERVER                 = array( 'REQUEST_METHOD' => $method ) + $headers + $server;
		$_REQUEST['integration'] = 'closte';
		$this->emulator->call( 'DELETE', '/journal' );
		ob_start();
		add_filter( 'wp_doing_ajax', '__return_true' );
		try {
			do_action( 'wp_ajax_wu_test_hosting_integration' );
			$this->fail( 'It did not answer.' );
		} catch ( Wp_Die_Exception ) {
			return json_decode( (string) ob_get_contents(), true )['success'];
		} finally {
			ob_end_clean();
			$_SERVER = $server;
		}
	}

	private function remove_callbacks_of( string $class_name, string $hook ): void {
		foreach ( $GLOBALS['wp_filter'][ $hook ]->callbacks ?? array() as $priority => $callbacks ) {
			foreach ( $callbacks as $callback ) {
				if ( is_array( $callback['function'] ) && $callback['function'][0] instanceof $class_name ) {
					remove_action( $hook, $callback['function'], $priority );
				}
			}
		}
	}
}
