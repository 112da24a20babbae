<?php
/**
 * The plugin.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

use ClosteSync\Admin\Admin;
use ClosteSync\Admin\Environment_Notice;
use ClosteSync\Admin\Privacy;
use ClosteSync\Cli\Commands;
use ClosteSync\Cli\Single_Site_Command;
use ClosteSync\Diagnosis\Site_Health;
use ClosteSync\Extension\Proof;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Log\Action;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Settings_Watch;
use ClosteSync\Settings\Settings;
use ClosteSync\Sources\Core\Core_Listener;
use ClosteSync\Sources\Mercator\Mercator_Listener;
use ClosteSync\Sources\Ultimate_Multisite\Bridge;
use ClosteSync\Sources\Ultimate_Multisite\Domain_Listener;
use ClosteSync\Sources\Ultimate_Multisite\Provider;
use ClosteSync\Sync\Scheduler;

/**
 * Puts the hooks in place. Each one makes what it needs when it fires, so that a page view on which none does costs
 * neither a query nor a file.
 */
final class Plugin {

	/** Seconds of work in one background run, within what WP-Cron and Action Scheduler allow. */
	private const RUN_SECONDS = 25.0;

	/** Seconds until the daily run is tried again where Closte did not answer. */
	private const REPAIR_AGAIN = 900;

	/**
	 * @param string $file The plugin's main file.
	 */
	public function __construct( private readonly string $file, public readonly Container $container ) {}

	public function boot(): void {
		register_activation_hook( $this->file, $this->activate( ... ) );

		if ( ! is_multisite() ) {
			add_action( 'admin_notices', static fn() => ( new Environment_Notice() )->single_site() );

			if ( defined( 'WP_CLI' ) && WP_CLI ) {
				\WP_CLI::add_command( 'closte', new Single_Site_Command() );
			}

			return;
		}

		register_deactivation_hook( $this->file, $this->deactivate( ... ) );
		add_action( 'plugins_loaded', $this->serve_proof( ... ), 0 );

		$this->listen_to_settings();
		$this->listen_to_core();
		$this->listen_to_ultimate_multisite();
		add_action( 'plugins_loaded', $this->listen_to_mercator( ... ), 20 );
		$this->run_in_background();
		$this->show();
	}

	public function activate(): void {
		if ( ! is_multisite() ) {
			return;
		}

		$this->guard(
			function (): void {
				$this->container->schema()->upgrade( repair: true );
				$this->container->scheduler()->wake_at( time() );

				// Domains may have come while the plugin was not active.
				if ( Settings::saved() && Settings::load()->enabled ) {
					$this->container->scheduler()->reconcile_at( time() );
				}
			}
		);
		$this->note_of_plugin( Action::Activate );
	}

	public function deactivate(): void {
		$this->guard( fn() => $this->container->scheduler()->clear() );
		$this->note_of_plugin( Action::Deactivate );
	}

	private function note_of_plugin( Action $action ): void {
		$this->container->log()->note( $action, Outcome::Done );
		$this->container->log()->flush();
	}

	/**
	 * @param callable(): mixed $task
	 */
	private function guard( callable $task ): void {
		$this->container->error_boundary()->run( $task );
	}

	private function listen_to_settings(): void {
		$watch = fn(): Settings_Watch => $this->container->settings_watch();

		// By names, not by constants: these would load their files on every page.
		add_action( 'add_site_option_closte_sync_settings', fn( mixed $option, mixed $current ) => $this->guard( fn() => $watch()->changed( $current, null, Bridge::is_switched_on() ) ), 10, 2 );
		add_action( 'update_site_option_closte_sync_settings', fn( mixed $option, mixed $current, mixed $old ) => $this->guard( fn() => $watch()->changed( $current, $old ) ), 10, 3 );

		foreach ( array( 'add', 'update' ) as $event ) {
			add_action( "{$event}_site_option_closte_sync_key", fn() => $this->guard( fn() => $watch()->key_entered() ) );
		}

		add_action( 'delete_site_option_closte_sync_key', fn() => $this->guard( fn() => $watch()->key_deleted() ) );
	}

