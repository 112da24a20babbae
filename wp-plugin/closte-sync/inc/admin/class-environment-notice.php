<?php
/**
 * Notices about what the plugin runs in.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Sync\Last_Error;
use ClosteSync\Text\Plain_Text;

/**
 * Tells admins what keeps the plugin from working at all.
 */
final class Environment_Notice {

	/**
	 * On a single site there is nothing for this plugin to do.
	 */
	public function single_site(): void {
		if ( current_user_can( 'activate_plugins' ) ) {
			$this->show( __( 'Closte Sync works on a WordPress multisite network only. This is a single site, whose domain is set in Closte itself: you can deactivate the plugin.', 'closte-sync' ), 'warning' );
		}
	}

	/**
	 * Something failed while the page was about something else: it is logged, kept for the network's admins, and said at
	 * once to who sees it on this very page or on a terminal.
	 */
	public function report( \Throwable $e, Last_Error $last_error ): void {
		// The log is for who runs the server; exceptions of the extension never hold the key.
		error_log( sprintf( 'closte-sync: %s in %s:%d', Plain_Text::of( wp_strip_all_tags( $e->getMessage() ) ), $e->getFile(), $e->getLine() ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log

		$text = self::sentence( $e->getMessage() );

		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			\WP_CLI::warning( $text );
		}

		$show = fn() => current_user_can( 'manage_network_options' ) && $this->show( $text, 'error' );

		if ( ! $last_error->remember( $e->getMessage() ) ) {
			add_action( 'network_admin_notices', $show );
		}

		add_action( 'admin_notices', $show );
	}

	/**
	 * @param string $message What failed.
	 */
	public static function sentence( string $message ): string {
		return sprintf(
			/* translators: %s: error message */
			__( 'Closte Sync could not finish what it was doing, and may have missed a change of domains: %s. Once this is solved, "wp closte sync" sends what is missing; it is also looked for once a day.', 'closte-sync' ),
			rtrim( $message, '.' )
		);
	}

	private function show( string $message, string $type ): void {
		printf( '<div class="notice notice-%s"><p>%s</p></div>', esc_attr( $type ), esc_html( $message ) );
	}
}
