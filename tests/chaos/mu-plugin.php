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
		$GLOBALS['closte_chaos_plugin'] = ( new ReflectionFunction( current( $GLOBALS['wp_filter']['closte_sync_run']->callbacks[10] )['function'] ) )->getClosureThis();
	},
	-1
);
// Nothing answers there: DNS is unknown, at once.
add_filter(
	'closte_sync_lifecycle_options',
	static fn( array $options ): array => array(
		'targets'       => array( '127.0.0.1' ),
		'resolvers'     => array( '127.0.0.1:9' ),
		'authoritative' => false,
	) + $options
);

if ( 'ultimate-multisite' === getenv( 'CLOSTE_CHAOS_MAPPER' ) ) {
	require_once getenv( 'CLOSTE_CHAOS_DOUBLES' ) . '/ultimate-multisite/load.php';
	( new \WP_Ultimo\Managers\Domain_Manager() )->init();
}
if ( 'mercator' === getenv( 'CLOSTE_CHAOS_MAPPER' ) ) {
	require_once getenv( 'CLOSTE_CHAOS_DOUBLES' ) . '/mercator/class-mapping.php';
}
