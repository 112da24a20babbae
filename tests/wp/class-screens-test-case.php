<?php
/**
 * What the tests of screens, AJAX and routes share.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Admin;
use ClosteSync\Admin\Ajax;
use ClosteSync\Admin\Key_Actions;
use ClosteSync\Admin\Settings_Actions;

require_once __DIR__ . '/class-plugin-test-case.php';

/** The hooks of an admin request are there, and answers are caught. */
abstract class Screens_Test_Case extends Plugin_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		( new Ajax( $this->plugin ) )->register();
		( new Settings_Actions( $this->plugin ) )->register();
		( new Key_Actions( $this->plugin ) )->register();
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
	 * The names of all hooks of ours that begin so: also of one that is added later.
	 *
	 * @param string $prefix How they begin.
	 * @return non-empty-list<string>
	 */
	protected function hooks( string $prefix ): array {
		$hooks = array_values( array_filter( array_keys( $GLOBALS['wp_filter'] ), static fn( string $hook ): bool => str_starts_with( $hook, $prefix ) ) );
		self::assertNotEmpty( $hooks );
		return $hooks;
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
