<?php
/**
 * Beside Ultimate Multisite.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Settings\Settings;
use ClosteSync\Sources\Ultimate_Multisite\Closte_Domain_Mapping;
use ClosteSync\Sources\Ultimate_Multisite\Closte_Integration;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;
use ClosteSync\Sync\Scheduler;
use WP_Ultimo\Helpers\Site_Duplicator;
use WP_Ultimo\Integrations\Host_Providers\Closte_Host_Provider;
use WP_Ultimo\Integrations\Integration_Registry;
use WP_Ultimo\Integrations\Providers\Closte as Built_In;
use WP_Ultimo\Managers\Domain_Manager;
use WP_Ultimo\Models\Domain;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Test extends Ultimate_Multisite_Test_Case {

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
		$this->assertSame( Ultimate_Multisite::ID, $this->row( 'customer.example' )->source );

		$this->next_request();
		$domain->delete();
		$this->end_request();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );

		$this->next_request();
		$this->emulator->call( 'DELETE', '/journal' );
		$this->assertSame( array(), Domain_Manager::run_queue() );
		$this->assertSame( array(), $this->changes() );
	}

	/** @dataProvider versions */
	public function test_a_duplicated_site_brings_its_domain_once_and_the_original_keeps_its_own( bool $modern ): void {
		Domain_Manager::$modern = $modern;
		$original               = $this->create_site( 'original' );
		wu_create_domain( array( 'blog_id' => $original, 'domain' => 'customer.example' ) );
		$this->next_request();
		Domain_Manager::run_queue();
		$copy = Site_Duplicator::duplicate_site( $original, 'Copy', array( 'domain' => $this->sub( 'copy' ), 'user_id' => 1 ) );
		$this->next_request();
		$this->assertSame( array(), Domain_Manager::run_queue() );
		do_action( Scheduler::DAILY );
		$this->run_due();

		// And what the daily run adds of the network's own.
		$names = array( $this->sub( 'copy' ), 'customer.example', $this->sub( 'original' ), 'www.customer.example', $this->sub( 'www' ) );
		$sent  = $this->changes();
		sort( $sent );
		$this->assertSame( array_map( static fn( string $name ): string => "add $name", $names ), $sent );
		$this->assertSame( $names, $this->emulator->domains() );
		$this->assertSame( array( $copy, $original, $original, $original, 1 ), array_map( fn( string $name ): ?int => $this->row( $name )?->blog_id, $names ) );
		$this->assertSame( array( array( $this->sub( 'copy' ) ), array( $this->sub( 'original' ), 'customer.example' ) ), array( $this->records( $copy ), $this->records( $original ) ) );

		wp_delete_site( $copy );
		$this->next_request();
		$this->assertSame( array_slice( $names, 1 ), $this->emulator->domains() );
	}

	/** @return list<string> The domains of a site's records. */
	private function records( int $blog_id ): array {
		return array_map( static fn( Domain $record ): string => $record->get_domain(), wu_get_domains( array( 'blog_id' => $blog_id ) ) );
	}

	public function test_a_site_deleted_with_its_mappings_is_one_removal_each(): void {
		$id = $this->create_site( 'shop' );
		wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$this->next_request();
		$this->emulator->call( 'DELETE', '/journal' );
		wp_delete_site( $id );
		$this->end_request();

		$removals = array_filter( $this->changes(), static fn( string $change ): bool => str_starts_with( $change, 'delete' ) );
		$this->assertCount( 3, $removals );
		$this->assertCount( 3, array_unique( $removals ) );
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	public function test_a_network_that_used_the_built_in_integration_is_on_from_the_start(): void {
		delete_network_option( get_main_network_id(), Settings::OPTION );
		$this->assertTrue( Settings::load()->enabled );
	}

	public function test_its_switches_on_another_network_move_nothing_here(): void {
		$this->assertTrue( Settings::load()->enabled );

		foreach ( array( array( 'runcloud' => true ), array( 'runcloud' => false ) ) as $switches ) {
			update_network_option( 2, 'wu_host_integrations_enabled', $switches );
			$this->assertTrue( Settings::load()->enabled );
		}

		update_network_option( null, 'wu_host_integrations_enabled', array( 'closte' => false ) );
		$this->assertFalse( Settings::load()->enabled );
	}

	/** @dataProvider arrivals */
	public function test_records_from_before_appear_within_a_minute( string $arrival, int $seconds ): void {
		$switches = get_network_option( null, 'wu_host_integrations_enabled' );
		delete_network_option( get_main_network_id(), 'wu_host_integrations_enabled' );
		delete_network_option( get_main_network_id(), Settings::OPTION );
		$this->wpdb->insert( $this->wpdb->base_prefix . 'wu_domain_mappings', array( 'blog_id' => 1, 'domain' => 'before.example', 'stage' => 'done' ) );

		if ( 'activated beside its switch' === $arrival ) {
			$this->wpdb->insert( $this->wpdb->sitemeta, array( 'site_id' => 1, 'meta_key' => 'wu_host_integrations_enabled', 'meta_value' => serialize( $switches ) ) );
		}

		$this->plugin->scheduler()->clear();
		$this->next_request();

		match ( $arrival ) {
			'activated beside its switch' => $this->activate(),
			'switched on there'           => update_network_option( null, 'wu_host_integrations_enabled', $switches ),
			'switched on here'            => $this->set( array( 'enabled' => true ) ),
		};

		$this->assertLessThanOrEqual( time() + $seconds, (int) wp_next_scheduled( Scheduler::DAILY ) );
		$this->assertGreaterThan( 0, (int) wp_next_scheduled( Scheduler::DAILY ) );
		// Where WP-Cron is switched off, `wp closte run` does it with its next run.
		$this->assertSame( 0 === $seconds, $this->plugin->scheduler()->claim_overdue_reconcile() );
		do_action( Scheduler::DAILY );
		$this->assertContains( 'before.example', $this->emulator->domains() );
		$this->assertNotNull( $this->row( 'before.example' ) );
	}

	/** @return array<string, array{string, int}> */
	public static function arrivals(): array {
		return array(
			'activated beside its switch' => array( 'activated beside its switch', 0 ),
			'switched on there'           => array( 'switched on there', MINUTE_IN_SECONDS ),
			'switched on here'            => array( 'switched on here', MINUTE_IN_SECONDS ),
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
		$this->assertSame( array_fill_keys( array( 'check_interval', 'www' ), 'Ultimate Multisite' ), Settings::decided_elsewhere() );

		update_network_option( null, 'v2_settings', array( 'dns_check_interval' => '', 'auto_create_www_subdomain' => '' ) );
		$this->assertSame( 120, Settings::load()->check_interval );
		$this->assertSame( 'never', Settings::load()->www->value );
	}

	public function test_its_records_follow_and_its_own_checks_do_not_run_for_them(): void {
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		$ledger = $this->plugin->ledger();
		$row    = $this->plugin->leases()->claim( $this->row( 'customer.example' )->id, 'test', 30 );
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

	public function test_its_own_check_goes_on_in_a_network_whose_records_no_run_of_ours_knows(): void {
		$domain  = wu_create_domain( array( 'blog_id' => $this->create_site( 'shop' ), 'domain' => 'customer.example' ) );
		$network = $GLOBALS['current_site'];

		try {
			$GLOBALS['current_site'] = new \WP_Network( (object) array( 'id' => 2, 'domain' => 'second.test', 'path' => '/' ) );
			do_action( 'wu_async_process_domain_stage', $domain->get_id(), 0 );
		} finally {
			$GLOBALS['current_site'] = $network;
		}

		$this->assertSame( array( $domain->get_id() ), Domain_Manager::$checked );
	}

	public function test_a_record_in_another_form_of_the_name_follows_too(): void {
		$id     = $this->create_site( 'shop' );
		$domain = wu_create_domain( array( 'blog_id' => $id, 'domain' => 'bücher.example', 'skip_validation' => true ) );
		$row    = $this->plugin->leases()->claim( $this->row( 'xn--bcher-kva.example' )->id, 'test', 30 );
		$this->plugin->recorder()->record( $row, array( 'stage' => 'done', 'next_check_at' => time() + DAY_IN_SECONDS ) + $row->to_record() );

		$this->assertSame( 'done', wu_get_domain( $domain->get_id() )->get_stage() );
		do_action( 'wu_async_process_domain_stage', $domain->get_id(), 0 );
		$this->assertSame( array(), Domain_Manager::$checked );
	}

	public function test_its_switch_makes_its_other_settings_none_of_ours(): void {
		update_network_option( null, 'v2_settings', array( 'dns_check_interval' => '20', 'auto_create_www_subdomain' => 'never' ) );
		Integration_Registry::get_instance()->get( 'closte' )->disable();
		Integration_Registry::get_instance()->get( 'closte' )->enable();

		$this->assertSame( 20, Settings::load()->check_interval );
		$this->assertSame( 300, Settings::stored()->check_interval );
		$this->assertSame( 'main_only', Settings::stored()->www->value );
	}

	public function test_mappings_of_living_sites_are_wanted(): void {
		$id = $this->create_site( 'shop' );
		wu_create_domain( array( 'blog_id' => $id, 'domain' => 'customer.example' ) );
		wu_create_domain( array( 'blog_id' => 4711, 'domain' => 'orphan.example' ) );

		$wanted = array_keys( iterator_to_array( $this->plugin->desired_domains()->all() ) );
		$this->assertContains( 'customer.example', $wanted );
		$this->assertContains( 'www.customer.example', $wanted );
		$this->assertNotContains( 'orphan.example', $wanted );
		$this->assertTrue( $this->plugin->desired_domains()->wants( 'www.customer.example' ) );
		$this->assertFalse( $this->plugin->desired_domains()->wants( 'orphan.example' ) );
	}

	public function test_the_key_that_its_wizard_stored_is_found(): void {
		$stored = \WP_Ultimo\Helpers\Credential_Store::encrypt( 'a-key-from-the-wizard' );
		update_network_option( null, 'wu_hosting_credential_CLOSTE_CLIENT_API_KEY', $stored );

		$process = $this->start_php_without_key( 'require ' . var_export( dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php', true ) . '; $key = ClosteSync\Extension\Key_Provider::find(); echo $key->source, " ", $key->reveal() === "a-key-from-the-wizard" ? "right" : "wrong", " ", $key->masked();' );
		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertSame( 'ultimate-multisite right ••••••••zard', $process->output() );
	}

	public function test_where_it_loads_first_the_pair_is_replaced_and_no_mercator_listener_is_there(): void {
		$mu_plugin = $this->env( 'wordpress' ) . '/wp-content/mu-plugins/closte-double.php';
		file_put_contents(
			$mu_plugin,
			'<?php require ' . var_export( dirname( __DIR__ ) . '/support/doubles/ultimate-multisite/load.php', true ) . ';
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
}
