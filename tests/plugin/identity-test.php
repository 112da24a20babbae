<?php
/**
 * A copy of the network, and a network that has moved.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Notices;
use ClosteSync\Admin\Pages;
use ClosteSync\Operations\Send_All;
use ClosteSync\Ledger\Network_Identity;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Log\Action;
use ClosteSync\Log\Log_Query;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Scheduler;

require_once __DIR__ . '/class-screens-test-case.php';

final class Identity_Test extends Screens_Test_Case {

	private int $shop;

	protected function setUp(): void {
		parent::setUp();
		$this->set( array( 'enabled' => true, 'www' => 'never' ) );
		$this->shop = $this->create_site( 'shop' );
		$this->create_site( 'customer.example' );
		$this->plugin->sync()->domain_added( 'hand.example', 0, Row_Source::MANUAL );
		$this->next_request();
		$this->emulator->call( 'DELETE', '/journal' );
	}

	/** @dataProvider happenings */
	public function test_whatever_happens_on_a_copy_nothing_is_changed_at_closte( callable $happen ): void {
		$before = $this->emulator->domains();
		$this->copy_network();
		$happen( $this );

		foreach ( array( Scheduler::HOOK, Scheduler::DAILY, Scheduler::HOOK ) as $hook ) {
			$this->let_time_pass( DAY_IN_SECONDS );
			$this->next_request();
			do_action( $hook );
		}

		$this->assertSame( array(), $this->changes() );
		$this->assertSame( $before, $this->emulator->domains() );
	}

	/** @return array<string, array{callable(self): mixed}> */
	public function happenings(): array {
		return array(
			'nothing'              => array( static fn() => null ),
			'a site is created'    => array( static fn( self $test ) => $test->create_site( 'new.example' ) ),
			'a site is deleted'    => array( static fn( self $test ) => wp_delete_site( $test->shop ) ),
			'a site is renamed'    => array( static fn( self $test ) => wp_update_site( $test->shop, array( 'domain' => 'renamed.example' ) ) ),
			'added by hand'        => array( static fn( self $test ) => $test->plugin->sync()->domain_added( 'more.example', 0, Row_Source::MANUAL ) ),
			'removed by hand'      => array( static fn( self $test ) => $test->plugin->sync()->domain_removed( 'hand.example', 0, Row_Source::MANUAL ) ),
			'retried'              => array( static fn( self $test ) => $test->plugin->sync()->retry( 'hand.example' ) ),
			'all are sent'         => array( static fn( self $test ) => $test->assertNotNull( ( new Send_All( $test->plugin ) )->start()->problem ) ),
			'a plan with removals' => array(
				static function ( self $test ): void {
					$test->wpdb->delete( $test->wpdb->blogs, array( 'domain' => 'customer.example' ) );
					$test->plugin->reconciler()->apply( $test->plugin->reconciler()->plan( true, true ) );
				},
			),
			'adopted'              => array( static fn( self $test ) => $test->plugin->reconciler()->adopt( 'customer.example' ) ),
			'a repeated add is due' => array(
				static fn( self $test ) => $test->wpdb->query( "UPDATE {$test->plugin->schema()->table()} SET stage = 'checking-ssl-cert', last_added_at = 1, next_check_at = 1" ),
			),
			'the table was lost'   => array( static fn( self $test ) => $test->wpdb->query( "DELETE FROM {$test->plugin->schema()->table()}" ) ),
			'switched off and on'  => array(
				static function ( self $test ): void {
					$test->set( array( 'enabled' => false ) );
					$test->set( array( 'enabled' => true ) );
				},
			),
			'activated again'      => array(
				static function ( self $test ): void {
					$test->deactivate();
					$test->activate();
				},
			),
		);
	}

	public function test_a_network_that_only_changed_its_name_loses_nothing_and_catches_up(): void {
		$this->copy_network();
		$this->create_site( 'meanwhile.example' );
		wp_delete_site( $this->site_of( 'customer.example' ) );
		$this->run_due();
		$this->assertSame( array(), $this->changes() );

		$this->assertTrue( $this->plugin->identity_choice()->move() );
		$this->assertLessThanOrEqual( time(), wp_next_scheduled( Scheduler::DAILY ) );
		$this->run_due();
		do_action( Scheduler::DAILY );

		// The other domains that it has had keep their aliases, the one that it has now gets its own.
		$this->assertEqualsCanonicalizing( array( 'add meanwhile.example', 'delete customer.example', 'add shop.staging.test' ), array_values( array_diff( $this->changes(), array( 'add staging.test' ) ) ) );
		$this->assertContains( 'shop.network.test', $this->emulator->domains() );
		$this->assertContains( 'hand.example', $this->emulator->domains() );
	}

	public function test_a_copy_forgets_what_the_original_has_recorded_and_stays_off_until_it_is_a_network_of_its_own(): void {
		$before = $this->emulator->domains();
		$this->copy_network();
		wp_delete_site( $this->shop );
		$this->assertGreaterThanOrEqual( 3, $this->plugin->identity_choice()->copy() );
		$this->assertSame( array( 0, false ), array( $this->plugin->ledger_search()->count(), Settings::load()->enabled ) );

		$this->create_site( 'own.example' );
		wp_delete_site( $this->site_of( 'customer.example' ) );
		$this->run_due();
		do_action( Scheduler::DAILY );
		$this->assertSame( array(), $this->changes() );
		$this->assertSame( $before, $this->emulator->domains() );
		$this->assertSame( 'off', $this->plugin->readiness()->hindrance() );

		$this->set( array( 'enabled' => true ) );
		$this->next_request();
		$this->assertNull( $this->plugin->readiness()->problem() );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertSame( array( 'add own.example' ), array_values( preg_grep( '/^add own/', $this->changes() ) ) );
		$this->assertSame( array(), preg_grep( '/^delete (shop.network.test|hand.example)/', $this->changes() ) );

		// It is known as what it is: its own copy is one again.
		$this->copy_network( 'staging.test', 'second.test' );
		$this->assertTrue( $this->plugin->readiness()->is_another_network() );
	}

	/**
	 * @dataProvider processes
	 * @param string $recorded Code before WordPress is loaded, where the ledger was written.
	 * @param string $now      The same later.
	 */
	public function test_each_part_tells_a_copy( string $recorded, string $now, bool $is_another ): void {
		delete_network_option( 1, Network_Identity::OPTION );
		$says = 'echo json_encode( array( $plugin->readiness()->is_another_network(), (string) $plugin->readiness()->problem() ) );';
		$this->assertSame( array( false, '' ), json_decode( $this->process( $recorded, '$plugin->ledger(); ' . $says ), true ) );

		list( $other, $problem ) = json_decode( $this->process( $now, '$plugin->ledger(); ' . $says ), true );
		$this->assertSame( $is_another, $other, $problem );
		$this->assertSame( $is_another, str_contains( $problem, 'wp closte identity copy' ) );

		$this->process( $now, 'wp_insert_site( array( "domain" => "other.example", "path" => "/", "network_id" => 1 ) );' );
		$this->assertSame( $is_another ? array() : array( 'add other.example' ), $this->changes() );
	}

	/** @return array<string, array{string, string, bool}> */
	public function processes(): array {
		$environment = static fn( string $type ): string => "define( 'WP_ENVIRONMENT_TYPE', '$type' );";
		$application = static fn( string $id ): string => "define( 'CLOSTE_APP_ID', '$id' );";
		$config      = static fn( string $domain ): string => "define( 'DOMAIN_CURRENT_SITE', '$domain' );";

		return array(
			'the same'                             => array( $application( 'app1' ), $application( 'app1' ), false ),
			'another environment type'             => array( '', $environment( 'staging' ), true ),
			'another application'                  => array( $application( 'app1' ), $application( 'app2' ), true ),
			'an application that is gone'          => array( $application( 'app1' ), '', true ),
			'an application not known before'      => array( '', $application( 'app1' ), false ),
			'and one that is in another place too' => array( '', $application( 'app1' ) . $environment( 'local' ), true ),
			'a name made of the request’s host'    => array( '', $config( 'customer.example' ), false ),
		);
	}

	public function test_a_part_that_becomes_known_is_taken_up_and_the_log_says_so(): void {
		$this->process( "define( 'CLOSTE_APP_ID', 'app1' );", '$plugin->ledger();' );
		$this->next_request();

		$this->assertSame( 'app1', $this->plugin->network_identity()->recorded()['application'] );
		$this->assertStringContainsString( 'app1', $this->logged()[0] );
		$this->assertSame( '1', $this->process( "define( 'CLOSTE_APP_ID', 'app2' );", 'echo (int) $plugin->readiness()->is_another_network();' ) );
	}

	/** @dataProvider same_names */
	public function test_another_way_to_write_the_name_is_no_other_network( string $domain ): void {
		$this->wpdb->update( $this->wpdb->site, array( 'domain' => $domain ), array( 'id' => 1 ) );
		$this->next_request();

		$this->assertFalse( $this->plugin->readiness()->is_another_network() );
	}

	/** @return list<array{string}> */
	public function same_names(): array {
		return array( array( 'Network.TEST' ), array( 'network.test.' ), array( 'www.network.test' ) );
	}

	public function test_another_path_is_another_network(): void {
		$this->wpdb->update( $this->wpdb->site, array( 'path' => '/copy/' ), array( 'id' => 1 ) );
		$this->next_request();

		$this->assertStringContainsString( 'network.test and is network.test/copy', (string) $this->plugin->readiness()->problem() );
	}

	public function test_a_copy_whose_sites_alone_were_renamed_is_told_too(): void {
		$this->wpdb->query( "UPDATE {$this->wpdb->blogs} SET domain = REPLACE( domain, 'network.test', 'staging.test' )" );
		$this->next_request();

		$this->assertStringContainsString( 'its main site was network.test and is staging.test', (string) $this->plugin->readiness()->problem() );
	}

	public function test_what_the_object_cache_says_of_the_network_does_not_hide_that_it_is_a_copy(): void {
		$cached = $this->wpdb->get_row( "SELECT * FROM {$this->wpdb->site} WHERE id = 1" );
		$this->copy_network();
		wp_cache_set( 1, $cached, 'networks' );
		$this->assertSame( 'network.test', get_network( 1 )->domain );

		do_action( Scheduler::DAILY );
		$this->create_site( 'new.example' );
		$this->assertSame( array(), $this->changes() );
	}

	/** @dataProvider damages */
	public function test_an_identity_that_cannot_be_read_stops_everything( mixed $damaged ): void {
		update_network_option( 1, Network_Identity::OPTION, $damaged );
		$this->next_request();
		$this->create_site( 'new.example' );

		$this->assertSame( array(), $this->changes() );
		$this->assertStringContainsString( 'can no longer be read', (string) $this->plugin->readiness()->problem() );
		$this->assertSame( $damaged, get_network_option( 1, Network_Identity::OPTION ) );
	}

	/** @return array<string, array{mixed}> */
	public function damages(): array {
		$json = '{"network":"staging.test","site":"staging.test","application":"","environment":"production"}';

		return array(
			'a word'            => array( 'x' ),
			'no text'           => array( array( 1 ) ),
			'a sum that is off' => array( '1:' . hash( 'sha256', 'other' ) . ':' . bin2hex( $json ) ),
			'a later version'   => array( '2:' . hash( 'sha256', $json ) . ':' . bin2hex( $json ) ),
			'other parts'       => array( '1:' . hash( 'sha256', '{}' ) . ':' . bin2hex( '{}' ) ),
		);
	}

	public function test_it_is_recorded_with_the_first_row_though_the_integration_is_off(): void {
		$this->start_over_without_identity( array( 'enabled' => false ) );
		$this->plugin->scheduler();
		$this->assertFalse( $this->plugin->network_identity()->is_recorded() );
		$this->create_site( 'first.example' );
		$this->assertTrue( $this->plugin->network_identity()->is_recorded() );

		$this->copy_network();
		$this->set( array( 'enabled' => true ) );
		$this->run_due();
		$this->assertSame( array(), $this->changes() );
	}

	public function test_the_ledger_of_an_earlier_version_is_taken_for_that_of_this_network(): void {
		delete_network_option( 1, Network_Identity::OPTION );
		$this->set( array( 'enabled' => false ) );
		$this->next_request();
		$this->plugin->ledger();

		$this->assertSame( 'network.test', $this->plugin->network_identity()->recorded()['network'] );
	}

	public function test_every_network_screen_says_so_and_offers_both_choices(): void {
		$this->copy_network();
		$this->log_in( 'super' );

		foreach ( array( 'dashboard-network', 'plugins-network', Pages::settings_screen_id(), Pages::domains_screen_id(), Pages::log_screen_id() ) as $screen ) {
			set_current_screen( $screen );
			$html = $this->printed( fn() => ( new Notices( $this->plugin ) )->show() );
			$this->assertStringContainsString( 'its domain was network.test and is staging.test', $html );
			$this->assertSame( 2, substr_count( $html, '<form method="post"' ) );
			$this->assertSame( 1, substr_count( $html, 'notice-error' ) );
		}

		( new \ClosteSync\Diagnosis\Site_Health( $this->plugin, '', '' ) )->register();
		$tests = apply_filters( 'site_status_tests', array( 'direct' => array(), 'async' => array() ) );
		$this->assertSame( 'critical', $tests['direct']['closte_sync_identity']['test']()['status'] );

		$this->create_site( 'new.example' );
		$this->assertStringContainsString( 'moved or is a copy', \ClosteSync\Diagnosis\Advice::of( $this->row( 'new.example' ), $this->plugin->readiness()->hindrance() )->next );
	}

	public function test_nothing_is_said_where_it_is_the_same_network(): void {
		$this->log_in( 'super' );
		set_current_screen( 'dashboard-network' );

		$this->assertStringNotContainsString( 'copy', $this->printed( fn() => ( new Notices( $this->plugin ) )->show() ) );
	}

	public function test_an_admin_says_on_screen_that_it_has_moved_or_is_a_copy_and_the_log_has_who(): void {
		foreach ( array( 'move' => true, 'copy' => false ) as $choice => $is_on ) {
			$this->start_over();
			$this->copy_network();
			$this->log_in( 'super' );
			$hook = "network_admin_edit_closte-sync-identity-$choice";
			$this->assertSame( 302, $this->submit( $hook, array( '_wpnonce' => wp_create_nonce( "closte-sync-identity-$choice" ) ) ) );
			$this->next_request();

			$this->assertFalse( $this->plugin->readiness()->is_another_network() );
			$this->assertSame( $is_on, Settings::load()->enabled );
			$this->assertSame( $is_on ? 3 : 0, $this->plugin->ledger_search()->count() );
			$this->assertSame( array(), $this->changes() );

			$entry = $this->plugin->log_table()->query( new Log_Query( actions: array( Action::Identity ) ) )[0];
			$this->assertSame( array( 'user', get_current_user_id() ), array( $entry->actor->value, $entry->user_id ) );
			$this->assertStringContainsString( 'network.test', $entry->message );
		}
	}

	public function test_on_the_original_the_buttons_of_an_old_page_change_nothing(): void {
		$this->log_in( 'super' );
		$this->assertSame( 302, $this->submit( 'network_admin_edit_closte-sync-identity-copy', array( '_wpnonce' => wp_create_nonce( 'closte-sync-identity-copy' ) ) ) );

		$this->assertSame( array( 3, true ), array( $this->plugin->ledger_search()->count(), Settings::load()->enabled ) );
	}

	public function test_of_several_networks_the_main_one_counts(): void {
		$this->wpdb->insert( $this->wpdb->site, array( 'domain' => 'second.example', 'path' => '/' ) );
		$this->wpdb->update( $this->wpdb->site, array( 'domain' => 'renamed.example' ), array( 'domain' => 'second.example' ) );
		$this->next_request();

		$this->assertFalse( $this->plugin->readiness()->is_another_network() );
	}

	/** As `wp search-replace $from $to --network` does; wp-config.php keeps the name. */
	private function copy_network( string $from = 'network.test', string $to = 'staging.test' ): void {
		foreach ( array( $this->wpdb->site, $this->wpdb->blogs ) as $table ) {
			$this->wpdb->query( $this->wpdb->prepare( 'UPDATE %i SET domain = REPLACE( domain, %s, %s )', $table, $from, $to ) );
		}

		$this->wpdb->query( $this->wpdb->prepare( 'UPDATE %i SET meta_value = REPLACE( meta_value, %s, %s )', $this->wpdb->sitemeta, $from, $to ) );
		$this->next_request();
	}

	private function start_over_without_identity( array $settings ): void {
		parent::tearDown();
		Plugin_Test_Case::setUp();
		$this->plugin->ledger();
		$this->wpdb->query( "DELETE FROM {$this->plugin->schema()->table()}" );
		delete_network_option( 1, Network_Identity::OPTION );
		$this->set( $settings );
		delete_network_option( 1, Network_Identity::OPTION );
		$this->next_request();
	}

	private function site_of( string $domain ): int {
		return (int) $this->wpdb->get_var( $this->wpdb->prepare( 'SELECT blog_id FROM %i WHERE domain = %s', $this->wpdb->blogs, $domain ) );
	}

	/** @return list<string> */
	private function logged(): array {
		return array_column( $this->plugin->log_table()->query( new Log_Query( actions: array( Action::Identity ) ) ), 'message' );
	}

	/** What code prints in a process of its own, which begins with other code; `$plugin` is the container. */
	private function process( string $first, string $code, string $host = 'network.test' ): string {
		$process = new Process(
			array(
				PHP_BINARY,
				'-d',
				'log_errors=0',
				'-d',
				'display_errors=0',
				'-r',
				sprintf(
					'%s $_SERVER["HTTP_HOST"] = %s; require %s; wp_get_schedules(); $plugin = ( new ReflectionFunction( current( $GLOBALS["wp_filter"]["closte_sync_run"]->callbacks[10] )["function"] ) )->getClosureThis(); ob_start(); %s; ob_end_flush(); do_action( "shutdown" );',
					$first,
					var_export( $host, true ),
					var_export( $this->env( 'wordpress' ) . '/wp-load.php', true ),
					$code
				),
			)
		);
		$this->assertSame( 0, $process->wait(), $process->output() );

		return $process->output();
	}
}
