<?php
/**
 * Answers a proof by the name of a domain that WordPress does not know yet.
 *
 * WordPress sends a request by an unknown name away before it loads any plugin, and Ultimate Multisite keeps a mapped
 * domain unknown until its checks are passed: behind a proxy, they pass by this proof. So this request is one of the main
 * site, whatever its name. It answers today's token, and nothing else.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

// phpcs:disable WordPress.Security.NonceVerification.Recommended, WordPress.Security.ValidatedSanitizedInput -- whoever knows the token may ask, and it is only compared.
$closte_sync_token = is_string( $_GET['token'] ?? null ) ? $_GET['token'] : '';

// Not __DIR__: the plugin's folder may be a link to another place.
$closte_sync_load = dirname( (string) ( $_SERVER['SCRIPT_FILENAME'] ?? '' ), 4 ) . '/wp-load.php';
// phpcs:enable

if ( ! defined( 'ABSPATH' ) && 1 === preg_match( '/^[A-Za-z0-9]+$/D', $closte_sync_token ) && is_file( $closte_sync_load ) ) {
	$_SERVER['REQUEST_URI'] = '/.well-known/closte-sync/' . $closte_sync_token;

	// Hooks that are there before WordPress is: see WP_Hook::build_preinitialized_hooks().
	$GLOBALS['wp_filter']['pre_get_site_by_path'][0][] = array(
		'function'      => static fn(): ?WP_Site => get_site( defined( 'BLOG_ID_CURRENT_SITE' ) ? BLOG_ID_CURRENT_SITE : 1 ),
		'accepted_args' => 0,
	);

	// The plugin answers and ends the request. If it is not active, nobody does.
	require $closte_sync_load;
}

http_response_code( 404 );
