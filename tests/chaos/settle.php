<?php
/**
 * After a seed: lets what is due run until nothing waits for Closte, or compares and prunes, or says what comparing
 * would do.
 *
 * usage: settle.php run|prune|plan|living
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

require __DIR__ . '/load.php';

$plugin = $GLOBALS['closte_chaos_plugin'];
$wpdb   = $GLOBALS['wpdb'];
$table  = $wpdb->base_prefix . 'closte_sync_domains';

/** A day and more goes by: leases of those that died end, and what waits is due. */
$run = static function () use ( $plugin, $wpdb, $table ): void {
	$wpdb->query( "UPDATE $table SET next_check_at = next_check_at - 100000, lease_until = lease_until - 100000" );
	delete_network_option( 1, 'closte_sync_unreachable' );
	$plugin->forget();
	wp_cache_flush();
	if ( (int) wp_next_scheduled( 'closte_sync_reconcile' ) <= time() ) {
		// Not the daily one, which is an hour away at least: one that an event asked for.
		wp_clear_scheduled_hook( 'closte_sync_reconcile' );
		do_action( 'closte_sync_reconcile' );
	}
	do_action( 'closte_sync_run' );
};

switch ( $argv[1] ) {
	case 'living':
		function_exists( 'closte_double_install_ultimate_multisite' ) && closte_double_install_ultimate_multisite();
		class_exists( 'Mercator\\Mapping', false ) && \Mercator\Mapping::install();
		foreach ( Names::LIVING as $domain ) {
			wp_insert_site(
				array(
					'domain'     => $domain,
					'path'       => '/',
					'network_id' => 1,
					'user_id'    => 1,
				)
			);
		}
		break;

	case 'run':
		$waiting = "SELECT COUNT(*) FROM $table WHERE next_call <> '' OR needs_confirmation = 1 OR lease_owner <> '' OR error_kind <> ''";
		for ( $round = 1; $round <= 10; $round++ ) {
			$run();
			if ( '0' === $wpdb->get_var( $waiting ) ) {
				exit( 0 );
			}
		}
		fwrite( STDERR, "These rows wait still after $round runs:\n" );
		foreach ( $wpdb->get_results( str_replace( 'COUNT(*)', 'domain, wanted, stage, needs_confirmation, lease_owner, may_have_landed, error_kind, error_message', $waiting ), ARRAY_A ) as $row ) {
			fwrite( STDERR, '  ' . json_encode( $row, JSON_UNESCAPED_SLASHES ) . "\n" );
		}
		exit( 1 );

	case 'prune':
		do_action( 'closte_sync_reconcile' );
		$plugin->forget();
		$reconciler = $plugin->reconciler();
		$reconciler->apply( $reconciler->plan( prune: true, force: true ) );
		$run();
		break;

	case 'plan':
		$plan = $plugin->reconciler()->plan( prune: true, force: true );
		echo json_encode( array( 'add' => $plan->add, 'remove' => $plan->remove ) );
		break;
}
