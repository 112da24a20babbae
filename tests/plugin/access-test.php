<?php
/**
 * Tests of who may do what.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_Actions;
use ClosteSync\Admin\Domains\Domains_Screen;
use ClosteSync\Admin\Guard;

require_once __DIR__ . '/class-screens-test-case.php';

/**
 * Walks every way in that WordPress knows of and that leads to code of ours, as each kind of user: AJAX calls, forms,
 * links, screens, notices, REST routes and XML-RPC. What is added later is walked too.
 */
final class Access_Test extends Screens_Test_Case {

	/** Hooks that a request can name, each followed by a name of its own. */
	private const DOORS = array( 'wp_ajax_', 'admin_post_', 'admin_action_', 'network_admin_edit_', 'post_action_' );

	/** The door that Ultimate Multisite opened, and that ours only keeps shut. */
	private const OF_OTHERS = array( 'wp_ajax_wu_test_hosting_integration' );

	public function test_the_walk_finds_what_there_is(): void {
		$this->assertGreaterThanOrEqual( 4, count( $this->hooks( 'wp_ajax_closte_sync_' ) ) );
		$this->assertGreaterThanOrEqual( 4, count( $this->hooks( 'network_admin_edit_closte-sync-' ) ) );
		$this->assertGreaterThanOrEqual( 4, count( $this->screens() ) );
		$this->assertGreaterThanOrEqual( 1, count( $this->endpoints() ) );
		$this->assertGreaterThanOrEqual( 1, count( $this->notices() ) );
	}

	/**
	 * @dataProvider outsiders
	 */
	public function test_outsiders_come_through_no_door( string $role ): void {
		$this->log_in( $role );
		$before = $this->state();
		foreach ( self::DOORS as $prefix ) {
			foreach ( $this->hooks( $prefix ) as $hook ) {
				$action = substr( $hook, strlen( $prefix ) );
				foreach ( array( '', 'guessed', wp_create_nonce( $action ) ) as $nonce ) {
					$this->assert_refused( $hook, $this->fields( $nonce ) );
				}
			}
		}
		$this->assertSame( $before, $this->state() );
		$this->assertSame( array(), $this->emulator->journal() );
	}

	public function test_no_door_opens_without_its_own_nonce(): void {
		$this->log_in( 'super' );
		$before = $this->state();
		foreach ( self::DOORS as $prefix ) {
			$hooks = array_diff( $this->hooks( $prefix ), self::OF_OTHERS );
			foreach ( $hooks as $hook ) {
				$others = array_map( static fn( string $other ): string => (string) wp_create_nonce( substr( $other, strlen( $prefix ) ) ), array_diff( $hooks, array( $hook ) ) );
				foreach ( array( '', 'guessed', wp_create_nonce( 'closte_sync' ), wp_create_nonce( 'closte-sync' ), wp_create_nonce( -1 ), ...$others ) as $wrong ) {
					$this->assert_refused( $hook, $this->fields( $wrong ) );
				}
			}
		}
		$this->assertSame( $before, $this->state() );
		$this->assertSame( array(), $this->emulator->journal() );
	}

	public function test_line_11_the_connection_test_needs_capability_and_nonce(): void {
		foreach ( array( 'wp_ajax_closte_sync_test_connection', 'network_admin_edit_closte-sync-test' ) as $hook ) {
			$this->assertNotSame( array(), $this->callbacks( $hook ) );
			$this->log_in( 'subscriber' );
			$action = (string) preg_replace( '/^(wp_ajax|network_admin_edit)_/', '', $hook );
			$this->assert_refused( $hook, $this->fields( (string) wp_create_nonce( $action ) ) );
			$this->log_in( 'super' );
			$this->assert_refused( $hook, $this->fields( '' ) );
			$this->assertSame( array(), $this->emulator->journal() );
		}
		$this->log_in( 'super' );
		$this->assertTrue( $this->call( 'wp_ajax_closte_sync_test_connection', $this->fields( (string) wp_create_nonce( 'closte_sync_test_connection' ) ) )['success'] );
		$this->assertCount( 1, $this->emulator->journal() );
	}

