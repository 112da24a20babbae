<?php
/**
 * Loads the WordPress network that tests/bin/phpunit made, with the plugin active, into this process.
 *
 * PHPUnit includes this file from a method, so the variables that WordPress takes for global are declared.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

global $wp, $wpdb, $wp_query, $wp_rewrite, $wp_version, $wp_filter, $wp_object_cache, $table_prefix, $current_site,
	$current_blog, $blog_id, $site_id, $domain, $path, $public, $switched, $wp_roles, $wp_locale, $pagenow;

$closte_env_file = getenv( 'CLOSTE_ENV' );
if ( false === $closte_env_file ) {
	fwrite( STDERR, "Run these tests with tests/bin/phpunit, which makes a WordPress network for them.\n" );
	exit( 1 );
}
$closte_env = json_decode( file_get_contents( $closte_env_file ), true, 16, JSON_THROW_ON_ERROR );

$_SERVER['HTTP_HOST']       = $closte_env['domain'];
$_SERVER['SERVER_NAME']     = $closte_env['domain'];
$_SERVER['SERVER_PROTOCOL'] = 'HTTP/1.1';
$_SERVER['REQUEST_METHOD']  = 'GET';
$_SERVER['REQUEST_URI']     = '/';
$_SERVER['REMOTE_ADDR']     = '127.0.0.1';
$PHP_SELF                   = '/index.php';
$_SERVER['PHP_SELF']        = $PHP_SELF;

require_once $closte_env['wordpress'] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';

require_once dirname( __DIR__ ) . '/support/class-emulator.php';
require_once __DIR__ . '/class-wp-die-exception.php';
require_once __DIR__ . '/class-redirect-exception.php';
require_once __DIR__ . '/class-network-snapshot.php';
require_once dirname( __DIR__ ) . '/support/class-process.php';
require_once dirname( __DIR__ ) . '/support/class-ledger-writes.php';
require_once __DIR__ . '/class-test-case.php';

\ClosteSync\Tests\Test_Case::prepare( $closte_env );
