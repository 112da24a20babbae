<?php
/**
 * Loaded into each WordPress of the chaos suite as a must-use plugin: the double of a domain mapping plugin, and probes
 * that ask nobody outside.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

add_action(
	'plugins_loaded',
	static function (): void {
		if ( ! isset( $GLOBALS['wp_filter']['closte_sync_run'] ) ) {
			// Not active just now.
			$GLOBALS['closte_chaos_plugin'] = null;
			return;
		}
		// A page that visitors see waits for this: the plugin is loaded.
		wp_get_schedules();
		$GLOBALS['closte_chaos_plugin'] = ( new ReflectionFunction( current( $GLOBALS['wp_filter']['closte_sync_run']->callbacks[10] )['function'] ) )->getClosureThis();
	},
	-1
);
// Domains point here, if DNS has them, and nothing answers: there is no certificate, at once.
add_filter(
	'closte_sync_lifecycle_options',
	static fn( array $options ): array => array(
		'targets'       => array( '127.0.0.1' ),
		'resolvers'     => array( (string) getenv( 'CLOSTE_CHAOS_RESOLVER' ) ),
		'authoritative' => false,
		'tls_port'      => 9,
		'http_port'     => 9,
	) + $options
);

if ( 'ultimate-multisite' === getenv( 'CLOSTE_CHAOS_MAPPER' ) ) {
	require_once getenv( 'CLOSTE_CHAOS_DOUBLES' ) . '/ultimate-multisite/load.php';
	( new \WP_Ultimo\Managers\Domain_Manager() )->init();
}
if ( 'mercator' === getenv( 'CLOSTE_CHAOS_MAPPER' ) ) {
	require_once getenv( 'CLOSTE_CHAOS_DOUBLES' ) . '/mercator/class-mapping.php';
}
