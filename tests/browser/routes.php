<?php
/**
 * Names what a request can name and code of ours answers: run by WP-CLI in the shape of the request in question.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

$closte_code    = (string) realpath( dirname( __DIR__, 2 ) . '/wp-plugin' );
$closte_is_ours = static fn( mixed $callback ): bool => is_callable( $callback )
	&& str_starts_with( (string) ( new ReflectionFunction( Closure::fromCallable( $callback ) ) )->getFileName(), $closte_code );
$closte_routes  = array();
foreach ( array( 'wp_ajax_', 'network_admin_edit_', 'admin_post_', 'admin_action_' ) as $closte_prefix ) {
	$closte_routes[ $closte_prefix ] = array();
	foreach ( $GLOBALS['wp_filter'] as $closte_hook => $closte_callbacks ) {
		if ( str_starts_with( (string) $closte_hook, $closte_prefix ) && array_filter( array_column( array_merge( ...array_values( $closte_callbacks->callbacks ) ), 'function' ), $closte_is_ours ) ) {
			$closte_routes[ $closte_prefix ][] = substr( (string) $closte_hook, strlen( $closte_prefix ) );
		}
	}
}
$closte_routes['rest'] = array();
foreach ( rest_get_server()->get_routes() as $closte_route => $closte_handlers ) {
	if ( array_filter( array_column( $closte_handlers, 'callback' ), $closte_is_ours ) ) {
		$closte_routes['rest'][ $closte_route ] = array_keys( array_merge( ...array_column( $closte_handlers, 'methods' ) ) );
	}
}
echo wp_json_encode( $closte_routes );
