<?php
/**
 * An installation with two networks that both have sites.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Plugin_Row;
use ClosteSync\Diagnosis\Activation_Check;
use ClosteSync\Diagnosis\Mapping_Check;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Diagnosis\Site_Health;
use ClosteSync\Ledger\Database;
use ClosteSync\Sync\Scheduler;

require_once __DIR__ . '/class-plugin-test-case.php';
require_once dirname( __DIR__ ) . '/support/class-second-network.php';

final class Several_Networks_Test extends Plugin_Test_Case {

	private int $second;
	private int $second_main;

	protected function setUp(): void {
		parent::setUp();
		$this->second      = Second_Network::create( $this->wpdb );
		$this->second_main = (int) get_main_site_id( $this->second );
		$this->plugin->scheduler()->clear();
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_domains" );
		$this->next_request();
	}

	public function test_runs_are_planned_on_the_second_network_where_the_plugin_is_active_there_alone(): void {
		$this->active_on( $this->second );
		$this->on_second( 'wp_insert_site( array( "domain" => "shop.second-network.test", "path" => "/", "network_id" => ' . $this->second . ' ) );' );

		$this->assertSame( array( array( true, true ), array( false, false ) ), $this->events() );
	}

	public function test_a_run_of_the_second_network_is_carried_out_and_comes_again(): void {
		$this->active_on( $this->second );
		$this->emulator->down( true );
		$this->on_second( 'wp_insert_site( array( "domain" => "customer.example", "path" => "/", "network_id" => ' . $this->second . ' ) );' );
		$this->emulator->down( false );
		$this->let_time_pass( HOUR_IN_SECONDS );
		// As wp-cron.php does.
		$this->on_second( 'foreach ( wp_get_ready_cron_jobs() as $time => $hooks ) { foreach ( $hooks as $hook => $events ) { foreach ( $events as $event ) { wp_reschedule_event( $time, $event["schedule"], $hook ); wp_unschedule_event( $time, $hook ); do_action( $hook ); } } }' );

		$this->assertContains( 'customer.example', $this->emulator->domains() );
		$this->assertSame( array( array( true, true ), array( false, false ) ), $this->events() );
	}

	public function test_runs_are_planned_on_the_main_network_where_the_plugin_is_active_on_both(): void {
		$this->active_on( 1, $this->second );
		$this->on_second( 'wp_insert_site( array( "domain" => "customer.example", "path" => "/", "network_id" => ' . $this->second . ' ) );' );

		$this->assertContains( 'customer.example', $this->emulator->domains() );
		$this->assertSame( array( array( false, false ), array( true, true ) ), $this->events() );
	}

	public function test_a_run_that_stayed_behind_goes_to_where_runs_are_planned_now(): void {
		$this->active_on( $this->second );
		$this->on_second( 'wp_insert_site( array( "domain" => "customer.example", "path" => "/", "network_id" => ' . $this->second . ' ) );' );
		$this->active_on( 1, $this->second );
		$this->on_second( 'do_action( "closte_sync_run" );' );

		$this->assertSame( array( array( false, false ), array( true, true ) ), $this->events() );
	}

	public function test_when_the_main_network_is_left_runs_go_on_where_the_plugin_stays_active(): void {
		$this->active_on( 1, $this->second );
		$this->create_site( 'shop' );
		$this->assertSame( array( array( false, false ), array( true, true ) ), $this->events() );
		$this->deactivate();
		$this->active_on( $this->second );

		$this->assertSame( array( array( true, true ), array( false, false ) ), $this->events() );
	}

	public function test_a_must_use_plugin_runs_on_the_main_network(): void {
		$this->active_on();
		$this->create_site( 'shop' );

		$this->assertSame( array( array( false, false ), array( true, true ) ), $this->events() );
		$this->assertSame( array(), $this->plugin->networks()->unheard() );
	}

	public function test_doctor_and_site_health_and_the_plugins_screen_name_the_network_that_nobody_hears(): void {
		$this->active_on( 1 );
		$finding = ( new Activation_Check( $this->plugin->networks() ) )->run();
		$this->assertSame( Severity::Warning, $finding->severity );
		$this->assertStringContainsString( 'second-network.test', $finding->message );
		$this->assertStringContainsString( 'wp plugin activate closte-sync --network --url=second-network.test', $finding->advice );

		wp_set_current_user( 1 );
		$health = ( new Site_Health( $this->plugin, '', '' ) )->add_tests( array() )['direct']['closte_sync_networks']['test']();
		$this->assertSame( 'recommended', $health['status'] );
		$this->assertStringContainsString( 'second-network.test', $health['label'] );

		set_current_screen( 'plugins-network' );
		ob_start();
		( new Plugin_Row( $this->plugin->networks() ) )->show();
		$row = (string) ob_get_clean();
		$this->assertStringContainsString( 'second-network.test', $row );
		$this->assertStringContainsString( 'plugin-update-tr', $row );
	}

	public function test_nothing_is_said_where_every_network_with_sites_is_heard(): void {
		$this->active_on( 1, $this->second );
		$this->wpdb->insert( $this->wpdb->site, array( 'domain' => 'empty-network.test', 'path' => '/' ) );

		$this->assertSame( Severity::Ok, ( new Activation_Check( $this->plugin->networks() ) )->run()->severity );
		ob_start();
		( new Plugin_Row( $this->plugin->networks() ) )->show();
		$this->assertSame( '', ob_get_clean() );
	}

	public function test_mappings_of_ultimate_multisite_on_a_further_network_are_named(): void {
		$table = $this->wpdb->base_prefix . "wu_{$this->second}_domain_mappings";
		$check = new Mapping_Check( new Database( $this->wpdb ), $this->plugin->sources() );
		$this->assertSame( Severity::Ok, $check->run()->severity );
		$this->wpdb->query( "CREATE TABLE $table ( id bigint(20) NOT NULL, domain varchar(191) NOT NULL )" );

		try {
			$this->wpdb->insert( $table, array( 'id' => 1, 'domain' => 'customer.example' ) );
			$this->assertStringContainsString( "$table (Ultimate Multisite)", $check->run()->message );
		} finally {
			$this->wpdb->query( "DROP TABLE $table" );
		}
	}

	public function test_action_scheduler_on_one_subsite_takes_no_run_away(): void {
		$shop = $this->create_site( 'shop' );
		$this->assertSame( array( true, true ), $this->events()[1] );
		$this->with_action_scheduler_on( $shop );

		$this->php( $this->sub( 'shop' ), 'wp_insert_site( array( "domain" => "second.example", "path" => "/", "network_id" => 1 ) );' );
		$this->assertSame( array( true, true ), $this->events()[1] );
		$this->assertNotNull( $this->plugin->scheduler()->next_run() );
		// Nor where the queue of that site is worked on.
		$this->php( $this->sub( 'shop' ), 'do_action( "closte_sync_run" ); do_action( "action_scheduler_after_process_queue" );' );
		$this->assertSame( array( true, true ), $this->events()[1] );
		$this->assertFalse( get_option( 'closte_double_actions' ) );
	}

	public function test_where_action_scheduler_takes_nothing_wp_cron_keeps_the_run(): void {
		$this->with_action_scheduler_on( 1, 'define( "CLOSTE_DOUBLE_IS_BROKEN", true );' );
		$this->create_site( 'shop' );
		$this->php( $this->env( 'domain' ), 'wp_insert_site( array( "domain" => "second.example", "path" => "/", "network_id" => 1 ) ); do_action( "closte_sync_run" );' );

		$this->assertSame( array( true, true ), $this->events()[1] );
	}

	public function test_the_site_where_runs_are_planned_decides_that_action_scheduler_carries_them(): void {
		$this->with_action_scheduler_on( 0 );
		$this->php( $this->env( 'domain' ), 'wp_insert_site( array( "domain" => "shop.network.test", "path" => "/", "network_id" => 1 ) ); do_action( "closte_sync_run" );' );
		$this->assertSame( array( false, true ), $this->events()[1] );
		update_option( 'closte_double_actions', array() );
		$this->php( $this->sub( 'shop' ), 'wp_insert_site( array( "domain" => "second.example", "path" => "/", "network_id" => 1 ) );' );

		wp_cache_flush();
		$this->assertSame( array( Scheduler::HOOK ), array_column( get_option( 'closte_double_actions' ), 'hook' ) );
	}

	protected function tearDown(): void {
		$mu_plugin = $this->env( 'wordpress' ) . '/wp-content/mu-plugins/closte-double.php';
		is_file( $mu_plugin ) && unlink( $mu_plugin );
		parent::tearDown();
	}

	private function active_on( int ...$networks ): void {
		Second_Network::activate_on( $this->wpdb, ...$networks );
		$this->next_request();
	}

	/**
	 * @param int $site 0: on every one.
	 */
	private function with_action_scheduler_on( int $site, string $before = '' ): void {
		file_put_contents(
			$this->env( 'wordpress' ) . '/wp-content/mu-plugins/closte-double.php',
			"<?php if ( 0 === $site || get_current_blog_id() === $site ) { $before require " . var_export( dirname( __DIR__ ) . '/support/doubles/action-scheduler/load.php', true ) . '; }'
		);
	}

	/**
	 * Which events the main sites of the second and of the main network have: a run, a daily one.
	 *
	 * @return array{array{bool, bool}, array{bool, bool}}
	 */
	private function events(): array {
		wp_cache_flush();
		$events = array();

		foreach ( array( $this->second_main, (int) get_main_site_id( 1 ) ) as $site ) {
			switch_to_blog( $site );
			$events[] = array( false !== wp_next_scheduled( Scheduler::HOOK ), false !== wp_next_scheduled( Scheduler::DAILY ) );
			restore_current_blog();
		}

		return $events;
	}

	private function on_second( string $code ): void {
		$this->php( Second_Network::DOMAIN, $code );
	}

	/** Runs PHP code in a request of a site, found as WordPress finds it where wp-config.php names no network. */
	private function php( string $host, string $code ): void {
		$config = $this->env( 'wordpress' ) . '/wp-config-of-several-networks.php';
		file_put_contents( $config, Second_Network::config( (string) file_get_contents( $this->env( 'wordpress' ) . '/wp-config.php' ) ) );
		$process = new Process( array( PHP_BINARY, '-r', sprintf( '$_SERVER["HTTP_HOST"] = %s; $_SERVER["REQUEST_URI"] = "/"; require %s; %s', var_export( $host, true ), var_export( $config, true ), $code ) ) );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertStringNotContainsString( 'rror', $process->output() );
		$this->next_request();
	}
}
