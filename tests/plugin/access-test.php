<?php
/**
 * Tests of who may do what.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_Actions;
use ClosteSync\Admin\Domains\Domains_List_Table;
use ClosteSync\Admin\Domains\Domains_Query;
use ClosteSync\Admin\Domains\Domains_Screen;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;

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
		$this->assertSame( array(), $this->hooks( 'wp_ajax_closte_sync_' ) );
		$this->assertGreaterThanOrEqual( 4, count( $this->hooks( 'network_admin_edit_closte-sync-' ) ) );
		$this->assertGreaterThanOrEqual( 4, count( $this->screens() ) );
		$this->assertGreaterThanOrEqual( 10, count( $this->endpoints() ) );
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
		$hook   = 'network_admin_edit_closte-sync-test';
		$action = 'closte-sync-test';
		$this->assertNotSame( array(), $this->callbacks( $hook ) );
		$this->log_in( 'subscriber' );
		$this->assert_refused( $hook, $this->fields( (string) wp_create_nonce( $action ) ) );
		$this->assertSame( 'rest_forbidden', $this->call_rest( 'connection-test' )['code'] );
		$this->log_in( 'super' );
		$this->assert_refused( $hook, $this->fields( '' ) );
		$this->assertSame( array(), $this->emulator->journal() );

		$this->assertSame( 'ok', $this->call_rest( 'connection-test' )['status'] );
		$this->assertCount( 1, $this->emulator->journal() );
	}

	/** WordPress takes who has no nonce of this for nobody, whatever cookies they have. */
	public function test_a_super_admin_without_a_nonce_is_nobody_to_rest(): void {
		$this->log_in( 'super' );
		$GLOBALS['wp_rest_auth_cookie'] = true;

		foreach ( array( null, 'guessed' ) as $nonce ) {
			$user                     = get_current_user_id();
			$_SERVER['HTTP_X_WP_NONCE'] = $nonce;
			$result                   = rest_cookie_check_errors( null );
			$this->assertSame( null === $nonce ? 0 : $user, get_current_user_id() );
			$this->assertSame( null === $nonce, ! is_wp_error( $result ) );
			wp_set_current_user( $user );
		}

		unset( $_SERVER['HTTP_X_WP_NONCE'], $GLOBALS['wp_rest_auth_cookie'] );
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

	public function test_a_button_works_for_its_own_domain_and_action_only(): void {
		$this->log_in( 'super' );
		$one = $this->by_hand( 'one.example' );
		$two = $this->by_hand( 'two.example' );

		$calls = $this->emulator->calls();

		foreach ( $this->buttons() as $button ) {
			list( $action, $id, $nonce ) = explode( ' ', $button );

			foreach ( Domains_Actions::ALL as $other ) {
				foreach ( array( $one, $two ) as $row ) {
					if ( "$other $row->id" !== "$action $id" ) {
						$this->assertSame( 403, $this->asked( array( 'row_action' => "$other $row->id $nonce" ) ), "$button as $other $row->id" );
						$this->assertSame( 403, $this->asked( array( 'action' => $other, 'ids' => (string) $row->id, '_wpnonce' => $nonce, 'confirmed' => '1' ) ), "$button as $other $row->id" );
					}
				}
			}
			$this->assertSame( 403, $this->asked( array( 'action' => 'forget', 'ids' => array( $id ), '_wpnonce' => $nonce ) ) );
		}

		$this->assertSame( $calls, $this->emulator->calls() );
		$this->assertSame( array( 'one.example', 'two.example' ), $this->emulator->domains() );
	}

	public function test_each_button_does_what_it_says(): void {
		$this->log_in( 'super' );
		$row = $this->by_hand( 'one.example' );

		$this->assertSame( array( 'check', 'remove' ), array_map( static fn( string $button ): string => (string) strtok( $button, ' ' ), $this->buttons() ) );
		list( $check, $remove ) = $this->buttons();
		$this->assertSame( 302, $this->asked( array( 'row_action' => $check ) ) );
		$this->assertSame( 200, $this->asked( array( 'row_action' => $remove ) ) );
		$this->assertSame( array( 'one.example' ), $this->emulator->domains() );

		list( , , $nonce ) = explode( ' ', $remove );
		$this->assertSame( 302, $this->asked( array( 'action' => 'remove', 'ids' => (string) $row->id, '_wpnonce' => $nonce, 'confirmed' => '1' ) ) );
		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_what_is_asked_about_is_not_done_with_the_nonce_of_the_bulk_actions(): void {
		$this->log_in( 'super' );
		$row   = $this->by_hand( 'one.example' );
		$nonce = wp_create_nonce( 'bulk-closte-sync-domains' );

		$this->assertSame( 200, $this->asked( array( 'action' => 'remove', 'ids' => array( (string) $row->id ), '_wpnonce' => $nonce, 'confirmed' => '1' ) ) );
		$this->assertSame( 403, $this->asked( array( 'action' => 'remove', 'ids' => (string) $row->id, '_wpnonce' => $nonce, 'confirmed' => '1' ) ) );
		$this->assertSame( array( 'one.example' ), $this->emulator->domains() );
	}

	public function test_an_address_changes_nothing_whatever_nonce_it_brings(): void {
		$this->log_in( 'super' );
		$row    = $this->by_hand( 'one.example' );
		$before = $this->state();
		$calls  = $this->emulator->calls();

		foreach ( Domains_Actions::ALL as $action ) {
			$nonce = wp_create_nonce( Domains_Actions::nonce_action( $action, array( $row->id ) ) );
			$this->assertSame( 403, $this->asked( array(), array( 'action' => $action, 'ids' => (string) $row->id, '_wpnonce' => $nonce, 'confirmed' => '1' ) ) );
			$this->assertSame( 200, $this->asked( array(), array( 'row_action' => "$action $row->id $nonce" ) ) );
		}

		foreach ( array( 'wp_ajax_', 'network_admin_edit_' ) as $prefix ) {
			foreach ( array_diff( $this->hooks( $prefix ), self::OF_OTHERS ) as $hook ) {
				add_filter( 'wp_doing_ajax', 'wp_ajax_' === $prefix ? '__return_true' : '__return_false' );
				$_GET     = $this->fields( (string) wp_create_nonce( substr( $hook, strlen( $prefix ) ) ) );
				$_REQUEST = $_GET;
				$_POST    = array();
				try {
					$this->printed( static fn() => do_action( $hook ) );
					$this->fail( "$hook was carried out." );
				} catch ( Wp_Die_Exception ) {
					remove_all_filters( 'wp_doing_ajax' );
				}
			}
		}

		$this->assertSame( $before, $this->state() );
		$this->assertSame( $calls, $this->emulator->calls() );
	}

	/**
	 * @dataProvider outsiders
	 */
	public function test_outsiders_get_nothing_by_rest( string $role ): void {
		$this->log_in( $role );
		foreach ( $this->endpoints() as list( $method, $route ) ) {
			$response = rest_do_request( $this->request( $method, $route ) );
			$this->assertContains( $response->get_status(), array( 401, 403 ), "$method $route" );
		}
		$this->assertSame( array(), $this->emulator->journal() );
	}

	public function test_a_super_admin_gets_an_answer_from_every_route(): void {
		$this->log_in( 'super' );
		foreach ( $this->endpoints() as list( $method, $route ) ) {
			$answer = rest_do_request( $this->request( $method, $route ) );
			$this->assertContains( $answer->get_status(), array( 200, 201, 404 ), "$method $route" );
			$this->assertStringNotContainsString( $this->env( 'key' ), (string) wp_json_encode( $answer->get_data() ) );
			if ( 'GET' === $method ) {
				$is_of_one = str_contains( $route, '<id>' );
				$this->assertSame( $is_of_one ? 404 : 200, rest_do_request( $this->request( $method, $route ) )->get_status(), $route );
			}
		}
	}

	/**
	 * A request with what the routes need, of a domain that is not there.
	 */
	private function request( string $method, string $route ): \WP_REST_Request {
		$request = new \WP_REST_Request( $method, (string) preg_replace( '/\(\?P<id>[^)]*\)/', '4711', $route ) );
		$params  = array( 'domain' => 'x.example', 'ids' => array( 4711 ) );
		'GET' === $method ? $request->set_query_params( $params ) : $request->set_body_params( $params );

		return $request;
	}

	private function by_hand( string $domain ): Ledger_Row {
		$this->set( array( 'www' => 'never' ) );
		$this->plugin->sync()->domain_added( $domain, 0, Row_Source::MANUAL );

		return $this->row( $domain );
	}

	/**
	 * What the buttons of the Domains screen's rows send.
	 *
	 * @return list<string>
	 */
	private function buttons(): array {
		set_current_screen( Pages::domains_screen_id() );
		$table = new Domains_List_Table( $this->plugin, Domains_Query::from( array() ) );
		$table->prepare_items();
		$html = $this->printed( $table->display( ... ) );
		$this->assertStringNotContainsString( '_wpnonce=', $html );
		preg_match_all( '/<button type="submit" form="closte-sync-row-action" name="row_action" value="([^"]+)"/', $html, $match );

		return $match[1];
	}

	/**
	 * Asks the Domains screen for something.
	 *
	 * @param array<string, mixed> $posted
	 * @param array<string, mixed> $query  Of the address.
	 * @return int 302: it was done; 200: it shows something; else the status of the refusal.
	 */
	private function asked( array $posted, array $query = array() ): int {
		set_current_screen( Pages::domains_screen_id() );
		$_GET     = $query;
		$_POST    = $posted;
		$_REQUEST = array_merge( $query, $posted );
		try {
			( new Domains_Screen( $this->plugin ) )->prepare();

			return 200;
		} catch ( Redirect_Exception ) {
			return 302;
		} catch ( Wp_Die_Exception $e ) {
			return $e->getCode();
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
			. serialize( get_user_meta( get_current_user_id(), 'closte_sync_dismissed' ) ) . $this->plugin->ledger_search()->count();
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
