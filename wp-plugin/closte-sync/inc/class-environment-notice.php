<?php
/**
 * Notices about what the plugin runs in.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

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
	 * Something failed while the page was about something else.
	 */
	public function trouble( \Throwable $e ): void {
		// The log is for who runs the server; exceptions of the extension never hold the key.
		error_log( sprintf( 'closte-sync: %s in %s:%d', wp_strip_all_tags( $e->getMessage() ), $e->getFile(), $e->getLine() ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log

		$show = function () use ( $e ): void {
			if ( current_user_can( 'manage_network_options' ) ) {
				$this->show(
					sprintf(
						/* translators: %s: error message */
						__( 'Closte Sync could not record a change of domains: %s. Once this is solved, "wp closte sync" sends what is missing; it is also looked for once a day.', 'closte-sync' ),
						rtrim( $e->getMessage(), '.' )
					),
					'error'
				);
			}
		};

		add_action( 'network_admin_notices', $show );
		add_action( 'admin_notices', $show );
	}

	private function show( string $message, string $type ): void {
		printf( '<div class="notice notice-%s"><p>%s</p></div>', esc_attr( $type ), esc_html( $message ) );
	}
}