	private function listen_to_core(): void {
		$listener = fn(): Core_Listener => $this->container->core_listener();

		add_action( 'wp_validate_site_data', fn( \WP_Error $errors, array $data, mixed $old ) => $this->guard( fn() => $listener()->before_write( $errors, $data, $old instanceof \WP_Site ? $old : null ) ), PHP_INT_MAX, 3 );
		add_action( 'wp_initialize_site', fn( \WP_Site $site ) => $this->guard( fn() => $listener()->created( $site ) ), 20 );
		// WordPress passes null where another request has deleted the site since. Its domains are in doubt then, and a run settles that.
		add_action( 'wp_update_site', fn( ?\WP_Site $current, \WP_Site $old ) => null === $current ? null : $this->guard( fn() => $listener()->updated( $current, $old ) ), 10, 2 );
		add_action( 'wp_uninitialize_site', fn( \WP_Site $site ) => $this->guard( fn() => $listener()->before_delete( $site ) ), 0 );
		add_action( 'wp_delete_site', fn( \WP_Site $site ) => $this->guard( fn() => $listener()->deleted( $site ) ) );
	}

	private function listen_to_ultimate_multisite(): void {
		$provider = fn(): Provider => new Provider( $this->container, $this->guard( ... ) );
		$listener = fn(): Domain_Listener => $this->container->domain_listener();

		add_action( 'wu_register_integrations', fn( object $registry ) => $provider()->register_integration( $registry ) );
		add_action( 'wu_register_capabilities', fn( object $registry ) => $provider()->register_capability( $registry ) );

		add_filter(
			'wu_domain_pre_save',
			function ( mixed $data, mixed $unserialized = null, mixed $record = null ) use ( $listener ): mixed {
				$this->guard( fn() => $listener()->before_save( $record ) );
				return $data;
			},
			PHP_INT_MAX,
			3
		);
		add_action( 'wu_transition_domain_domain', fn( mixed $old, mixed $current, mixed $id ) => $this->guard( fn() => $listener()->transition( $old, $current, $id ) ), 10, 3 );
		add_action( 'wu_domain_added', fn( mixed $domain, mixed $site_id ) => $this->guard( fn() => $listener()->added( $domain, $site_id ) ), 10, 2 );
		add_action( 'wu_domain_pre_delete', fn( mixed $record = null ) => $this->guard( fn() => $listener()->before_delete( $record ) ) );
		add_action( 'wu_domain_post_delete', fn( mixed $result, mixed $record ) => $this->guard( fn() => $listener()->deleted( $result, $record ) ), 10, 2 );
		add_action( 'wu_domain_removed', fn( mixed $domain, mixed $site_id ) => $this->guard( fn() => $listener()->removed( $domain, $site_id ) ), 10, 2 );

		foreach ( array( 'wu_add_domain', 'wu_remove_domain', 'wu_add_subdomain', 'wu_remove_subdomain' ) as $hook ) {
			add_action( $hook, fn( mixed $domain = '', mixed $site_id = 0 ) => $provider()->queued( $hook, $domain, $site_id ), 1, 2 );
		}

		add_action( 'wu_async_process_domain_stage', fn( mixed $id ) => $provider()->before_check( $id ), 1 );
		add_action( 'wu_async_process_domain_stage', fn() => $provider()->after_check(), PHP_INT_MAX );
		add_action( 'wp_ajax_wu_test_hosting_integration', fn() => $provider()->before_connection_test(), 1 );
		add_action( 'closte_sync_domain_advanced', fn( string $domain, Ledger_Row $row ) => $provider()->follow( $row ), 10, 2 );

		foreach ( array( 'add', 'update' ) as $event ) {
			add_action( "{$event}_site_option_wu_host_integrations_enabled", fn( mixed $option, mixed $switches ) => $this->guard( fn() => Bridge::follow_switch( $switches ) ), 10, 2 );
			add_action( "{$event}_site_option_closte_sync_settings", fn() => $this->guard( fn() => $this->container->scheduler()->wake_at( time() ) ) );
		}
	}

