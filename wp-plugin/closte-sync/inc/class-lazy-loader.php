<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

defined( 'ABSPATH' ) || exit;

/**
 * Loads {@see Plugin} on the pages that visitors see only when one of the hooks fires that it listens to there. If none does,
 * the page loads no other file of this plugin.
 */
final class Lazy_Loader {

	/** What {@see Plugin::boot()} listens to on such a page, and others fire: a hook that is missing here is never heard. */
	private const HOOKS = array(
		'add_site_option_closte_sync_key',
		'add_site_option_closte_sync_settings',
		'add_site_option_wu_host_integrations_enabled',
		'action_scheduler_after_process_queue',
		'admin_init',
		'closte_sync_reconcile',
		'closte_sync_run',
		'closte_sync_second_copy',
		'cron_schedules',
		'deactivated_plugin',
		'delete_site_option_closte_sync_key',
		'mercator.mapping.created',
		'mercator.mapping.deleted',
		'mercator.mapping.updated',
		'pre_site_option_closte_sync_counts',
		'pre_site_option_closte_sync_db_version',
		'pre_site_option_closte_sync_extension_seen',
		'pre_site_option_closte_sync_identity',
		'pre_site_option_closte_sync_key',
		'pre_site_option_closte_sync_keys_seen',
		'pre_site_option_closte_sync_pace',
		'pre_site_option_closte_sync_settings',
		'pre_site_option_closte_sync_trouble',
		'pre_site_option_closte_sync_unreachable',
		'rest_api_init',
		'update_option_blogname',
		'update_site_option_closte_sync_key',
		'update_site_option_closte_sync_settings',
		'update_site_option_wu_host_integrations_enabled',
		'wp_abilities_api_categories_init',
		'wp_abilities_api_init',
		'wp_delete_site',
		'wp_initialize_site',
		'wp_uninitialize_site',
		'wp_update_site',
		'wp_validate_site_data',
		'wu_add_domain',
		'wu_add_subdomain',
		'wu_async_process_domain_stage',
		'wu_domain_added',
		'wu_domain_post_delete',
		'wu_domain_post_save',
		'wu_domain_pre_delete',
		'wu_domain_pre_save',
		'wu_domain_removed',
		'wu_register_capabilities',
		'wu_register_integrations',
		'wu_remove_domain',
		'wu_remove_subdomain',
		'wu_transition_domain_domain',
	);

	private const CONSTANTS = array(
		'CLOSTE_APP_ID' => 'CLOSTE_APP_ID',
		'COOKIE_DOMAIN' => 'COOKIE_DOMAIN',
	);

	private readonly \Closure $load;

	private bool $is_loaded = false;

	/** @var list<string> That it waits for. */
	private array $hooks = array();

	/** @var array<string, mixed> Constants of the configuration, before plugins and WordPress define them. */
	private readonly array $configured;

	/**
	 * @param string $file The plugin's main file.
	 */
	public function __construct( private readonly string $file ) {
		$this->configured = array_map( constant( ... ), array_filter( self::CONSTANTS, 'defined' ) );
		$this->load       = $this->load_for( ... );
	}

	public function begin(): void {
		spl_autoload_register( $this->autoload( ... ) );

		if ( ! self::is_view() ) {
			$this->load();
			return;
		}

		$name        = plugin_basename( $this->file );
		$this->hooks = array( ...self::HOOKS, "activate_$name", "deactivate_$name" );

		foreach ( $this->hooks as $hook ) {
			add_filter( $hook, $this->load, PHP_INT_MIN );
		}
	}

	/**
	 * Whether this request shows a page, and is neither an admin's, a task's, nor Closte's own question.
	 */
	private static function is_view(): bool {
		$path = (string) ( $_SERVER['REQUEST_URI'] ?? '' ); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- only compared.

		return is_multisite() && ! is_admin() && ! wp_doing_cron() && ! ( defined( 'WP_CLI' ) && WP_CLI )
			&& ! str_starts_with( $path, '/.well-known/closte-sync/' );
	}

	/**
	 * What the plugin adds to the hook that fires now comes after this, whatever its priority.
	 */
	private function load_for( mixed $value = null ): mixed {
		$this->load();

		return $value;
	}

	private function load(): void {
		if ( $this->is_loaded ) {
			return;
		}

		$this->is_loaded = true;

		( new Plugin( $this->file, new Container( $GLOBALS['wpdb'], $this->configured ) ) )->boot();

		// Not before: WordPress forgets a hook with its last callback, also one that fires.
		foreach ( $this->hooks as $hook ) {
			remove_filter( $hook, $this->load, PHP_INT_MIN );
		}
	}

	private function autoload( string $class_name ): void {
		if ( str_starts_with( $class_name, __NAMESPACE__ . '\\' ) ) {
			require_once __DIR__ . '/class-autoloader.php';
			( new Autoloader( __DIR__ ) )->load( $class_name );
		}
	}
}
