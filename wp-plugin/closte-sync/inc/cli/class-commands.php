<?php
/**
 * The commands of WP-CLI.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Plugin;

/**
 * Adds `wp closte` and what is below it.
 */
final class Commands {

	/**
	 * Takes the plugin that the commands work with.
	 *
	 * @param Plugin $plugin The plugin.
	 */
	public function __construct( private readonly Plugin $plugin ) {}

	/**
	 * Adds the commands. Called only where WP-CLI runs.
	 */
	public function register(): void {
		\WP_CLI::add_command( 'closte', new Closte_Command( $this->plugin ) );
		\WP_CLI::add_command( 'closte domain', new Domain_Command( $this->plugin ) );
		\WP_CLI::add_command( 'closte sync', new Sync_Command( $this->plugin ) );
		\WP_CLI::add_command( 'closte run', new Run_Command( $this->plugin ) );
	}
}
