<?php
/**
 * Installing, updating, failing and leaving.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Dismissals;
use ClosteSync\Admin\Notices;
use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Extension\Proof;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Schema;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Scheduler;
use ClosteSync\Uninstaller;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Installation_Test extends Plugin_Test_Case {

	public function test_the_table_comes_back_and_a_repeated_step_harms_nothing(): void {
		$schema = $this->plugin->schema();
		$this->plugin->ledger()->want( 'a.example', 0, Row_Source::MANUAL );
		$schema->upgrade( repair: true );
		delete_network_option( get_main_network_id(), Schema::OPTION );
		$schema->upgrade();
		$this->assertSame( Schema::VERSION, $schema->installed_version() );
		$this->assertNotNull( $this->row( 'a.example' ) );

		$schema->drop();
		$this->next_request();
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	public function test_files_that_were_replaced_without_activation_find_their_table(): void {
		$this->plugin->schema()->drop();
		$this->next_request();
		$this->create_site( 'shop' );

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_uninstalling_leaves_nothing_on_any_network_and_closte_alone(): void {
		$this->create_site( 'shop' );
		$this->plugin->last_error()->remember( 'why' );
		$this->plugin->circuit_breaker()->failed( 'transient', 'No answer.' );
		$this->wpdb->insert( $this->wpdb->site, array( 'domain' => 'second.example', 'path' => '/' ) );
		$second = (int) $this->wpdb->insert_id;
		update_network_option( $second, 'closte_sync_anything', 1 );
		wp_schedule_event( time(), 'daily', Scheduler::DAILY );
		Key_Store::save( Api_Key::entered( 'a-key-that-was-entered' ) );
		$calls = $this->emulator->calls();

		wp_set_current_user( 1 );
		\ClosteSync\Admin\Flash::add( 'info', 'A message that nobody has read.' );
		\ClosteSync\Admin\Dismissals::add( 'offer-to-enable' );
		\ClosteSync\Mail\Owner_Mail::release();
		set_site_transient( 'closte_sync_mail_pause', time(), HOUR_IN_SECONDS );
		( new Uninstaller( $this->wpdb ) )->uninstall();

		try {
			$this->assertSame( array(), $this->wpdb->get_col( "SELECT meta_key FROM {$this->wpdb->sitemeta} WHERE meta_key LIKE '%closte%sync%'" ) );
			$this->assertSame( array(), $this->wpdb->get_col( "SELECT meta_key FROM {$this->wpdb->usermeta} WHERE meta_key LIKE '%closte%sync%'" ) );
			$this->assertSame( array(), $this->wpdb->get_col( "SHOW TABLES LIKE '%closte%'" ) );
			$this->assertStringNotContainsString( 'closte_sync', (string) wp_json_encode( get_option( 'cron' ) ) );
			$this->assertSame( $calls, $this->emulator->calls() );
			$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
		} finally {
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	public function test_uninstalling_takes_along_what_other_code_keeps_of_ours(): void {
		$prefix = $this->wpdb->prefix . 'actionscheduler_';
		$this->wpdb->query( "CREATE TABLE {$prefix}actions ( action_id bigint(20) unsigned NOT NULL auto_increment, hook varchar(191) NOT NULL, status varchar(20) NOT NULL, PRIMARY KEY (action_id) )" );
		$this->wpdb->query( "CREATE TABLE {$prefix}logs ( log_id bigint(20) unsigned NOT NULL auto_increment, action_id bigint(20) unsigned NOT NULL, PRIMARY KEY (log_id) )" );
		$this->wpdb->query( "CREATE TABLE {$prefix}groups ( group_id bigint(20) unsigned NOT NULL auto_increment, slug varchar(255) NOT NULL, PRIMARY KEY (group_id) )" );
		foreach ( array( Scheduler::HOOK => 'complete', Scheduler::DAILY => 'canceled', 'another' => 'pending' ) as $hook => $status ) {
			$this->wpdb->insert( $prefix . 'actions', array( 'hook' => $hook, 'status' => $status ) );
			$this->wpdb->insert( $prefix . 'logs', array( 'action_id' => $this->wpdb->insert_id ) );
			$this->wpdb->insert( $prefix . 'groups', array( 'slug' => 'another' === $hook ? $hook : Scheduler::GROUP ) );
		}
		add_user_meta( 1, 'managesites_page_closte-sync-domains-networkcolumnshidden', array( 'source' ) );
		add_user_meta( 1, 'managesettings_page_closte-sync-log-networkcolumnshidden', array( 'by' ) );
		add_user_meta( 1, 'closte_sync_log_per_page', 5 );
		add_site_meta( 1, 'closte_sync_claims', array( 'domain' => 'mine.example' ) );
		add_site_meta( 1, 'closte_sync_own_domains', array( 'domain' => 'mine.example' ) );

		try {
			( new Uninstaller( $this->wpdb ) )->uninstall();
			$this->assertSame( array( 'another' ), $this->wpdb->get_col( "SELECT hook FROM {$prefix}actions" ) );
			$this->assertSame( array( '3' ), $this->wpdb->get_col( "SELECT action_id FROM {$prefix}logs" ) );
			$this->assertSame( array( 'another' ), $this->wpdb->get_col( "SELECT slug FROM {$prefix}groups" ) );
			$this->assertSame( array(), $this->wpdb->get_col( "SELECT meta_key FROM {$this->wpdb->blogmeta} WHERE meta_key LIKE '%closte%sync%'" ) );
			$this->assertSame( array(), $this->wpdb->get_col( "SELECT meta_key FROM {$this->wpdb->usermeta} WHERE meta_key LIKE '%closte%sync%'" ) );
		} finally {
			foreach ( array( 'actions', 'logs', 'groups' ) as $table ) {
				$this->wpdb->query( "DROP TABLE $prefix$table" );
			}
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	public function test_where_sites_have_no_metadata_it_is_not_asked_for_any(): void {
		add_filter( 'pre_site_option_site_meta_supported', '__return_zero' );
		$asked = 0;
		add_filter(
			'delete_blog_metadata',
			function ( mixed $given ) use ( &$asked ): mixed {
				++$asked;

				return $given;
			}
		);

		try {
			( new Uninstaller( $this->wpdb ) )->uninstall();
			$this->assertSame( 0, $asked );
		} finally {
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	public function test_uninstall_php_works_without_the_plugin_loaded(): void {
		$process = $this->start_php( 'define( "WP_UNINSTALL_PLUGIN", "closte-sync/closte-sync.php" ); require ' . var_export( $this->env( 'plugin' ) . '/uninstall.php', true ) . ';' );
		try {
			$this->assertSame( 0, $process->wait(), $process->output() );
			$this->assertSame( '', $process->output() );
			$this->assertSame( array(), $this->wpdb->get_col( "SHOW TABLES LIKE '%closte%'" ) );
		} finally {
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	public function test_deactivated_and_activated_again_with_work_outstanding(): void {
		$this->emulator->down( true );
		$this->create_site( 'shop' );
		$this->deactivate();
		$this->assertNull( $this->plugin->scheduler()->next_run() );

		$this->emulator->down( false );
		$this->create_unheard( 'unheard.example' );
		$this->activate();
		$this->assertNotNull( $this->plugin->scheduler()->next_run() );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );

		// What came meanwhile is looked for at once.
		$this->assertLessThanOrEqual( time(), wp_next_scheduled( Scheduler::DAILY ) );
		do_action( Scheduler::DAILY );
		$this->assertContains( 'unheard.example', $this->emulator->domains() );
	}

	public function test_no_option_of_ours_is_autoloaded(): void {
		$this->create_site( 'shop' );
		$this->assertSame( array(), array_filter( array_keys( wp_load_alloptions() ), static fn( string $name ): bool => str_contains( $name, 'closte' ) ) );
	}

	public function test_without_the_extension_domains_are_recorded_and_nothing_breaks(): void {
		$environment = array_diff_key( getenv(), array( 'PHP_INI_SCAN_DIR' => true ) );
		$code        = 'wp_insert_site( array( "domain" => "Customer.example", "path" => "/", "network_id" => 1 ) );
			$id = wp_insert_site( array( "domain" => "gone.example", "path" => "/", "network_id" => 1 ) );
			wp_delete_site( $id );
			do_action( "closte_sync_run" );
			do_action( "closte_sync_reconcile" );
			echo extension_loaded( "closte" ) ? "loaded" : "alive";';
		$process     = new Process( array( PHP_BINARY, '-r', '$_SERVER["HTTP_HOST"] = "network.test"; require ' . var_export( $this->env( 'wordpress' ) . '/wp-load.php', true ) . '; ' . $code ), $environment );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertSame( 'alive', $process->output() );
		$this->next_request();
		$this->assertSame( array(), $this->emulator->calls() );

		$this->run_due();
		$this->assertSame( array( 'customer.example' ), $this->emulator->domains() );

		// Whether a www name belongs to it only the extension can tell.
		do_action( Scheduler::DAILY );
		$this->assertContains( 'www.customer.example', $this->emulator->domains() );
	}

	public function test_what_was_recorded_without_the_extension_is_judged_by_the_rules_when_it_is_back(): void {
		$this->set( array( 'subdomains' => 'never' ) );
		$environment = array_diff_key( getenv(), array( 'PHP_INI_SCAN_DIR' => true ) );
		$code        = sprintf(
			'wp_insert_site( array( "domain" => %s, "path" => "/", "network_id" => 1 ) );
			wp_delete_site( wp_insert_site( array( "domain" => %s, "path" => "/", "network_id" => 1 ) ) );',
			var_export( $this->sub( 'shop' ), true ),
			var_export( $this->sub( 'gone' ), true )
		);
		$process     = new Process( array( PHP_BINARY, '-r', '$_SERVER["HTTP_HOST"] = "network.test"; require ' . var_export( $this->env( 'wordpress' ) . '/wp-load.php', true ) . '; ' . $code ), $environment );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->next_request();
		$this->assertTrue( $this->row( $this->sub( 'shop' ) )->needs_confirmation );

		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
		$this->assertSame( array(), $this->changes() );
	}

	public function test_an_extension_that_does_not_fit_says_so(): void {
		$extension = new Extension( new Proof(), '0.0.9' );
		$this->assertStringContainsString( '0.0.9', (string) $extension->problem() );
		$this->assertStringContainsString( 'not loaded', (string) ( new Extension( new Proof(), false ) )->problem() );
		$this->assertStringContainsString( 'too new', (string) ( new Extension( new Proof(), '99.0.0' ) )->problem() );
		$this->assertNull( ( new Extension( new Proof(), Extension::plugin_version() ) )->problem() );
	}

	public function test_a_single_site_gets_a_notice_and_nothing_else(): void {
		$single = 'namespace { define( "ABSPATH", "/" ); $hooks = array(); function is_multisite() { return false; } function register_activation_hook() {} function add_action( $hook, $callback ) { $GLOBALS["hooks"][ $hook ] = $callback; } function current_user_can() { return true; } function __( $text ) { return $text; } function esc_html( $text ) { return $text; } function esc_attr( $text ) { return $text; } class wpdb {} $wpdb = new wpdb(); require ' . var_export( $this->env( 'plugin' ) . '/closte-sync.php', true ) . '; echo implode( ",", array_keys( $hooks ) ), " "; $hooks["admin_notices"](); }';
		$process = new Process( array( PHP_BINARY, '-n', '-r', $single ) );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertStringStartsWith( 'admin_notices <div class="notice notice-warning"><p>Closte Sync works on multisite networks only.', $process->output() );
	}

	public function test_on_a_single_site_the_command_says_why_it_does_nothing(): void {
		$single = 'namespace { define( "ABSPATH", "/" ); define( "WP_CLI", true ); function is_multisite() { return false; } function register_activation_hook() {} function add_action() {} function __( $text ) { return $text; } class wpdb {} $wpdb = new wpdb();
			class WP_CLI { static function add_command( $name, $command ) { echo "$name\n"; $command( array( "status" ), array() ); } static function error( $text ) { echo "$text\n"; } static function get_config() { return false; } static function halt( $status ) { exit( $status ); } }
			require ' . var_export( $this->env( 'plugin' ) . '/closte-sync.php', true ) . '; }';
		$process = new Process( array( PHP_BINARY, '-n', '-r', $single ) );

		$this->assertSame( 1, $process->wait() );
		$this->assertStringContainsString( "closte\nCloste Sync requires a WordPress multisite network", $process->output() );
		$this->assertStringContainsString( 'wp core multisite-convert', $process->output() );
	}

	public function test_a_database_that_refuses_the_ledger_does_not_break_the_page_and_the_admin_is_told(): void {
		add_filter( 'query', static fn( string $sql ): string => str_contains( $sql, 'closte_sync_domains' ) ? 'SELECT nothing FROM nowhere WHERE' : $sql );
		$id = $this->create_site( 'shop' );
		wp_update_site( $id, array( 'domain' => 'moved.example' ) );
		wp_delete_site( $id );
		$this->assertNull( get_site( $id ) );
		remove_all_filters( 'query' );

		// WordPress has gone on to another page before it showed anything: it waits for whoever manages the network.
		$this->next_request();
		remove_all_actions( 'network_admin_notices' );
		$this->assertStringContainsString( 'may have missed a changed domain', $this->notices() );
		$this->assertStringContainsString( 'may have missed a changed domain', $this->notices() );

		wp_set_current_user( $this->create_user( 'super' ) );
		Dismissals::add( 'trouble-' . $this->plugin->last_error()->last()['time'] );
		$this->assertStringNotContainsString( 'may have missed', $this->notices( get_current_user_id() ) );
		$this->assertStringContainsString( 'may have missed', $this->notices() );

		do_action( Scheduler::DAILY );
		$this->assertStringNotContainsString( 'may have missed', $this->notices() );
	}

	public function test_a_table_that_is_missing_comes_back_with_the_event_that_needs_it(): void {
		$this->create_site( 'before' );
		$this->wpdb->query( "DROP TABLE {$this->wpdb->base_prefix}closte_sync_domains" );
		$this->next_request();
		$this->create_site( 'after' );

		$this->assertSame( array( $this->sub( 'after' ), $this->sub( 'before' ) ), $this->emulator->domains() );
		$this->assertNull( $this->plugin->last_error()->last() );
		$this->assertLessThanOrEqual( time(), wp_next_scheduled( Scheduler::DAILY ) );

		do_action( Scheduler::DAILY );
		$this->assertNotNull( $this->row( $this->sub( 'before' ) ) );
	}

	public function test_a_daily_run_that_finds_closte_away_is_not_put_off_for_a_day(): void {
		$this->create_site( 'shop' );
		$this->emulator->down( true );
		do_action( Scheduler::DAILY );

		$this->assertLessThanOrEqual( time() + HOUR_IN_SECONDS / 2, wp_next_scheduled( Scheduler::DAILY ) );
		$this->assertNull( $this->plugin->last_error()->last() );
	}

	/** A site that came while the plugin was not active. */
	private function create_unheard( string $domain ): void {
		$hooks                = $GLOBALS['wp_filter'];
		$GLOBALS['wp_filter'] = array_diff_key( $hooks, array_flip( array( 'wp_validate_site_data', 'wp_initialize_site' ) ) );
		try {
			$this->create_site( $domain );
		} finally {
			$GLOBALS['wp_filter'] = $hooks;
		}
	}

	/** What is said on a network screen to this user, or to another who manages the network. */
	private function notices( int $user = 0 ): string {
		wp_set_current_user( 0 === $user ? $this->create_user( 'super' ) : $user );
		set_current_screen( 'sites-network' );
		ob_start();
		( new Notices( $this->plugin ) )->show();
		unset( $GLOBALS['current_screen'] );

		return (string) ob_get_clean();
	}

	public function test_a_database_that_is_read_only_in_the_middle_of_an_event_does_not_break_the_page(): void {
		if ( 'mariadb' !== $this->env( 'db' )['engine'] ) {
			$this->markTestSkipped( 'SQLite cannot be made read-only for one connection through the drop-in.' );
		}

		$site = get_site( $this->create_site( 'shop' ) );
		$this->wpdb->query( 'SET SESSION TRANSACTION READ ONLY' );
		try {
			$moved         = clone $site;
			$moved->domain = 'moved.example';
			do_action( 'wp_update_site', $moved, $site );
			do_action( 'closte_sync_run' );
		} finally {
			$this->wpdb->query( 'SET SESSION TRANSACTION READ WRITE' );
		}

		// Nothing could be kept: this very page says it.
		wp_set_current_user( $this->create_user( 'super' ) );
		ob_start();
		do_action( 'network_admin_notices' );
		$this->assertStringContainsString( 'may have missed a changed domain', (string) ob_get_clean() );
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_a_thousand_sites_in_a_loop_do_not_slow_each_other_down_when_closte_is_away(): void {
		$this->emulator->down( true );
		$this->create_site( 'first' );
		$calls = 0;
		add_filter(
			'closte_sync_lifecycle_options',
			static function ( array $options ) use ( &$calls ): array {
				++$calls;
				return $options;
			}
		);
		$begun = microtime( true );
		for ( $i = 0; $i < 50; $i++ ) {
			$this->plugin->sync()->domain_added( "d$i.example", 0, Row_Source::MANUAL );
		}
		$this->assertLessThanOrEqual( intdiv( (int) ( microtime( true ) - $begun ), MINUTE_IN_SECONDS ), $calls, 'Closte is tried once a minute' );
	}

	public function test_a_proof_is_answered_and_no_other_path_is(): void {
		$proof = new Proof();
		$pair  = $proof->to_array();

		$this->assertMatchesRegularExpression( '/^[0-9a-f]{40}$/', $pair['token'] );
		$this->assertSame( $pair['answer'], $proof->answer( Proof::PATH . $pair['token'] ) );
		$this->assertSame( $pair['answer'], ( new Proof( time() + DAY_IN_SECONDS ) )->answer( Proof::PATH . $pair['token'] ) );
		$this->assertNull( $proof->answer( Proof::PATH . 'guess' ) );
		$this->assertNull( $proof->answer( Proof::PATH ) );
	}

	public function test_what_is_saved_is_clean(): void {
		$settings = Settings::sanitize(
			array(
				'enabled'        => '1',
				'check_interval' => '5',
				'targets'        => "192.0.2.1\nExample.COM,  <script> 2001:db8::1 example.com:8080",
				'www'            => 'sometimes',
				'subdomains'     => array( 'always' ),
				'resolvers'      => array( '192.0.2.53:5353', '[2001:db8::53]:53', 'not-an-ip', '192.0.2.53:99999', 17 ),
				'digest'         => '1',
				'owner_mail'     => array( '1' ),
				'unknown'        => 'x',
			)
		);

		$this->assertSame(
			array(
				'enabled'        => true,
				'check_interval' => 10,
				'targets'        => array( '192.0.2.1', 'example.com', '2001:db8::1' ),
				'www'            => 'main_only',
				'subdomains'     => 'auto',
				'resolvers'      => array( '192.0.2.53:5353', '[2001:db8::53]:53', '192.0.2.53' ),
				'digest'         => true,
				'owner_mail'     => false,
				'owners'         => false,
				'owner_limit'    => 5,
			),
			$settings->to_array()
		);
		$settings->save();
		$this->assertEquals( $settings, Settings::load() );
	}

	public function test_the_bounds_of_the_interval_are_the_extension_s(): void {
		$taken = static function ( int $interval ): bool {
			try {
				new \Closte\Lifecycle( new \Closte\Client( 'a-key' ), array( 'targets' => array( '192.0.2.1' ), 'check_interval' => $interval ) );
				return true;
			} catch ( \Closte\ConfigException ) {
				return false;
			}
		};

		$this->assertSame( array( false, true ), array_map( $taken, array( Settings::MIN_CHECK_INTERVAL - 1, Settings::MIN_CHECK_INTERVAL ) ) );
		$this->assertSame( array( true, false ), array_map( $taken, array( Settings::MAX_CHECK_INTERVAL, Settings::MAX_CHECK_INTERVAL + 1 ) ) );
	}

	public function test_filters_hold_within_the_bounds(): void {
		add_filter( 'closte_sync_check_interval', static fn(): int => 1 );
		add_filter( 'closte_sync_www_handling', static fn(): string => 'never' );
		add_filter( 'closte_sync_targets', static fn(): array => array( '192.0.2.7', '<b>' ) );

		$this->assertSame( 10, Settings::load()->check_interval );
		$this->assertSame( 'never', Settings::load()->www->value );
		$this->assertSame( array( '192.0.2.7' ), Settings::load()->effective_targets() );
	}

	public function test_the_networks_own_domain_is_what_counts_as_here(): void {
		$this->assertSame( array( 'network.test' ), Settings::load()->effective_targets() );
	}
}
