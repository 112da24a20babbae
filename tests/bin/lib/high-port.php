<?php
/**
 * Lets a network whose domains carry no port be served on a high one.
 *
 * WordPress looks a site up by its Host header, port and all, and a domain with a port is none that anybody could
 * map. So the port is taken off while WordPress finds the site, and put back on every address that it writes.
 * Loaded from wp-config.php, before WordPress: hooks are set the way WP_Hook::build_preinitialized_hooks() reads them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

if ( isset( $_SERVER['HTTP_HOST'] ) ) {
	$_SERVER['HTTP_HOST'] = preg_replace( '/:\d+$/', '', $_SERVER['HTTP_HOST'] );
}

$closte_env_hook = static function ( string $hook, callable $callback ): void {
	$GLOBALS['wp_filter'][ $hook ][1][] = array(
		'function'      => $callback,
		'accepted_args' => 1,
	);
};

$closte_env_add_port = static function ( mixed $url ): mixed {
	return is_string( $url ) ? preg_replace( '#^(http://[^/:?\#]+)(?=[/?\#]|$)#', '$1:' . CLOSTE_ENV_PORT, $url ) : $url;
};

foreach ( array( 'option_home', 'option_siteurl', 'network_site_url', 'network_home_url' ) as $closte_env_name ) {
	$closte_env_hook( $closte_env_name, $closte_env_add_port );
}

$closte_env_hook(
	'muplugins_loaded',
	static function (): void {
		if ( isset( $_SERVER['HTTP_HOST'] ) && 'cli' !== PHP_SAPI ) {
			$_SERVER['HTTP_HOST'] .= ':' . CLOSTE_ENV_PORT;
		}
	}
);

unset( $closte_env_hook, $closte_env_add_port, $closte_env_name );
