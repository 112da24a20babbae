<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

use ClosteSync\Abilities\Abilities;
use ClosteSync\Admin\Add_Domain\Preview_Route;
use ClosteSync\Admin\Add_Domain\Sites_Route;
use ClosteSync\Admin\Admin;
use ClosteSync\Admin\Domain\Live_Check_Route;
use ClosteSync\Admin\Domain\Watch_Route;
use ClosteSync\Admin\Domains\Poll_Route;
use ClosteSync\Admin\Environment_Notice;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Privacy;
use ClosteSync\Admin\Settings\Connection_Test_Route;
use ClosteSync\Cli\Commands;
use ClosteSync\Cli\Single_Site_Command;
use ClosteSync\Diagnosis\Php\Facts_Reader;
use ClosteSync\Diagnosis\Site_Health;
use ClosteSync\Domains\Site_Titles;
use ClosteSync\Extension\Extension_Watch;
use ClosteSync\Extension\Proof;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Network_Options;
use ClosteSync\Rest\Rest_Api;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\First_Comparison;
use ClosteSync\Sync\Scheduler;

/**
 * Puts the hooks in place. Each one makes what it needs when it fires, so that a page view on which none does costs
 * neither a query nor a file.
 */
final class Plugin {

	/** Seconds of work in one background run, within what WP-Cron and Action Scheduler allow. */
	private const RUN_SECONDS = 25.0;

	/** Seconds of a run in which titles of sites are read. */
	private const TITLES_SECONDS = 5.0;

	/** Seconds until the daily run is tried again where Closte did not answer. */
	private const REPAIR_AGAIN = 900;

	/** What the log hears, without `closte_sync_`: its observer has a method for each. */
	private const LOGGED = array(
		'domain_answered',
		'domain_advanced',
		'domains_deferred',
		'domains_lost',
		'domains_interrupted',
		'batch_ended',
		'domain_adopted',
		'domain_moved',
		'domain_unreadable',
		'domain_forgotten',
		'domain_retired',
		'synced',
		'planned',
		'drift',
		'task_begins',
		'task_ends',
		'settings_changed',
		'key_changed',
		'identity_recorded',
		'owner_told',
		'digest_sent',
		'activated',
		'deactivated',
	);

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

		add_action( 'closte_sync_second_copy', static fn( string $file ) => ( new Environment_Notice() )->second_copy( $file ) );
		register_deactivation_hook( $this->file, $this->deactivate( ... ) );
		add_action( 'plugins_loaded', $this->serve_proof( ... ), 0 );