	/**
	 * Ultimate Multisite fires Mercator's actions too, with a deprecation notice, if anything listens.
	 */
	private function listen_to_mercator(): void {
		if ( function_exists( 'wu_get_domains' ) || did_action( 'wu_register_integrations' ) > 0 ) {
			return;
		}

		$listener = fn(): Mercator_Listener => $this->container->mercator_listener();

		add_action( 'mercator.mapping.created', fn( object $mapping ) => $this->guard( fn() => $listener()->created( $mapping ) ) );
		add_action( 'mercator.mapping.updated', fn( object $current, object $old ) => $this->guard( fn() => $listener()->updated( $current, $old ) ), 10, 2 );
		add_action( 'mercator.mapping.deleted', fn( object $mapping ) => $this->guard( fn() => $listener()->deleted( $mapping ) ) );
	}

	private function run_in_background(): void {
		// By names, not by constants of Scheduler: that would load its file on every page.
		add_filter( 'cron_schedules', static fn( array $schedules ): array => Scheduler::add_schedule( $schedules ) ); // phpcs:ignore WordPress.WP.CronInterval -- the lease makes runs of a minute safe.
		add_action( 'closte_sync_run', fn() => $this->guard( $this->run( ... ) ) );
		// Action Scheduler plans the next minute itself after each run; that may be sooner than anything is due.
		add_action( 'action_scheduler_after_process_queue', fn() => $this->guard( fn() => Scheduler::is_main() && $this->container->scheduler()->reschedule() ) );
		add_action( 'closte_sync_reconcile', fn() => $this->guard( $this->repair( ... ) ) );
	}

	/**
	 * What is due.
	 */
	private function run(): void {
		if ( Scheduler::is_main() ) {
			$this->look_at_key();
			$this->container->runner()->run( self::RUN_SECONDS );
		}
	}

	/**
	 * Another key is tried at once with all that waits for the right one.
	 */
	private function look_at_key(): void {
		if ( $this->container->settings_watch()->look_at_key() ) {
			$this->container->circuit_breaker()->key_changed();
		}
	}

	/**
	 * The daily run. Where Closte cannot be asked it is tried again sooner than in a day.
	 */
	private function repair(): void {
		if ( ! Scheduler::is_main() ) {
			return;
		}

		$this->container->log()->prune();

		try {
			$this->container->reconciler()->repair( self::RUN_SECONDS );
		} catch ( \Closte\ClosteException ) {
			$this->container->scheduler()->reconcile_at( time() + self::REPAIR_AGAIN );
		}
	}

	private function show(): void {
		add_action( 'closte_sync_error', static fn( string $message, bool $is_kept ) => ( new Environment_Notice() )->error( $message, $is_kept ), 10, 2 );
		add_action( 'admin_init', fn() => is_network_admin() && $this->guard( $this->keep_up( ... ) ) );
		add_action( 'rest_api_init', fn() => $this->register_if_there( Site_Health::class ), 0 );

		if ( is_admin() ) {
			add_action( 'plugins_loaded', fn() => $this->register_if_there( Admin::class ) );
			add_action( 'admin_init', static fn() => is_main_site() && ! is_network_admin() && ! wp_doing_ajax() ? Privacy::suggest_text() : null );
		}

		if ( is_admin() || wp_doing_cron() ) {
			add_action( 'init', fn() => is_main_site() && $this->register_if_there( Site_Health::class ) );
		}

		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			add_action( 'plugins_loaded', fn() => $this->register_if_there( Commands::class ) );
		}
	}

	/**
	 * A schedule that something cleared, and a table that newer files expect, are put right when an admin looks.
	 */
	private function keep_up(): void {
		$this->container->ledger()->fix_clock_skew();
		$this->look_at_key();

		if ( Settings::saved() ) {
			Bridge::switch( Settings::load()->enabled );
		}

		$due = $this->container->ledger()->next_due();

		if ( null !== $due ) {
			$this->container->scheduler()->wake_at( max( time() + MINUTE_IN_SECONDS, $due ) );
		}
	}

	/**
	 * @param class-string $class_name
	 */
	private function register_if_there( string $class_name ): void {
		if ( class_exists( $class_name ) ) {
			( new $class_name( $this->container ) )->register();
		}
	}

	private function serve_proof(): void {
		$path = (string) ( $_SERVER['REQUEST_URI'] ?? '' ); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- only compared.

		if ( str_starts_with( $path, '/.well-known/closte-sync/' ) ) {
			( new Proof() )->serve( $path );
		}
	}
}
