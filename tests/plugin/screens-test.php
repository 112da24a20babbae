<?php
/**
 * Tests of what the screens show and save.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_List_Table;
use ClosteSync\Admin\Domains\Domains_Query;
use ClosteSync\Admin\Dismissals;
use ClosteSync\Admin\Notices;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Settings\Settings_Form;
use ClosteSync\Admin\Settings\Settings_Screen;
use ClosteSync\Container;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Proof;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Settings\Settings;

require_once __DIR__ . '/class-screens-test-case.php';

/** What the screens show and save. */
final class Screens_Test extends Screens_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
	}

	/**
	 * @testWith ["closte-sync-save", false]
	 *           ["closte-sync-save", true]
	 *           ["closte-sync-enable", false]
	 */
	public function test_no_settings_are_said_to_be_saved_that_the_database_did_not_take( string $action, bool $wrong_field ): void {
		$this->set( array( 'enabled' => false, 'check_interval' => 60 ) );
		$refuse = static fn( mixed $value, mixed $old ): mixed => $old;
		add_filter( 'pre_update_site_option_' . Settings::OPTION, $refuse, 10, 2 );
		$this->expectException( Wp_Die_Exception::class );
		$this->expectExceptionMessage( 'could not be saved' );
		$_POST = $_REQUEST = array(
			'_wpnonce'    => wp_create_nonce( $action ),
			'closte_sync' => array( 'enabled' => '1', 'check_interval' => $wrong_field ? '9' : '90' ),
		);

		try {
			do_action( "network_admin_edit_$action" );
		} finally {
			remove_filter( 'pre_update_site_option_' . Settings::OPTION, $refuse );
			$this->assertFalse( Settings::load()->enabled );
			$this->assertSame( 60, Settings::load()->check_interval );
		}
	}

	/**
	 * @dataProvider hostile_input
	 */
	public function test_hostile_input_changes_nothing( mixed $value ): void {
		$before   = new Settings( check_interval: 60, targets: array( '192.0.2.9' ) );
		$settings = ( new Settings_Form( array_fill_keys( array( 'check_interval', 'targets', 'www', 'subdomains', 'resolvers', 'owner_limit' ), $value ), $before ) )->settings();

		self::assertEquals( $before->to_array(), $settings->to_array() );
	}

	/**
	 * @return array<string, array{mixed}>
	 */
	public static function hostile_input(): array {
		return array(
			'an array'       => array( array( 'x' => array( 'y' ) ) ),
			'HTML'           => array( '<img/src=x/onerror=alert(1)>' ),
			'header lines'   => array( "300\r\nSet-Cookie:x=1" ),
			'zero-width'     => array( "exam\u{200B}ple.com\u{202E}" ),
			'much of it'     => array( str_repeat( 'a', 10_000_000 ) ),
			'SQL'            => array( "'OR(1=1)--" ),
		);
	}

	public function test_the_settings_screen_never_holds_the_key(): void {
		set_current_screen( Pages::settings_screen_id() );
		$screen = new Settings_Screen( $this->plugin );
		$screen->prepare();
		$html = $this->printed( $screen->show( ... ) );

		self::assertStringContainsString( 'Found in the constant CLOSTE_CLIENT_API_KEY', $html );
		self::assertStringContainsString( substr( $this->env( 'key' ), -4 ), $html );
		self::assertStringNotContainsString( $this->env( 'key' ), $html );
		self::assertStringNotContainsString( substr( $this->env( 'key' ), 0, 8 ), $html );
	}

	public function test_hostile_words_are_shown_as_text(): void {
		$hostile = '<script>alert(1)</script>';
		$this->plugin->ledger()->want( "$hostile.example", 0, Row_Source::MANUAL );
		$this->plugin->ledger()->want( 'shop.example', 0, Row_Source::MANUAL );
		$this->wpdb->query( $this->wpdb->prepare( 'UPDATE %i SET error_kind = %s, error_message = %s, dns_state = %s, dns_checked_at = 1', $this->wpdb->base_prefix . 'closte_sync_domains', 'transient', $hostile, $hostile ) );

		$html = $this->table( array( 's' => $hostile ) ) . $this->table( array() );

		self::assertStringContainsString( esc_html( $hostile ), $html );
		self::assertStringNotContainsString( '<script', $html );
	}

	public function test_what_is_not_on_offer_falls_back(): void {
		$query = Domains_Query::from(
			array(
				'stage'   => 'nonsense',
				'orderby' => 'domain; DROP TABLE wp_blogs',
				'order'   => array( 'asc' ),
				's'       => array(),
			)
		);

		self::assertNull( $query->stage );
		self::assertSame( 'state', $query->orderby );
		self::assertSame( 'asc', $query->order );
		self::assertSame( '', $query->search );
	}

	public function test_the_live_update_hides_the_columns_that_the_screen_hides(): void {
		$this->plugin->ledger()->want( 'shop.example', 0, Row_Source::MANUAL );
		$id  = $this->plugin->ledger()->find( 'shop.example' )->id;
		$row = fn(): string => $this->call_rest( 'poll', array( 'ids' => array( $id ), 'url' => '?page=closte-sync-domains' ) )['rows'][ $id ];
		$hidden = static function ( string $html ): array {
			preg_match_all( "/<td class='(\\w+) [^']*\\bhidden\\b/", $html, $matches );
			return $matches[1];
		};

		remove_all_filters( 'default_hidden_columns' );
		self::assertSame( array( 'since', 'source', 'created' ), $hidden( $row() ) );

		update_user_meta( get_current_user_id(), 'manage' . Pages::domains_screen_id() . 'columnshidden', array( 'dns', 'created' ) );
		self::assertSame( array( 'dns', 'created' ), $hidden( $row() ) );
	}

	public function test_while_it_is_off_a_domain_is_said_to_wait_for_the_switch(): void {
		( new Settings( enabled: false ) )->save();
		$this->create_site( 'one' );
		$html = $this->table( array() );

		self::assertStringContainsString( 'It is sent to Closte once you turn on the integration.', $html );
		self::assertStringContainsString( 'When the integration is turned on</td>', $html );
		self::assertStringNotContainsString( 'sent to Closte shortly', $html );

		$notices = $this->printed( ( new Notices( $this->plugin ) )->show( ... ) );
		self::assertStringContainsString( 'The integration is turned off', $notices );
		self::assertStringContainsString( 'page=closte-sync#closte-sync-enabled', $notices );

		( new Settings( enabled: true ) )->save();
		self::assertStringContainsString( 'sent to Closte shortly', $this->table( array() ) );
	}

	public function test_the_missing_extension_is_named_once(): void {
		foreach ( array( false, '0.0.1' ) as $version ) {
			$notices = new Notices( $this->with_extension( $version ) );
			$html    = $this->printed( $notices->show( ... ) );
			self::assertStringContainsString( false === $version ? 'is not loaded' : 'is too old', $html );
			self::assertSame( 1, preg_match( '/data-closte-sync-notice="([^"]+)"/', $html, $match ) );

			Dismissals::add( $match[1] );
			self::assertSame( '', $this->printed( $notices->show( ... ) ) );
		}
	}

	public function test_notices_are_for_those_who_manage_the_network(): void {
		$this->log_in( 'administrator' );

		self::assertSame( '', $this->printed( ( new Notices( $this->with_extension( false ) ) )->show( ... ) ) );
	}

	public function test_the_switch_is_offered_until_settings_are_saved(): void {
		delete_network_option( null, Settings::OPTION );
		// Once the doubles of Ultimate Multisite are in the process, its switch counts too.
		delete_network_option( null, 'wu_host_integrations_enabled' );
		set_current_screen( 'plugins-network' );
		self::assertStringContainsString( 'Turn on', $this->printed( ( new Notices( $this->plugin ) )->show( ... ) ) );

		( new Settings( enabled: false ) )->save();
		self::assertSame( '', $this->printed( ( new Notices( $this->plugin ) )->show( ... ) ) );
	}

	public function test_waiting_domains_are_named_on_the_screens_of_sites_only(): void {
		$this->emulator->down( true );
		$this->create_site( 'one' );

		set_current_screen( 'sites-network' );
		self::assertStringContainsString( '1 change has not been sent to Closte yet.', $this->printed( ( new Notices( $this->plugin ) )->show( ... ) ) );
		set_current_screen( 'users-network' );
		self::assertSame( '', $this->printed( ( new Notices( $this->plugin ) )->show( ... ) ) );
	}

	public function test_a_missing_key_is_named(): void {
		$process = $this->start_php_without_key( 'wp_set_current_user( 1 ); require ABSPATH . "wp-admin/includes/admin.php"; ( new ClosteSync\Admin\Notices( new ClosteSync\Container( $GLOBALS["wpdb"] ) ) )->show();' );

		self::assertSame( 0, $process->wait(), $process->output() );
		self::assertStringContainsString( 'The Closte integration is on, but there is no API key.', $process->output() );
	}

	/**
	 * The table as HTML.
	 *
	 * @param array<string, string> $query The query string.
	 */
	private function table( array $query ): string {
		set_current_screen( Pages::domains_screen_id() );
		$_SERVER['REQUEST_URI'] = '/wp-admin/network/sites.php?' . http_build_query( $query );
		$table                  = new Domains_List_Table( $this->plugin, Domains_Query::from( $query ) );
		$table->prepare_items();

		return $this->printed(
			static function () use ( $table ): void {
				$table->views();
				$table->search_box( 'Search', 'x' );
				$table->display();
			}
		);
	}

	/**
	 * The plugin's objects with another extension.
	 *
	 * @param string|false $version Its version, or false for none.
	 */
	private function with_extension( string|false $version ): Container {
		return new class( $this->wpdb, $version ) extends Container {
			/**
			 * Takes the version too.
			 *
			 * @param \wpdb        $wpdb    Database.
			 * @param string|false $version Version.
			 */
			public function __construct( \wpdb $wpdb, private readonly string|false $version ) {
				parent::__construct( $wpdb );
			}

			public function extension(): Extension {
				return new Extension( new Proof(), $this->version );
			}
		};
	}
}