		$this->find_languages();
		$this->read_past_the_cache();
		$this->listen_to_settings();
		$this->keep_log();
		$this->container->sources()->register();
		$this->run_in_background();
		$this->keep_titles();
		$this->show();
	}

	/**
	 * WordPress reads “Domain Path” of plugins that are active on one site only. It is told where the translations are, and loads
	 * them with the first text: a page that shows none of ours reads no file.
	 */
	private function find_languages(): void {
		$GLOBALS['wp_textdomain_registry']->set_custom_path( 'closte-sync', dirname( $this->file ) . '/languages' );
	}

	public function activate(): void {
		if ( ! is_multisite() ) {
			return;
		}

		$this->guard(
			function (): void {
				$this->container->schema()->upgrade( repair: true );

				$this->look_at_extension();

				// They may have changed while the plugin was not active.
				Site_Titles::forget();
				$this->container->site_titles()->complete( self::TITLES_SECONDS );

				$this->container->scheduler()->wake_at( time() );

				// Domains may have come while the plugin was not active, or were there before it.
				if ( Settings::load()->enabled ) {
					First_Comparison::await_it();
					$this->container->scheduler()->reconcile_next();
				}
			}
		);

		/**
		 * Fires when the plugin was activated on a network.
		 */
		do_action( 'closte_sync_activated' );
	}

	public function deactivate(): void {
		$this->guard( fn() => $this->container->scheduler()->clear() );

		/**
		 * Fires when the plugin was deactivated.
		 */
		do_action( 'closte_sync_deactivated' );
	}

	/**
	 * @param callable(): mixed $task
	 */
	private function guard( callable $task ): void {
		$this->container->error_boundary()->run( $task );
	}

	private function read_past_the_cache(): void {
		foreach ( Network_Options::SHARED as $option ) {
			add_filter(
				"pre_site_option_$option",
				function ( mixed $value, string $option, int $network_id ): mixed {
					get_main_network_id() === $network_id && $this->container->network_options()->refresh();

					return $value;
				},
				10,
				3
			);
		}
	}

	/**
	 * By names, not by constants: these would load their files on every page.
	 */
	private function listen_to_settings(): void {
		$on = $this->container->listen( ... );

		$on( 'add_site_option_closte_sync_settings', fn( mixed $option, mixed $current ) => Settings::announce( $current, null ), 10, 2 );
		$on(
			'update_site_option_closte_sync_settings',
			fn( mixed $option, mixed $current, mixed $old ) => Settings::announce( $current, $old ),
			10,
			3
		);
		$on(
			'closte_sync_settings_changed',
			fn( Settings $settings ) => $settings->enabled && $this->container->network_identity()->complete()
		);
		$on(
			'closte_sync_settings_changed',
			fn( Settings $settings, Settings $before ) => $this->settings_changed( $settings->enabled && ! $before->enabled ),
			10,
			2
		);

		$on( 'closte_sync_planned', fn() => First_Comparison::is_done() );
		$on( 'closte_sync_synced', fn() => First_Comparison::is_done() );

		$on( 'add_site_option_closte_sync_key', fn() => $this->container->key_watch()->entered() );
		$on( 'update_site_option_closte_sync_key', fn() => $this->container->key_watch()->entered() );
		$on( 'delete_site_option_closte_sync_key', fn() => $this->container->key_watch()->deleted() );
		// Another key is tried at once with all that waits for the right one.
		$on( 'closte_sync_key_changed', fn( string $what ) => 'changed' === $what && $this->container->circuit_breaker()->key_changed() );
		// The first one: nothing could be compared before.
		$on( 'closte_sync_key_changed', fn( string $what ) => in_array( $what, array( 'entered', 'found' ), true ) && $this->reconcile_soon() );
	}

	private function settings_changed( bool $is_switched_on ): void {
		$this->container->scheduler()->wake_at( time() );

		if ( $is_switched_on ) {
			First_Comparison::await_it();
			$this->reconcile_soon();
		}
	}

	/**
	 * What was there before is not told of by any event.
	 */
	private function reconcile_soon(): void {
		Settings::load()->enabled && $this->container->scheduler()->reconcile_by( time() + MINUTE_IN_SECONDS );
	}

	/**
	 * Before others, whose mistakes must not keep it from hearing.
	 */
	private function keep_log(): void {
		foreach ( self::LOGGED as $action ) {
			add_action(
				"closte_sync_$action",
				fn( mixed ...$told ) => $this->container->log_observer()->$action( ...$told ),
				0,
				PHP_INT_MAX
			);
		}
	}

	/**
	 * For searches: WordPress has the title of each site in a table of its own. That of a new site is read by the next run, or by
	 * the next search.
	 */
	private function keep_titles(): void {
		$this->container->listen(
			'update_option_blogname',
			fn( mixed $old, mixed $title ) => $this->container->site_titles()->change( get_current_blog_id(), (string) $title ),
			10,
			2
		);
	}

	private function run_in_background(): void {
		$on = $this->container->listen( ... );

		// By names, not by constants of Scheduler: that would load its file on every page.
		add_filter( 'cron_schedules', static fn( array $schedules ): array => Scheduler::add_schedule( $schedules ) ); // phpcs:ignore WordPress.WP.CronInterval -- the lease makes runs of a minute safe.
		$on( 'closte_sync_run', $this->run( ... ) );
		// Action Scheduler plans the next minute itself after each run; that may be sooner than anything is due.
		$on( 'action_scheduler_after_process_queue', $this->plan_next( ... ) );
		$on( 'closte_sync_reconcile', $this->repair( ... ) );
		$on( 'closte_sync_reconcile', $this->send_digest( ... ), 20 );
		$on(
			'closte_sync_domain_advanced',
			fn( string $domain, Ledger_Row $row ) => $row->told_blog_id > 0 && $this->container->owner_mail()->advanced( $row ),
			10,
			2
		);
		$on( 'deactivated_plugin', fn() => $this->container->scheduler()->bridge() );
	}

	/**
	 * What is due.
	 */
	private function run(): void {
		if ( $this->is_place_of_runs() ) {
			$this->look_at_extension();
			$this->container->key_watch()->look();
			$this->container->worker()->run( self::RUN_SECONDS );
			$this->container->site_titles()->read_new( self::TITLES_SECONDS );
			$this->container->owner_mail()->send_due();
		}
	}

	private function send_digest(): void {
		if ( $this->container->networks()->runs_here() ) {
			$this->container->digest()->send_if_due( Pages::domains_url(), Pages::settings_url() );
		}
	}

	/**
	 * The daily run. Where Closte cannot be asked it is tried again sooner than in a day.
	 */
	private function repair(): void {
		if ( ! $this->is_place_of_runs() ) {
			return;
		}

		$this->container->log()->prune();
		$this->container->site_titles()->complete( self::TITLES_SECONDS );

		// Nothing tells of the extension's return.
		if ( 'extension' === $this->container->readiness()->hindrance() ) {
			$this->container->scheduler()->reconcile_at( time() + self::REPAIR_AGAIN );
		}

		try {
			$this->container->reconciler()->repair( self::RUN_SECONDS );
		} catch ( \Closte\ClosteException ) {
			$this->container->scheduler()->reconcile_at( time() + self::REPAIR_AGAIN );
		}
	}

	private function plan_next(): void {
		$this->container->networks()->runs_here() && $this->container->scheduler()->reschedule();
	}

	/**
	 * An event on another site was left behind when the plugin was activated on a network that comes before.
	 */
	private function is_place_of_runs(): bool {
		$is_here = $this->container->networks()->runs_here();
		$is_here || $this->container->scheduler()->leave();

		return $is_here;
	}

	private function serve_rest(): void {
		( new Rest_Api( $this->container ) )->register(
			new Poll_Route( $this->container ),
			new Connection_Test_Route( $this->container ),
			new Live_Check_Route( $this->container ),
			new Watch_Route( $this->container ),
			new Preview_Route( $this->container ),
			new Sites_Route( $this->container )
		);
	}

	private function show(): void {
		add_action(
			'closte_sync_error',
			static fn( string $message, bool $is_kept ) => ( new Environment_Notice() )->error( $message, $is_kept ),
			10,
			2
		);
		$this->container->listen( 'admin_init', fn() => is_network_admin() && $this->keep_up() );
		add_action( 'rest_api_init', fn() => $this->show_health(), 0 );
		add_action( 'rest_api_init', fn() => is_main_site() && $this->serve_rest() );
		// Of WordPress 6.9 and later.
		$abilities = fn(): Abilities => new Abilities( $this->container );
		add_action( 'wp_abilities_api_categories_init', static fn() => is_main_site() && $abilities()->register_category() );
		add_action( 'wp_abilities_api_init', static fn() => is_main_site() && $abilities()->register() );

		if ( is_admin() ) {
			add_action( 'plugins_loaded', fn() => ( new Admin( $this->container ) )->register() );
			add_action(
				'admin_init',
				static fn() => is_main_site() && ! is_network_admin() && ! wp_doing_ajax() ? Privacy::suggest_text() : null
			);
		}

		if ( wp_doing_cron() ) {
			$this->container->listen( 'init', fn() => $this->container->networks()->runs_here() && $this->keep_up() );
		} elseif ( ( is_admin() && ! wp_doing_ajax() ) || ( defined( 'WP_CLI' ) && WP_CLI ) ) {
			// Whatever carried the runs may have gone without a word.
			$this->container->listen(
				'init',
				fn() => Scheduler::plans_nothing_here() && $this->container->networks()->runs_here() && $this->plan_what_is_due()
			);
		}

		if ( is_admin() || wp_doing_cron() ) {
			add_action( 'init', fn() => is_main_site() && $this->show_health() );
		}

		if ( defined( 'WP_CLI' ) && WP_CLI ) {
			add_action( 'plugins_loaded', fn() => ( new Commands( $this->container ) )->register() );
		}
	}

	/**
	 * A schedule that something cleared or a wrong clock made, and a table that newer files expect, are put right when an
	 * admin looks, or WP-Cron comes by.
	 */
	private function keep_up(): void {
		$this->container->ledger()->schedule()->fix_clock_skew();
		$this->look_at_extension();
		$this->container->key_watch()->look();

		$this->container->scheduler()->keep_daily();
		$this->plan_what_is_due();
	}

	private function look_at_extension(): void {
		( new Extension_Watch( $this->container->extension() ) )->look( Facts_Reader::read()->to_array() );
	}

	private function plan_what_is_due(): void {
		$due = $this->container->leases()->next_due();

		if ( null !== $due ) {
			$this->container->scheduler()->wake_at( max( time() + MINUTE_IN_SECONDS, $due ) );
		}
	}

	private function show_health(): void {
		( new Site_Health( $this->container, Pages::domains_url(), Pages::settings_url() ) )->register();
	}

	private function serve_proof(): void {
		$path = (string) ( $_SERVER['REQUEST_URI'] ?? '' ); // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- only compared.

		if ( str_starts_with( $path, '/.well-known/closte-sync/' ) ) {
			( new Proof() )->serve( $path );
		}
	}
}
