<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Settings\Permission;

/**
 * Tells admins what keeps the plugin from working at all.
 */
final class Environment_Notice {

	/**
	 * On a single site there is nothing for this plugin to do.
	 */
	public function single_site(): void {
		if ( current_user_can( 'activate_plugins' ) ) {
			$this->show( __( 'Closte Sync works on multisite networks only. This is a single site, whose domain is set at Closte. You can deactivate the plugin.', 'closte-sync' ), 'warning' );
		}
	}

	/**
	 * Another copy of the plugin is active beside this one. It does nothing.
	 *
	 * @param string $file Its main file.
	 */
	public function second_copy( string $file ): void {
		$text = sprintf(
			/* translators: 1: folder of the copy that works, 2: folder of the copy that does nothing */
			__( 'Closte Sync is active twice. The copy in %1$s works, the copy in %2$s does nothing. Deactivate and delete the second one. Nothing is lost.', 'closte-sync' ),
			plugin_basename( dirname( CLOSTE_SYNC_FILE ) ),
			plugin_basename( dirname( $file ) )
		);

		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			\WP_CLI::warning( $text );
		}

		foreach ( array( 'network_admin_notices', 'admin_notices' ) as $hook ) {
			add_action( $hook, fn() => current_user_can( 'manage_network_plugins' ) && $this->show( $text, 'warning' ) );
		}
	}

	/**
	 * Something failed while the page was about something else: says so to network admins on this very page, and on a
	 * terminal.
	 *
	 * @param bool $is_kept Whether the network screens show it anyway.
	 */
	public function error( string $message, bool $is_kept ): void {
		$text = self::sentence( $message );

		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			\WP_CLI::warning( $text );
		}

		$show = fn() => Permission::allows() && $this->show( $text, 'error' );

		if ( ! $is_kept ) {
			add_action( 'network_admin_notices', $show );
		}

		add_action( 'admin_notices', $show );
	}

	public static function sentence( string $message ): string {
		return sprintf(
			/* translators: %s: error message */
			__( 'Closte Sync could not finish, and may have missed a changed domain: %s. Once this is solved, the daily comparison finds and sends what is missing. To send it now, run "wp closte sync".', 'closte-sync' ),
			rtrim( $message, '.' )
		);
	}

	private function show( string $message, string $type ): void {
		printf( '<div class="notice notice-%s"><p>%s</p></div>', esc_attr( $type ), esc_html( $message ) );
	}
}
