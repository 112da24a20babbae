<?php
/**
 * The settings screen: what was entered wrong, and what is saved.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Settings\Settings_Form;
use ClosteSync\Admin\Settings\Settings_Screen;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Settings\Settings;
use ClosteSync\Settings\Www_Handling;

require_once __DIR__ . '/class-screens-test-case.php';

final class Settings_Screen_Test extends Screens_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
	}

	public function test_a_wrong_field_keeps_its_value_and_the_others_are_saved(): void {
		$form     = new Settings_Form(
			array(
				'enabled'        => '1',
				'check_interval' => '301',
				'targets'        => "192.0.2.1\nhost name\n-host\nedge.example",
				'www'            => 'never',
				'subdomains'     => 'sometimes',
				'resolvers'      => 'dns.example',
				'owners'         => '1',
				'owner_limit'    => '0',
			),
			new Settings( check_interval: 60, targets: array( '192.0.2.9' ), owner_limit: 7 )
		);
		$settings = $form->settings();

		self::assertSame( 60, $settings->check_interval );
		self::assertSame( array( '192.0.2.9' ), $settings->targets );
		self::assertSame( Www_Handling::Never, $settings->www );
		self::assertSame( array(), $settings->resolvers );
		self::assertTrue( $settings->owners );
		self::assertSame( 7, $settings->owner_limit );
		self::assertSame( array( 'check_interval', 'targets', 'subdomains', 'resolvers', 'owner_limit' ), array_keys( $form->errors() ) );
		self::assertSame( 'Enter a DNS check interval from 10 to 300 seconds, as a whole number.', $form->errors()['check_interval'] );
		self::assertSame( '“host name” and “-host” are not valid IP addresses or host names. Enter one address per line.', $form->errors()['targets'] );
	}

	public function test_what_was_entered_wrong_stays_in_its_field_beside_the_error_once(): void {
		$this->save( array( 'check_interval' => 'soon', 'targets' => "192.0.2.1\n<b>x</b>", 'www' => 'never', 'owner_limit' => '50' ) );
		$html = $this->screen();

		self::assertSame( Www_Handling::Never, Settings::stored()->www );
		self::assertSame( 50, Settings::stored()->owner_limit );
		self::assertSame( 300, Settings::stored()->check_interval );
		self::assertStringContainsString( '2 settings were not saved.', $html );
		self::assertStringContainsString( 'The other settings are saved.', $html );
		self::assertStringContainsString( '<a href="#closte-sync-check_interval">Enter a DNS check interval from 10 to 300 seconds', $html );
		self::assertMatchesRegularExpression( '/<input [^>]*id="closte-sync-check_interval"[^>]* value="soon"[^>]* aria-invalid="true" aria-describedby="closte-sync-check_interval-error closte-sync-check_interval-help"/', $html );
		self::assertStringContainsString( 'id="closte-sync-check_interval-error"', $html );
		self::assertStringContainsString( ">192.0.2.1\n&lt;b&gt;x&lt;/b&gt;</textarea>", $html );
		self::assertStringNotContainsString( '<b>x</b>', $html );

		$again = $this->screen();
		self::assertStringNotContainsString( 'aria-invalid', $again );
		self::assertStringContainsString( 'value="300"', $again );
	}

	public function test_what_one_admin_entered_wrong_is_not_shown_to_another(): void {
		$this->save( array( 'check_interval' => 'soon' ) );
		$this->log_in( 'super' );

		self::assertStringNotContainsString( 'soon', $this->screen() );
	}

	public function test_site_owners_add_no_domains_unless_the_network_says_so(): void {
		self::assertSame( array( false, 5 ), array( Settings::load()->owners, Settings::load()->owner_limit ) );

		$this->save( array( 'enabled' => '1', 'owners' => '1', 'owner_limit' => '12' ) );
		self::assertSame( array( true, 12 ), array( Settings::load()->owners, Settings::load()->owner_limit ) );
		self::assertStringContainsString( 'value="12"', $this->screen() );

		$this->save( array( 'enabled' => '1' ) );
		self::assertSame( array( false, 12 ), array( Settings::load()->owners, Settings::load()->owner_limit ) );
		self::assertSame( array( 1, 100, 5 ), array_map( static fn( mixed $limit ): int => Settings::sanitize( array( 'owner_limit' => $limit ) )->owner_limit, array( -3, '1e9', 'many' ) ) );
	}

	public function test_what_closte_has_is_shown_on_demand_and_marked(): void {
		$this->set( array( 'www' => 'never' ) );
		$this->create_site( 'ours.example' );
		$this->plugin->sync()->domain_added( 'unused.example', 0, Row_Source::MANUAL );
		$this->set_rows( "source = 'core', by_hand = 0", 'unused.example' );
		$this->emulator->set_domains( array( ...$this->emulator->domains(), 'foreign.example' ) );
		$calls = count( $this->emulator->calls() );

		self::assertStringContainsString( 'Show domains at Closte', $this->screen() );
		self::assertCount( $calls, $this->emulator->calls(), 'Nobody asked for it.' );

		$html = $this->screen( array( 'at_closte' => 'all' ) );
		self::assertMatchesRegularExpression( '/foreign\.example.*>Foreign</s', $html );
		self::assertMatchesRegularExpression( '/unused\.example.*>Unused</s', $html );
		self::assertMatchesRegularExpression( '/ours\.example.*>Ours</s', $html );
		self::assertSame( 1, substr_count( $html, 'name="closte_sync_adopt[]"' ) );

		$foreign = $this->screen( array( 'at_closte' => 'foreign' ) );
		self::assertStringContainsString( 'foreign.example', $foreign );
		self::assertStringNotContainsString( 'ours.example', $foreign );
	}

	public function test_why_closte_could_not_be_asked_is_said_where_it_was_asked_for(): void {
		$this->emulator->down( true );

		foreach ( array( 'at_closte' => 'all', 'send_all' => 'plan' ) as $query => $value ) {
			$html = $this->screen( array( $query => $value ) );
			self::assertStringContainsString( 'Changes are queued and sent', $html, $query );
			self::assertStringContainsString( '>Try again<', $html, $query );
		}
	}

	public function test_a_foreign_domain_is_adopted_once_that_is_confirmed(): void {
		$this->emulator->set_domains( array( 'foreign.example', 'other.example' ) );
		$choice = array( 'action' => 'closte-sync-adopt', 'closte_sync_adopt' => array( 'foreign.example', 'gone.example' ), '_wpnonce' => wp_create_nonce( 'closte-sync-adopt' ) );

		$html = $this->screen( array(), $choice );
		self::assertStringContainsString( 'Adopt these domains?', $html );
		self::assertStringContainsString( 'value="foreign.example"', $html );
		self::assertNull( $this->row( 'foreign.example' ) );

		self::assertSame( 302, $this->submit( 'network_admin_edit_closte-sync-adopt', $choice ) );
		self::assertTrue( $this->row( 'foreign.example' )->is_accepted() );
		self::assertNull( $this->row( 'gone.example' ) );
		self::assertNull( $this->row( 'other.example' ) );

		$said = $this->printed( Flash::show( ... ) );
		self::assertStringContainsString( '1 domain adopted: foreign.example.', $said );
		self::assertStringContainsString( 'Closte no longer has: gone.example', $said );
	}

	public function test_what_is_chosen_to_adopt_needs_the_nonce(): void {
		$this->emulator->set_domains( array( 'foreign.example' ) );
		$this->expectException( Wp_Die_Exception::class );
		$this->screen( array(), array( 'action' => 'closte-sync-adopt', 'closte_sync_adopt' => array( 'foreign.example' ), '_wpnonce' => 'guessed' ) );
	}

	public function test_the_plan_says_what_would_be_sent_before_it_is(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->create_site( 'new-one.example' );
		$this->create_site( 'new-two.example' );
		$this->create_site( 'there.example' );
		$this->wpdb->query( "DELETE FROM {$this->plugin->schema()->table()}" );
		$this->wpdb->insert( $this->wpdb->blogs, array( 'domain' => 'site.internal', 'path' => '/' ) );
		$this->emulator->set_domains( array( 'there.example', 'foreign.example' ) );
		$this->set( array( 'enabled' => true ) );
		$this->next_request();

		$html = $this->screen( array( 'send_all' => 'plan' ) );
		$this->wpdb->delete( $this->wpdb->blogs, array( 'domain' => 'site.internal' ) );
		$plan = $this->plugin->reconciler()->plan();

		self::assertStringContainsString( sprintf( '%d domains are missing at Closte and are sent.', count( $plan->add ) ), $html );
		self::assertStringContainsString( '>new-one.example<', $html );
		self::assertStringContainsString( '1 name cannot be sent.', $html );
		self::assertMatchesRegularExpression( '/site\.internal<\/span> — \S/', $html );
		self::assertStringContainsString( '1 domain is at Closte already and stays as it is.', $html );
		self::assertStringContainsString( 'It is not on the Domains screen yet', $html );
		self::assertStringContainsString( 'No domain is removed.', $html );
		self::assertStringContainsString( '1 domain at Closte is foreign', $html );
		self::assertStringContainsString( sprintf( '>Send %d domains<', count( $plan->add ) + 1 ), $html );
		self::assertSame( array(), $this->changes() );
	}

	public function test_the_end_names_what_was_refused_and_leads_to_it(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->create_site( 'bad.example' );
		$this->wpdb->query( "DELETE FROM {$this->plugin->schema()->table()}" );
		$this->set( array( 'enabled' => true ) );
		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => 'bad.example' ) );
		$this->next_request();

		self::assertSame( 302, $this->submit( 'network_admin_edit_closte-sync-send-all', array( '_wpnonce' => wp_create_nonce( 'closte-sync-send-all' ) ) ) );
		$this->next_request();
		$html = $this->screen();

		self::assertMatchesRegularExpression( '/<strong dir="ltr">bad\.example<\/strong> — \S/', $html );
		self::assertStringContainsString( 'state=network-must-act', $html );
	}

	/**
	 * @param array<string, string> $fields
	 */
	private function save( array $fields ): void {
		self::assertSame( 302, $this->submit( 'network_admin_edit_closte-sync-save', array( '_wpnonce' => wp_create_nonce( 'closte-sync-save' ), 'closte_sync' => $fields ) ) );
	}

	/**
	 * @param array<string, string> $query
	 * @param array<string, mixed>  $posted
	 */
	private function screen( array $query = array(), array $posted = array() ): string {
		set_current_screen( Pages::settings_screen_id() );
		$_GET     = $query;
		$_POST    = $posted;
		$_REQUEST = array_merge( $query, $posted );
		$screen = new Settings_Screen( $this->plugin );
		$screen->prepare();

		return $this->printed( $screen->show( ... ) );
	}
}
