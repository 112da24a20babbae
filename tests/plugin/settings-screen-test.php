<?php
/**
 * The settings screen: what was entered wrong, and what is saved.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Settings\Settings_Form;
use ClosteSync\Admin\Settings\Settings_Screen;
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
				'targets'        => "192.0.2.1\nnot a host!",
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
		self::assertSame( '“host!” is not a valid IP address or host name. Enter one address per line.', $form->errors()['targets'] );
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

	/**
	 * @param array<string, string> $fields
	 */
	private function save( array $fields ): void {
		self::assertSame( 302, $this->submit( 'network_admin_edit_closte-sync-save', array( '_wpnonce' => wp_create_nonce( 'closte-sync-save' ), 'closte_sync' => $fields ) ) );
	}

	private function screen(): string {
		set_current_screen( Pages::settings_screen_id() );
		$screen = new Settings_Screen( $this->plugin );
		$screen->prepare();

		return $this->printed( $screen->show( ... ) );
	}
}