	public function test_a_super_admin_gets_an_answer_to_every_ajax_call(): void {
		$this->log_in( 'super' );
		foreach ( array_diff( $this->hooks( 'wp_ajax_' ), self::OF_OTHERS ) as $hook ) {
			$answer = $this->call( $hook, array( '_ajax_nonce' => wp_create_nonce( substr( $hook, strlen( 'wp_ajax_' ) ) ) ) );
			$this->assertTrue( $answer['success'], $hook );
			$this->assertStringNotContainsString( $this->env( 'key' ), (string) wp_json_encode( $answer ) );
		}
	}

	public function test_a_super_admin_comes_through_every_form(): void {
		$this->log_in( 'super' );
		foreach ( $this->hooks( 'network_admin_edit_' ) as $hook ) {
			$this->assertSame( 302, $this->submit( $hook, array( '_wpnonce' => wp_create_nonce( substr( $hook, strlen( 'network_admin_edit_' ) ) ) ) ), $hook );
		}
	}

	public function test_nothing_is_offered_to_visitors(): void {
		foreach ( array( 'wp_ajax_nopriv_', 'admin_post_', 'admin_action_', 'post_action_', 'heartbeat_nopriv_' ) as $prefix ) {
			$this->assertSame( array(), $this->hooks( $prefix ) );
		}
		$this->assertSame( array(), array_filter( apply_filters( 'xmlrpc_methods', array() ), $this->is_ours( ... ) ) );
	}

	/**
	 * @dataProvider outsiders
	 */
	public function test_outsiders_see_no_screen( string $role ): void {
		$screens = $this->screens();
		$this->log_in( $role );
		foreach ( $screens as $hook => $callbacks ) {
			foreach ( $callbacks as $screen ) {
				$output = $this->printed(
					static function () use ( $hook, $screen ): void {
						try {
							$screen();
							self::fail( "$hook was shown." );
						} catch ( Wp_Die_Exception $e ) {
							self::assertSame( 403, $e->getCode(), $hook );
						}
					}
				);
				$this->assertSame( '', $output, $hook );
			}
		}
	}

	public function test_the_menu_leads_no_one_else_there(): void {
		$screens = $this->screens();
		foreach ( $GLOBALS['submenu'] as $parent => $entries ) {
			foreach ( $entries as $entry ) {
				if ( isset( $screens[ get_plugin_page_hookname( $entry[2], (string) $parent ) ] ) ) {
					$this->assertSame( Guard::CAPABILITY, $entry[1], $entry[2] );
				}
			}
		}
	}

	/**
	 * @dataProvider outsiders
	 */
	public function test_outsiders_are_told_nothing( string $role ): void {
		$this->emulator->down( true );
		$this->create_site( 'shop' );
		$this->plugin->error_boundary()->run( $this->fail_loudly( ... ) );
		$this->log_in( $role );
		foreach ( $this->notices() as $notice ) {
			$this->assertSame( '', $this->printed( $notice ) );
		}
		$this->assertArrayNotHasKey( 'closte-sync', apply_filters( 'debug_information', array() ) );
		$this->assertSame( array(), preg_grep( '/closte/', array_keys( ( new \ClosteSync\Diagnosis\Site_Health( $this->plugin, '', '' ) )->add_tests( array() ) ) ) );
	}

	public function test_a_link_works_for_its_own_domain_only(): void {
		$this->create_site( 'one' );
		$this->create_site( 'two' );
		$this->log_in( 'super' );
		$one     = $this->row( $this->sub( 'one' ) );
		$two     = $this->row( $this->sub( 'two' ) );
		$_GET    = array(
			'action'   => Domains_Actions::CHECK,
			'ids'      => (string) $two->id,
			'_wpnonce' => wp_create_nonce( Domains_Actions::nonce_action( array( $one->id ) ) ),
		);
		$_REQUEST = $_GET;

		$this->expectException( Wp_Die_Exception::class );
		( new Domains_Screen( $this->plugin ) )->prepare();
	}

	/**
	 * @dataProvider outsiders
	 */
	public function test_outsiders_get_nothing_by_rest( string $role ): void {
		$this->log_in( $role );
		foreach ( $this->endpoints() as list( $method, $route ) ) {
			$response = rest_do_request( new \WP_REST_Request( $method, $route ) );
			$this->assertContains( $response->get_status(), array( 401, 403 ), "$method $route" );
		}
		$this->assertSame( array(), $this->emulator->journal() );
	}

