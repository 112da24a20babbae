<?php
/**
 * Helpers of the tests of the key, in a process of a WordPress that has no key in wp-config.php.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests\Keyless;

use ClosteSync\Admin\Notices;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Settings\Key_Actions;
use ClosteSync\Admin\Settings\Settings_Screen;
use ClosteSync\Container;

define( 'WP_NETWORK_ADMIN', true );
define( 'WP_ADMIN', true );
require_once ABSPATH . 'wp-admin/includes/admin.php';
wp_set_current_user( 1 );

/** The plugin's objects. */
function plugin(): Container {
	static $plugin;
	return $plugin ??= new Container( $GLOBALS['wpdb'] );
}

/** Submits one of the key's forms as the network admin, and what is said on the screen after it. */
function submit( string $action, #[\SensitiveParameter] mixed $key = null ): string {
	$_POST    = wp_slash( array_filter( array( 'closte_sync_api_key' => $key ), static fn( mixed $value ): bool => null !== $value ) ) + array( '_wpnonce' => wp_create_nonce( $action ) );
	$_REQUEST = $_POST;
	add_filter(
		'wp_redirect',
		static function ( string $url ): never {
			throw new \UnexpectedValueException( $url );
		}
	);
	( new Key_Actions( plugin() ) )->register();
	try {
		do_action( "network_admin_edit_$action" );
	} catch ( \UnexpectedValueException $e ) {
		return screen() . "\n" . $e->getMessage();
	} finally {
		remove_all_filters( 'wp_redirect' );
		remove_all_actions( "network_admin_edit_$action" );
	}
}

/** The settings screen with its notices. */
function screen(): string {
	set_current_screen( Pages::settings_screen_id() );
	$screen = new Settings_Screen( plugin() );
	$screen->prepare();
	ob_start();
	( new Notices( plugin() ) )->show();
	$screen->show();
	return (string) ob_get_clean();
}

/** What Site Health says, both its tabs. */
function site_health(): string {
	$health = new \ClosteSync\Diagnosis\Site_Health( plugin(), '', '' );
	$tests  = $health->add_tests( array() )['direct'];
	return print_r( array( $health->add_information( array() ), array_map( static fn( array $test ): array => $test['test'](), $tests ), $health->test_connection() ), true );
}
