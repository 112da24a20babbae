<?php
/**
 * Tests of who may do what.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains_Actions;
use ClosteSync\Admin\Domains_Screen;
use ClosteSync\Admin\Log_Screen;
use ClosteSync\Admin\Settings_Screen;
use ClosteSync\Site_Health;

require_once __DIR__ . '/class-screens-test-case.php';

/** Walks every screen, AJAX call, form and route that is registered, as each kind of user. */
final class Access_Test extends Screens_Test_Case {

	/**
	 * @dataProvider outsiders
	 */
	public function test_outsiders_get_nothing_by_ajax( string $role ): void {
		$this->log_in( $role );
		foreach ( $this->hooks( 'wp_ajax_closte_sync_' ) as $hook ) {
			$nonce = wp_create_nonce( substr( $hook, strlen( 'wp_ajax_' ) ) );
			foreach ( array( '', 'guessed', $nonce ) as $tried ) {
				$answer = $this->call( $hook, array( '_ajax_nonce' => $tried ) );
				self::assertFalse( $answer['success'], $hook );
				self::assertSame( array( 'message' ), array_keys( $answer['data'] ), $hook );
			}
		}
		self::assertSame( array(), $this->emulator->journal() );
	}

	public function test_ajax_calls_need_their_own_nonce(): void {
		$this->log_in( 'super' );
		$hooks = $this->hooks( 'wp_ajax_closte_sync_' );
		foreach ( $hooks as $hook ) {
			foreach ( array( '', 'guessed', wp_create_nonce( 'closte_sync' ), wp_create_nonce( substr( $hooks[0] === $hook ? $hooks[1] : $hooks[0], strlen( 'wp_ajax_' ) ) ) ) as $wrong ) {
				self::assertFalse( $this->call( $hook, array( '_ajax_nonce' => $wrong ) )['success'], $hook );
			}
		}
		self::assertSame( array(), $this->emulator->journal() );
	}

	public function test_a_super_admin_gets_an_answer_to_every_ajax_call(): void {
		$this->log_in( 'super' );
		foreach ( $this->hooks( 'wp_ajax_closte_sync_' ) as $hook ) {
			$answer = $this->call( $hook, array( '_ajax_nonce' => wp_create_nonce( substr( $hook, strlen( 'wp_ajax_' ) ) ) ) );
			self::assertTrue( $answer['success'], $hook );
			self::assertStringNotContainsString( $this->env( 'key' ), (string) wp_json_encode( $answer ) );
		}
	}

	public function test_nothing_is_offered_to_visitors(): void {
		foreach ( array_keys( $GLOBALS['wp_filter'] ) as $hook ) {
			self::assertDoesNotMatchRegularExpression( '/^(wp_ajax_nopriv_|admin_post_(nopriv_)?)closte/', (string) $hook );
		}
	}

	/**
	 * @dataProvider outsiders
	 */
	public function test_outsiders_submit_no_form( string $role ): void {
		$this->log_in( $role );
		foreach ( $this->hooks( 'network_admin_edit_closte-sync' ) as $hook ) {
			$action = substr( $hook, strlen( 'network_admin_edit_' ) );
			$status = $this->submit(
				$hook,
				array(
					'_wpnonce'    => wp_create_nonce( $action ),
					'closte_sync' => array( 'check_interval' => '10' ),
				)
			);
			self::assertSame( 403, $status, $hook );
		}
		self::assertSame( array(), $this->emulator->journal() );
		self::assertSame( 300, \ClosteSync\Settings::load()->check_interval );
	}

	public function test_forms_need_their_own_nonce(): void {
		$this->log_in( 'super' );
		foreach ( $this->hooks( 'network_admin_edit_closte-sync' ) as $hook ) {
			foreach ( array( '', 'guessed', wp_create_nonce( 'closte-sync' ) ) as $wrong ) {
				self::assertSame( 403, $this->submit( $hook, array( '_wpnonce' => $wrong ) ), $hook );
			}
			$action = substr( $hook, strlen( 'network_admin_edit_' ) );
			self::assertSame( 302, $this->submit( $hook, array( '_wpnonce' => wp_create_nonce( $action ) ) ), $hook );
		}
	}

	/**
	 * @dataProvider outsiders
	 */
	public function test_outsiders_see_no_screen( string $role ): void {
		$this->log_in( $role );
		$screens = array(
			array( new Settings_Screen( $this->plugin ), 'show' ),
			array( new Domains_Screen( $this->plugin ), 'show' ),
			array( new Domains_Screen( $this->plugin ), 'prepare' ),
			array( new Log_Screen( $this->plugin ), 'show' ),
			array( new Log_Screen( $this->plugin ), 'prepare' ),
		);
		foreach ( $screens as $screen ) {
			$output = $this->printed(
				static function () use ( $screen ): void {
					try {
						$screen();
						self::fail( 'It was shown.' );
					} catch ( Wp_Die_Exception $e ) {
						self::assertSame( 403, $e->getCode() );
					}
				}
			);
			self::assertSame( '', $output );
		}
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
		foreach ( $this->routes() as $route ) {
			$response = rest_do_request( new \WP_REST_Request( 'GET', $route ) );
			self::assertContains( $response->get_status(), array( 401, 403 ), $route );
		}
		self::assertSame( array(), $this->emulator->journal() );
	}

	public function test_a_super_admin_gets_an_answer_from_every_route(): void {
		$this->log_in( 'super' );
		foreach ( $this->routes() as $route ) {
			self::assertSame( 200, rest_do_request( new \WP_REST_Request( 'GET', $route ) )->get_status(), $route );
		}
	}

	/**
	 * Every route of ours.
	 *
	 * @return non-empty-list<string>
	 */
	private function routes(): array {
		$GLOBALS['wp_rest_server'] = null;
		$routes                    = array_values(
			array_filter( array_keys( rest_get_server()->get_routes() ), static fn( string $route ): bool => str_contains( $route, 'closte-sync/v1/' ) )
		);
		self::assertNotEmpty( $routes );
		return $routes;
	}
}