	public function test_a_super_admin_gets_an_answer_from_every_route(): void {
		$this->log_in( 'super' );
		foreach ( $this->endpoints() as list( $method, $route ) ) {
			if ( 'GET' === $method ) {
				$this->assertSame( 200, rest_do_request( new \WP_REST_Request( $method, $route ) )->get_status(), $route );
			}
		}
	}

	/** Stands for something that goes wrong while the page is about something else. */
	private function fail_loudly(): never {
		throw new \RuntimeException( 'Not for everybody.' );
	}

	/**
	 * What a request may bring, with a nonce under every name.
	 *
	 * @return array<string, mixed>
	 */
	private function fields( string $nonce ): array {
		return array(
			'_ajax_nonce'         => $nonce,
			'_wpnonce'            => $nonce,
			'nonce'               => $nonce,
			'integration'         => 'closte',
			'closte_sync'         => array( 'check_interval' => '10', 'enabled' => '' ),
			'closte_sync_api_key' => 'key-of-a-stranger-0000',
			'notice'              => 'x',
			'ids'                 => '1',
		);
	}

	/**
	 * That a hook ends the request with a refusal and does nothing.
	 *
	 * @param array<string, mixed> $fields What is posted.
	 */
	private function assert_refused( string $hook, array $fields ): void {
		if ( str_starts_with( $hook, 'wp_ajax_' ) ) {
			$answer = $this->call( $hook, $fields );
			$this->assertFalse( $answer['success'], $hook );
			$this->assertSame( array( 'message' ), array_keys( $answer['data'] ), $hook );
			return;
		}
		$this->assertSame( 403, $this->submit( $hook, $fields ), $hook );
	}

	/** What must not have changed. */
	private function state(): string {
		return serialize( $this->wpdb->get_results( "SELECT meta_key, meta_value FROM {$this->wpdb->sitemeta} WHERE meta_key LIKE '%closte%' ORDER BY meta_id", ARRAY_A ) )
			. serialize( get_user_meta( get_current_user_id(), 'closte_sync_dismissed' ) ) . $this->plugin->ledger()->count();
	}

	/**
	 * Callbacks of ours that a page of the network admin calls, and those that run before it, by hook.
	 *
	 * @return array<string, list<callable>>
	 */
	private function screens(): array {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		$user = get_current_user_id();
		wp_set_current_user( $this->create_user( 'super' ) );
		$GLOBALS['submenu'] = array();
		set_current_screen( 'dashboard-network' );
		do_action( 'network_admin_menu', '' );
		do_action( 'admin_menu', '' );
		wp_set_current_user( $user );
		$screens = array();
		foreach ( array_keys( $GLOBALS['_registered_pages'] ) as $page ) {
			foreach ( array( $page, "load-$page" ) as $hook ) {
				$screens[ $hook ] = $this->callbacks( $hook );
			}
		}
		return array_filter( $screens );
	}

	/**
	 * Callbacks of ours that print notices.
	 *
	 * @return list<callable>
	 */
	private function notices(): array {
		return array_merge( ...array_map( $this->callbacks( ... ), array( 'admin_notices', 'network_admin_notices', 'user_admin_notices', 'all_admin_notices', 'admin_footer', 'admin_head', 'in_admin_header', 'wp_dashboard_setup' ) ) );
	}

	/**
	 * Every method of every REST route that leads to code of ours.
	 *
	 * @return list<array{string, string}>
	 */
	private function endpoints(): array {
		$GLOBALS['wp_rest_server'] = null;
		$endpoints                 = array();
		foreach ( rest_get_server()->get_routes() as $route => $handlers ) {
			foreach ( $handlers as $handler ) {
				if ( $this->is_ours( $handler['callback'] ?? null ) || ( str_contains( $route, 'closte' ) && ! str_ends_with( $route, '/v1' ) ) ) {
					$this->assertTrue( is_callable( $handler['permission_callback'] ?? null ), "$route has a permission callback" );
					foreach ( array_keys( array_filter( $handler['methods'] ) ) as $method ) {
						$endpoints[] = array( $method, $route );
					}
				}
			}
		}
		return $endpoints;
	}
}
