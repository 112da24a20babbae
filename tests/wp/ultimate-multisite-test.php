<?php
/**
 * Beside Ultimate Multisite.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Api_Key;
use ClosteSync\Settings;
use ClosteSync\Source;
use ClosteSync\Ultimate_Multisite\Closte_Domain_Mapping;
use ClosteSync\Ultimate_Multisite\Closte_Integration;
use WP_Ultimo\Integrations\Host_Providers\Closte_Host_Provider;
use WP_Ultimo\Integrations\Integration_Registry;
use WP_Ultimo\Integrations\Providers\Closte as Built_In;
use WP_Ultimo\Managers\Domain_Manager;
use WP_Ultimo\Models\Domain;

require_once __DIR__ . '/class-plugin-test-case.php';

/**
 * In processes of their own: what the double declares would be there for all other tests.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Test extends Plugin_Test_Case {

	private const MERCATOR = array( 'mercator.mapping.created', 'mercator.mapping.updated', 'mercator.mapping.deleted' );

	protected function setUp(): void {
		parent::setUp();

		// Not in setUpBeforeClass(), which PHPUnit calls in its own process.
		require_once __DIR__ . '/doubles/ultimate-multisite/load.php';
		closte_double_install_ultimate_multisite();

		// It was not there when WordPress loaded; then this listener is not put in place.
		array_map( 'remove_all_actions', self::MERCATOR );

		Domain_Manager::$queue                 = array();
		Domain_Manager::$checked               = array();
		Domain_Manager::$modern                = true;
		Domain::$saves                         = 0;
		Built_In\Closte_Domain_Mapping::$sent  = array();
		Closte_Host_Provider::$sent            = array();

		$this->set( array( 'enabled' => true ) );
		( new Domain_Manager() )->init();
		$this->load_registry();
	}

	public function test_the_provider_takes_the_place_of_the_built_in_pair(): void {
		$registry = Integration_Registry::get_instance();

		$this->assertInstanceOf( Closte_Integration::class, $registry->get( 'closte' ) );
		$this->assertInstanceOf( Closte_Domain_Mapping::class, $registry->get_capability( 'closte', 'domain-mapping' ) );
		$this->assertCount( 1, $registry->get_capabilities( 'closte' ) );
		$this->assertTrue( $registry->get( 'closte' )->is_enabled() );
		$this->assertTrue( $registry->get( 'closte' )->is_setup() );
		$this->assertTrue( $registry->get( 'closte' )->detect() );
		$this->assertNotSame( '', $registry->get( 'closte' )->get_description() );
	}

	/** @dataProvider versions */
	public function test_a_new_site_is_one_call_and_leaves_nothing_to_the_queue( bool $modern ): void {
		Domain_Manager::$modern = $modern;
		$id                     = $this->create_site( 'shop' );

		$this->assertSame( array( 'add ' . $this->sub( 'shop' ) ), $this->changes() );
		$this->assertSame( $id, $this->row( $this->sub( 'shop' ) )->blog_id );

		$this->next_request();
		$this->assertSame( array(), Domain_Manager::run_queue() );
		$this->assertSame( array( 'add ' . $this->sub( 'shop' ) ), $this->changes() );
		$this->assertSame( array(), Built_In\Closte_Domain_Mapping::$sent );
	}

	/** @return array<string, array{bool}> */
	public function versions(): array {
		return array(
			'2.4.10'     => array( false ),
			'after that' => array( true ),
		);
	}

	public function test_a_mapped_domain_is_there_and_a_deleted_one_is_not(): void {
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$this->assertSame( array( 'customer.example', $this->sub( 'shop' ), 'www.customer.example' ), $this->emulator->domains() );
		$this->assertSame( Source::Ultimate_Multisite, $this->row( 'customer.example' )->source );

		$this->next_request();
		$domain->delete();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );

		$this->next_request();
		$this->emulator->call( 'DELETE', '/journal' );
		$this->assertSame( array(), Domain_Manager::run_queue() );
		$this->assertSame( array(), $this->changes() );
	}

	public function test_line_03_a_renamed_record_moves_at_closte(): void {
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'old.example' ) );
		$this->next_request();
		$domain->set_domain( 'new.example' );
		$domain->save();

		$this->assertSame( array( 'new.example', $this->sub( 'shop' ), 'www.new.example' ), $this->emulator->domains() );
	}

	public function test_line_03_a_site_deleted_while_mapping_is_off_leaves_nothing_behind(): void {
		$id = $this->create_site( 'shop' );
		wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$this->next_request();

		foreach ( array( 'wp_delete_site', 'wu_domain_post_delete', 'wu_domain_removed', 'wu_remove_domain' ) as $hook ) {
			$this->remove_callbacks_of( Domain_Manager::class, $hook );
		}

		wp_delete_site( $id );
		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_a_site_deleted_with_its_mappings_is_one_removal_each(): void {
		$id = $this->create_site( 'shop' );
		wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$this->next_request();
		$this->emulator->call( 'DELETE', '/journal' );
		wp_delete_site( $id );

		$removals = array_filter( $this->changes(), static fn( string $change ): bool => str_starts_with( $change, 'delete' ) );
		$this->assertCount( 3, $removals );
		$this->assertCount( 3, array_unique( $removals ) );
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger()->count() );
	}

	public function test_line_04_a_record_of_the_networks_own_domain_removes_nothing(): void {
		$this->emulator->set_domains( array( $this->env( 'domain' ), $this->sub( '*' ) ) );
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => $this->env( 'domain' ) ) );
		$this->next_request();
		$record->delete();
		$this->next_request();
		Domain_Manager::run_queue();
		$this->run_due();

		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
		$this->assertContains( $this->env( 'domain' ), $this->emulator->domains() );
	}

	public function test_line_04_a_record_of_a_living_sites_own_domain_removes_nothing(): void {
		$id = $this->create_site( 'shop' );
		foreach ( wu_get_domains( array( 'blog_id' => $id ) ) as $record ) {
			$record->delete();
		}

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_line_05_a_queued_action_that_comes_late_does_not_bring_a_domain_back(): void {
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$domain->delete();
		wu_create_domain( array( 'blog_id' => $id, 'domain' => 'other.example' ) );
		$this->next_request();
		Domain_Manager::$queue = array_reverse( Domain_Manager::$queue );
		Domain_Manager::run_queue();

		$this->assertSame( array( 'other.example', $this->sub( 'shop' ), 'www.other.example' ), $this->emulator->domains() );
	}

	public function test_line_06_its_switch_and_ours_are_one(): void {
		$integration = Integration_Registry::get_instance()->get( 'closte' );
		$integration->disable();
		$this->assertFalse( Settings::load()->enabled );
		$this->create_site( 'shop' );
		$this->assertSame( array(), $this->emulator->calls() );

		$integration->enable();
		$this->assertTrue( Settings::load()->enabled );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );

		$this->set( array( 'enabled' => false ) );
		$this->assertFalse( $integration->is_enabled() );
	}

	public function test_a_network_that_used_the_built_in_integration_is_on_from_the_start(): void {
		delete_network_option( get_main_network_id(), Settings::OPTION );
		$this->assertTrue( Settings::load()->enabled );
	}

	public function test_line_08_its_own_requests_for_certificates_are_not_made(): void {
		$this->create_site( 'shop' );
		$this->assertSame( array( '/adddomainalias' ), array_map( static fn( array $entry ): string => strstr( $entry['path'], '/adddomainalias' ), $this->emulator->journal() ) );
	}

	/** @dataProvider users */
	public function test_line_11_only_who_manages_the_network_tests_the_connection( string $role, bool $allowed ): void {
		wp_set_current_user( $this->create_user( $role ) );
		$result = Integration_Registry::get_instance()->get( 'closte' )->test_connection();
		$this->assertSame( $allowed, true === $result );

		$_REQUEST['integration'] = 'closte';
		ob_start();
		add_filter( 'wp_doing_ajax', '__return_true' );
		try {
			do_action( 'wp_ajax_wu_test_hosting_integration' );
			$this->fail( 'It did not answer.' );
		} catch ( Wp_Die_Exception ) {
			$this->assertSame( $allowed, json_decode( (string) ob_get_contents(), true )['success'] );
		} finally {
			ob_end_clean();
		}

		$this->assertSame( $allowed, array() !== $this->emulator->calls() );
	}

	/** @return array<string, array{string, bool}> */
	public function users(): array {
		return array(
			'subscriber'  => array( 'subscriber', false ),
			'site admin'  => array( 'administrator', false ),
			'super admin' => array( 'super', true ),
		);
	}

	public function test_a_connection_test_says_what_is_wrong(): void {
		wp_set_current_user( $this->create_user( 'super' ) );
		$this->emulator->down( true );
		$result = Integration_Registry::get_instance()->get( 'closte' )->test_connection();

		$this->assertInstanceOf( \WP_Error::class, $result );
		$this->assertNotSame( '', $result->get_error_message() );
		$this->assertStringNotContainsString( $this->env( 'key' ), $result->get_error_message() );
	}

	public function test_the_legacy_provider_makes_no_call_beside_ours(): void {
		( new Closte_Host_Provider() )->init();
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		Domain_Manager::run_queue();
		$domain->delete();
		Domain_Manager::run_queue();

		$this->assertSame( array(), Closte_Host_Provider::$sent );
	}

	public function test_the_legacy_provider_goes_on_where_ours_is_off(): void {
		( new Closte_Host_Provider() )->init();
		$this->set( array( 'enabled' => false ) );
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		Domain_Manager::run_queue();

		$this->assertSame( array( 'add customer.example' ), Closte_Host_Provider::$sent );
	}

	public function test_its_settings_hold(): void {
		$this->set( array( 'check_interval' => 120, 'www' => 'never' ) );
		$this->assertSame( 120, Settings::load()->check_interval );

		update_network_option( null, 'v2_settings', array( 'dns_check_interval' => '30', 'auto_create_www_subdomain' => 'main_only' ) );
		$this->assertSame( 30, Settings::load()->check_interval );
		$this->assertSame( 'main_only', Settings::load()->www->value );
		$this->assertSame( array( 'check_interval', 'www' ), Settings::decided_elsewhere() );

		update_network_option( null, 'v2_settings', array( 'dns_check_interval' => '', 'auto_create_www_subdomain' => '' ) );
		$this->assertSame( 120, Settings::load()->check_interval );
		$this->assertSame( 'never', Settings::load()->www->value );
	}

	public function test_its_records_follow_and_its_own_checks_do_not_run_for_them(): void {
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$ledger = $this->plugin->ledger();
		$row    = $ledger->claim( $this->row( 'customer.example' )->id, 'test', 30 );
		$this->plugin->recorder()->record( $row, array( 'stage' => 'done', 'next_check_at' => time() + DAY_IN_SECONDS ) + $row->to_record() );

		$record = wu_get_domain( $domain->get_id() );
		$this->assertSame( 'done', $record->get_stage() );
		$this->assertTrue( $record->is_secure() );

		$saves   = Domain::$saves;
		$foreign = new Domain( array( 'blog_id' => 1, 'domain' => 'unheard.example' ) );
		$this->wpdb->insert( $this->wpdb->base_prefix . 'wu_domain_mappings', array( 'blog_id' => 1, 'domain' => 'unheard.example' ) );
		$foreign_id = (int) $this->wpdb->insert_id;
		do_action( 'wu_async_process_domain_stage', $domain->get_id(), 0 );
		do_action( 'wu_async_process_domain_stage', $foreign_id, 0 );
		$this->assertSame( array( $foreign_id ), Domain_Manager::$checked );
		$this->assertSame( $saves, Domain::$saves );
	}

	public function test_mappings_of_living_sites_are_wanted(): void {
		$id = $this->create_site( 'shop' );
		wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		wu_create_domain( array( 'blog_id' => 4711, 'domain' => 'orphan.example' ) );

		$wanted = array_keys( iterator_to_array( $this->plugin->wanted_domains()->all() ) );
		$this->assertContains( 'customer.example', $wanted );
		$this->assertContains( 'www.customer.example', $wanted );
		$this->assertNotContains( 'orphan.example', $wanted );
		$this->assertTrue( $this->plugin->wanted_domains()->wants( 'www.customer.example' ) );
		$this->assertFalse( $this->plugin->wanted_domains()->wants( 'orphan.example' ) );
	}

	public function test_the_key_that_its_wizard_stored_is_found(): void {
		$stored = \WP_Ultimo\Helpers\Credential_Store::encrypt( 'a-key-from-the-wizard' );
		update_network_option( null, 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY', $stored );

		$process = $this->start_php_without_key( 'require ' . var_export( __DIR__ . '/doubles/ultimate-multisite/load.php', true ) . '; $key = ClosteSync\Api_Key::find(); echo $key->source, " ", $key->reveal() === "a-key-from-the-wizard" ? "right" : "wrong", " ", $key->masked();' );
		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertSame( 'ultimate-multisite right ••••••••zard', $process->output() );
	}

	public function test_where_it_loads_first_the_pair_is_replaced_and_no_mercator_listener_is_there(): void {
		$mu_plugin = $this->env( 'wordpress' ) . '/wp-content/mu-plugins/closte-double.php';
		file_put_contents(
			$mu_plugin,
			'<?php require ' . var_export( __DIR__ . '/doubles/ultimate-multisite/load.php', true ) . ';
			WP_Ultimo\Integrations\Integration_Registry::get_instance()->init();
			( new WP_Ultimo\Managers\Domain_Manager() )->init();'
		);

		try {
			$process = $this->start_php(
				'$registry = WP_Ultimo\Integrations\Integration_Registry::get_instance();
				echo get_class( $registry->get( "closte" ) ), "\n", get_class( $registry->get_capability( "closte", "domain-mapping" ) ), "\n",
					var_export( has_action( "mercator.mapping.created" ), true ), "\n", has_action( "wu_add_domain" ) ? "listens" : "deaf";'
			);
			$this->assertSame( 0, $process->wait(), $process->output() );
			$this->assertSame( Closte_Integration::class . "\n" . Closte_Domain_Mapping::class . "\nfalse\nlistens", $process->output() );
		} finally {
			unlink( $mu_plugin );
		}
	}

	private function load_registry(): void {
		Integration_Registry::forget();
		Integration_Registry::get_instance()->fire_registration_hooks();
		Integration_Registry::get_instance()->fire_capability_hooks();
	}

	private function remove_callbacks_of( string $class_name, string $hook ): void {
		foreach ( $GLOBALS['wp_filter'][ $hook ]->callbacks ?? array() as $priority => $callbacks ) {
			foreach ( $callbacks as $callback ) {
				if ( is_array( $callback['function'] ) && $callback['function'][0] instanceof $class_name ) {
					remove_action( $hook, $callback['function'], $priority );
				}
			}
		}
	}
}
