<?php
/**
 * Looks over the plugin's shoulder: put into wp-content/mu-plugins by the tests.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

add_action(
	'plugins_loaded',
	static function (): void {
		// A page that visitors see waits for this: the plugin is loaded.
		wp_get_schedules();
		$GLOBALS['secrets_test_plugin'] = ( new ReflectionFunction( current( $GLOBALS['wp_filter']['closte_sync_run']->callbacks[10] )['function'] ) )->getClosureThis();
	},
	-1
);

// What another plugin sees that hears of domains and writes it all down.
foreach ( array( 'closte_sync_domain_added', 'closte_sync_domain_advanced', 'closte_sync_domain_removed', 'closte_sync_domain_failed', 'closte_sync_lifecycle_options' ) as $secrets_test_hook ) {
	add_filter(
		$secrets_test_hook,
		static function ( mixed ...$arguments ) use ( $secrets_test_hook ): mixed {
			$trace = new RuntimeException( $secrets_test_hook );
			$said  = (string) $trace;
			foreach ( array( $arguments, ...array_column( $trace->getTrace(), 'args' ) ) as $values ) {
				foreach ( $values as $value ) {
					// Our plugin as a whole, and WordPress with it, would be too much: dumps.php has it once.
					$said .= "\n" . ( is_array( $value ) || $value instanceof Closure || ( is_object( $value ) && ! preg_match( '/^Closte(Sync)?\\\\(\w+\\\\)?(Client|Lifecycle|Api_Key|Ledger_Row)$/', $value::class ) ) ? get_debug_type( $value ) : print_r( $value, true ) );
				}
			}
			error_log( $said );
			return $arguments[0] ?? null;
		},
		10,
		9
	);
}
