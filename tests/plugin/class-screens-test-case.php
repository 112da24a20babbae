<?php
/**
 * What the tests of screens, AJAX and routes share.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Admin;

require_once __DIR__ . '/class-plugin-test-case.php';

/** The hooks of an admin request are there, and answers are caught. */
abstract class Screens_Test_Case extends Plugin_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		// As in the requests in which WordPress loads them: what the plugin adds there is there, also what comes later.
		$admin = new Admin( $this->plugin );
		add_filter( 'wp_doing_ajax', '__return_true' );
		$admin->register();
		remove_filter( 'wp_doing_ajax', '__return_true' );
		set_current_screen( 'dashboard-network' );
		$admin->register();
		unset( $GLOBALS['current_screen'] );
	}

	/**
	 * Roles that may not manage the network.
	 *
	 * @return array<string, array{string}>
	 */
	public static function outsiders(): array {
		return array(
			'a visitor'    => array( '' ),
			'a subscriber' => array( 'subscriber' ),
			'an author'    => array( 'author' ),
			'a site admin' => array( 'administrator' ),
		);
	}

	/**
	 * Goes on as a new user of this role.
	 *
	 * @param string $role A role, `super`, or '' for a visitor.
	 */
	protected function log_in( string $role ): void {
		wp_set_current_user( '' === $role ? 0 : $this->create_user( $role ) );
	}

	/**
	 * Calls the REST API as the scripts of the screens do.
	 *
	 * @param array<string, mixed> $data
	 * @return array<string, mixed> The answer, or the error.
	 */
	protected function call_rest( string $route, array $data = array() ): array {
		$GLOBALS['wp_rest_server'] = null;

		$request = new \WP_REST_Request( 'POST', "/closte-sync/v1/$route" );
		$request->set_body_params( $data );
		$answer = rest_do_request( $request )->get_data();

		$GLOBALS['wp_rest_server'] = null;
		unset( $GLOBALS['current_screen'] );

		return $answer;
	}

	/**
	 * Makes an AJAX call. The HTTP status cannot be seen from within; the tests in the browser do.
	 *
	 * @param string                $hook   Name of the hook, `wp_ajax_…`.
	 * @param array<string, string> $fields What is posted.
	 * @return array{success: bool, data: mixed}
	 */
	protected function call( string $hook, array $fields ): array {
		add_filter( 'wp_doing_ajax', '__return_true' );
		$_POST        = wp_slash( $fields );
		$_REQUEST     = $_POST;
		ob_start();
		try {
			do_action( $hook );
			self::fail( "$hook did not answer" );
		} catch ( Wp_Die_Exception ) {
			return json_decode( (string) ob_get_contents(), true );
		} finally {
			ob_end_clean();
			remove_filter( 'wp_doing_ajax', '__return_true' );
		}
	}

	/**
	 * Submits a form.
	 *
	 * @param string               $hook   Name of the hook, `network_admin_edit_…`.
	 * @param array<string, mixed> $fields What is posted.
	 * @return int 302, or the status of the refusal.
	 */
	protected function submit( string $hook, array $fields ): int {
		$_POST    = wp_slash( $fields );
		$_REQUEST = $_POST;
		try {
			do_action( $hook );
		} catch ( Redirect_Exception ) {
			return 302;
		} catch ( Wp_Die_Exception $e ) {
			return $e->getCode();
		}
		self::fail( "$hook did not answer" );
	}

	/**
	 * The names of all hooks that begin so and that code of ours listens to, whatever they are called: also of one that
	 * is added later.
	 *
	 * @param string $prefix How they begin.
	 * @return list<string>
	 */
	protected function hooks( string $prefix ): array {
		return array_values(
			array_filter(
				array_map( 'strval', array_keys( $GLOBALS['wp_filter'] ) ),
				fn( string $hook ): bool => str_starts_with( $hook, $prefix ) && array() !== $this->callbacks( $hook )
			)
		);
	}

	/**
	 * The callbacks of a hook that are code of ours.
	 *
	 * @param string $hook Name of the hook.
	 * @return list<callable>
	 */
	protected function callbacks( string $hook ): array {
		$all = array_merge( ...array_values( ( $GLOBALS['wp_filter'][ $hook ] ?? null )?->callbacks ?? array() ) );

		return array_values( array_filter( array_column( $all, 'function' ), $this->is_ours( ... ) ) );
	}

	/**
	 * Whether a callback is code of the plugin.
	 *
	 * @param mixed $callback Anything.
	 */
	protected function is_ours( mixed $callback ): bool {
		if ( ! is_callable( $callback ) ) {
			return false;
		}
		$code = ( new \ReflectionFunction( \Closure::fromCallable( $callback ) ) )->getFileName();
		return is_string( $code ) && str_starts_with( $code, (string) realpath( dirname( __DIR__, 2 ) . '/wp-plugin' ) );
	}

	/**
	 * What something prints.
	 *
	 * @param callable(): mixed $show What prints.
	 */
	protected function printed( callable $show ): string {
		ob_start();
		try {
			$show();
			return (string) ob_get_contents();
		} finally {
			ob_end_clean();
		}
	}
}
