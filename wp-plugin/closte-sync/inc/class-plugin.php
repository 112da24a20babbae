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
use ClosteSync\Log\Action;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Settings_Watch;
use ClosteSync\Settings\Settings;
use ClosteSync\Sources\Ultimate_Multisite\Bridge;
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
	public function __construct( private readonly string $file, private readonly Container $container ) {}

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
		$this->container->sources()->register();
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
		$on    = $this->container->listen( ... );
		$watch = fn(): Settings_Watch => $this->container->settings_watch();

		// By names, not by constants: these would load their files on every page.
		$on( 'add_site_option_closte_sync_settings', fn( mixed $option, mixed $current ) => $watch()->changed( $current, null, Bridge::is_switched_on() ), 10, 2 );
		$on( 'update_site_option_closte_sync_settings', fn( mixed $option, mixed $current, mixed $old ) => $watch()->changed( $current, $old ), 10, 3 );

		foreach ( array( 'add', 'update' ) as $event ) {
			$on( "{$event}_site_option_closte_sync_settings", fn() => $this->container->scheduler()->wake_at( time() ) );
			$on( "{$event}_site_option_closte_sync_key", fn() => $watch()->key_entered() );
		}

		$on( 'delete_site_option_closte_sync_key', fn() => $watch()->key_deleted() );
	}

	private function run_in_background(): void {
		$on = $this->container->listen( ... );

		// By names, not by constants of Scheduler: that would load its file on every page.
		add_filter( 'cron_schedules', static fn( array $schedules ): array => Scheduler::add_schedule( $schedules ) ); // phpcs:ignore WordPress.WP.CronInterval -- the lease makes runs of a minute safe.
		$on( 'closte_sync_run', $this->run( ... ) );
		// Action Scheduler plans the next minute itself after each run; that may be sooner than anything is due.
		$on( 'action_scheduler_after_process_queue', fn() => Scheduler::is_main() && $this->container->scheduler()->reschedule() );
		$on( 'closte_sync_reconcile', $this->repair( ... ) );
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
		$this->container->listen( 'admin_init', fn() => is_network_admin() && $this->keep_up() );
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
