<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

/**
 * Finds further copies of the plugin, such as `closte-sync-1` beside `closte-sync`. They share the tables and the options.
 */
final class Plugin_Copies {

	private const NAME = 'Closte Sync';

	/**
	 * @param string $file   The main file of the copy that asks.
	 * @param string $plugin How WordPress calls the copy that it uninstalls now, such as `closte-sync/closte-sync.php`. Of
	 *                       several that it uninstalls in one request, the first one.
	 */
	public function __construct( private readonly string $file, private readonly string $plugin ) {}

	/**
	 * @return list<string> The main files of all others on this installation, active or not.
	 */
	public function others(): array {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';

		// One that is loaded may be anywhere; it may also have been deleted since.
		$others = defined( 'CLOSTE_SYNC_FILE' ) && ! $this->is_own( CLOSTE_SYNC_FILE ) ? array( CLOSTE_SYNC_FILE ) : array();

		foreach ( get_plugins() as $plugin => $data ) {
			$file = WP_PLUGIN_DIR . "/$plugin";

			if ( self::NAME === $data['Name'] && ( ! $this->is_own( $file ) || $this->has_another_name( (string) $plugin ) ) ) {
				$others[] = $file;
			}
		}

		return array_values( array_filter( $others, is_file( ... ) ) );
	}

	private function is_own( string $file ): bool {
		return realpath( $file ) === realpath( $this->file );
	}

	/**
	 * Two folders may be links to the same one.
	 */
	private function has_another_name( string $plugin ): bool {
		return $plugin !== $this->plugin && $this->is_own( WP_PLUGIN_DIR . "/$this->plugin" );
	}
}
