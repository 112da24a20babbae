<?php
/**
 * Tests of entering a key on the settings screen.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Settings\Key_Actions;
use ClosteSync\Admin\Settings\Key_Section;
use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Key_Store;

require_once __DIR__ . '/class-key-test-case.php';

/** What the forms do, and what is shown. */
final class Key_Screen_Test extends Key_Test_Case {

	private const SAVE   = 'closte-sync-key-save';
	private const FORGET = 'closte-sync-key-forget';

	public function test_a_key_is_entered_replaced_and_forgotten(): void {
		$html = $this->keyless( 'echo screen();' );
		self::assertStringContainsString( 'Not found', $html );
		self::assertStringContainsString( '>Save key<', $html );
		self::assertStringNotContainsString( '>Delete key<', $html );
		self::assert_empty_field( $html );

		$wrong = $this->submit_key( self::KEY );
		self::assertStringContainsString( 'API key saved. It is stored encrypted.', $wrong );
		self::assertStringContainsString( 'did not accept the API key', $wrong );
		self::assertStringContainsString( 'Found in the settings of this network: <code>••••••••c4fe</code>', $wrong );
		self::assertStringContainsString( 'is-bad closte-sync-key', $wrong );
		self::assertStringContainsString( 'Closte refused this key', $wrong );
		self::assertStringContainsString( '>Replace key<', $wrong );
		self::assertStringContainsString( '>Delete key<', $wrong );
		self::assert_empty_field( $wrong );
		self::assertStringNotContainsString( self::KEY, html_entity_decode( $wrong ) );

		$right = $this->submit_key( ' ' . $this->env( 'key' ) . "\n" );
		self::assertStringContainsString( 'Closte answers and accepts the key', $right );
		self::assertStringContainsString( '<code>••••••••' . substr( $this->env( 'key' ), -4 ) . '</code>', $right );
		self::assertStringContainsString( 'is-done closte-sync-key', $right );
		self::assertStringNotContainsString( 'Closte refused this key', $right );
		self::assert_empty_field( $right );
		self::assertStringNotContainsString( $this->env( 'key' ), $right . $this->database() );

		$gone = $this->submit_form( self::FORGET );
		self::assertStringContainsString( 'API key deleted. Changes are queued and sent once there is an API key again.', $gone );
		self::assertStringContainsString( 'Not found', $gone );
		self::assertNull( get_network_option( get_main_network_id(), Key_Store::OPTION, null ) );
		self::assertStringContainsString( 'No API key is stored.', $this->submit_form( self::FORGET ) );
	}

	/**
	 * @dataProvider what_is_no_key
	 */
	public function test_what_is_no_key_changes_nothing_and_is_not_shown( string $code, string $says ): void {
		Key_Store::save( Api_Key::entered( self::KEY ) );

		$html = $this->keyless( sprintf( 'echo submit( %s, %s );', var_export( self::SAVE, true ), $code ) );

		self::assertStringContainsString( $says, $html );
		self::assertStringContainsString( 'Nothing was changed', $html );
		self::assertStringNotContainsString( 'pasted', $html );
		self::assert_empty_field( $html );
		self::assertSame( self::KEY, Key_Store::read() );
		self::assertSame( array(), $this->emulator->journal() );
	}

	/**
	 * PHP code of what is posted, and what is said.
	 *
	 * @return array<string, array{string, string}>
	 */
	public static function what_is_no_key(): array {
		return array(
			'no field'         => array( 'null', 'Enter an API key' ),
			'nothing'          => array( '""', 'Enter an API key' ),
			'blanks'           => array( '" \t\r\n\0"', 'Enter an API key' ),
			'an array'         => array( 'array( "pasted", array( "pasted" ) )', 'Enter an API key' ),
			'words'            => array( '"pasted key"', 'contains spaces or other characters' ),
			'two lines'        => array( '"pasted\nkey"', 'contains spaces or other characters' ),
			'a header'         => array( '"pasted\r\nX: y"', 'contains spaces or other characters' ),
			'a NUL'            => array( '"pas\0pasted"', 'contains spaces or other characters' ),
			'what is shown'    => array( '"••••••••7f3a"', 'contains spaces or other characters' ),
			'not UTF-8'        => array( '"pasted\xff\xfe"', 'contains spaces or other characters' ),
			'markup'           => array( '"<b onclick=alert(1)>pasted</b>"', 'contains spaces or other characters' ),
			'its definition'   => array( '"define( \'CLOSTE_CLIENT_API_KEY\', \'pasted\' );"', 'contains spaces or other characters' ),
			'a little too long' => array( 'str_repeat( "p", 1025 )', 'too long' ),
			'much'             => array( 'str_repeat( "pasted", 1_000_000 )', 'too long' ),
		);
	}

	public function test_the_longest_key_and_every_printable_character(): void {
		foreach ( array( str_repeat( 'k', 1024 ), implode( '', array_map( 'chr', range( 33, 126 ) ) ) ) as $key ) {
			self::assertStringContainsString( 'API key saved. It is stored encrypted.', $this->submit_key( $key ) );
			self::assertSame( $key, Key_Store::read() );
		}
	}

	public function test_the_right_key_wakes_what_waited_for_it(): void {
		$this->submit_key( 'a-key-of-nobody-0000' );
		$this->keyless( 'wp_insert_site( array( "domain" => "waiting.network.test", "path" => "/", "network_id" => 1 ) );' );
		self::assertSame( 'auth', $this->row( 'waiting.network.test' )?->error_kind );
		self::assertGreaterThan( time(), $this->row( 'waiting.network.test' )?->next_check_at );
		$this->plugin->circuit_breaker()->failed( 'transient', 'No answer.', 500 );
		wp_clear_scheduled_hook( 'closte_sync_run' );

		$this->submit_key( $this->env( 'key' ) );

		$this->next_request();
		self::assertFalse( $this->plugin->circuit_breaker()->is_down() );
		self::assertLessThanOrEqual( time(), $this->row( 'waiting.network.test' )?->next_check_at );
		self::assertFalse( $this->row( 'waiting.network.test' )?->has_error() );
		self::assertLessThanOrEqual( time(), $this->plugin->scheduler()->next_run() );
		$this->keyless( 'plugin()->worker()->run( 5.0 );' );
		self::assertContains( 'waiting.network.test', $this->emulator->domains() );
	}

	public function test_while_closte_is_away_a_key_is_stored_and_that_is_said(): void {
		$this->emulator->down( true );

		$html = $this->submit_key( $this->env( 'key' ) );

		self::assertStringContainsString( 'API key saved. It is stored encrypted.', $html );
		self::assertStringContainsString( 'Changes are queued and sent automatically once Closte answers.', $html );
		self::assertSame( $this->env( 'key' ), Key_Store::read() );
	}

	public function test_without_the_extension_a_key_is_stored_and_that_is_said(): void {
		$html = $this->keyless( sprintf( 'echo submit( %s, "a-key-for-later-0000" );', var_export( self::SAVE, true ) ), null, array( 'PHP_INI_SCAN_DIR' => '' ) );

		self::assertStringContainsString( 'API key saved. It is stored encrypted.', $html );
		self::assertStringContainsString( 'is not loaded', $html );
		self::assertSame( 'a-key-for-later-0000', Key_Store::read() );
	}

	/** In this process the constant is there. */
	public function test_where_the_constant_gives_it_none_is_taken(): void {
		wp_set_current_user( $this->create_user( 'super' ) );
		$html = $this->section();
		self::assertStringContainsString( 'Found in the constant CLOSTE_CLIENT_API_KEY', $html );
		self::assertStringNotContainsString( '<input type="password"', $html );
		self::assertStringNotContainsString( '<button', $html );

		( new Key_Actions( $this->plugin ) )->register();
		$_POST    = array(
			'_wpnonce'            => wp_create_nonce( self::SAVE ),
			'closte_sync_api_key' => self::KEY,
		);
		$_REQUEST = $_POST;
		$this->expect_redirect( self::SAVE );
		self::assertFalse( Key_Store::has_key() );
		self::assertArrayNotHasKey( 'closte_sync_api_key', $_POST + $_REQUEST );
		$said = (string) wp_json_encode( get_site_transient( 'closte_sync_flash_' . get_current_user_id() ) );
		self::assertStringContainsString( 'which takes precedence over a key that is entered', $said );
		self::assertStringNotContainsString( 'c4fe', $said );

		Key_Store::save( Api_Key::entered( self::KEY ) );
		$html = $this->section();
		self::assertStringContainsString( 'A key that was entered here is also stored, but not used.', $html );
		self::assertStringContainsString( '>Delete key<', $html );
		self::assertStringNotContainsString( 'c4fe', $html );

		$_POST    = array( '_wpnonce' => wp_create_nonce( self::FORGET ) );
		$_REQUEST = $_POST;
		$this->expect_redirect( self::FORGET );
		self::assertFalse( Key_Store::has_key() );
	}

	private function submit_key( string $key ): string {
		$html = $this->keyless( sprintf( 'echo submit( %s, %s );', var_export( self::SAVE, true ), var_export( $key, true ) ) );
		self::assertStringEndsWith( "\nhttp://network.test/wp-admin/network/settings.php?page=closte-sync", $html );
		return $html;
	}

	private function submit_form( string $action ): string {
		return $this->keyless( sprintf( 'echo submit( %s );', var_export( $action, true ) ) );
	}

	private function expect_redirect( string $action ): void {
		try {
			do_action( "network_admin_edit_$action" );
			self::fail( 'It did not answer.' );
		} catch ( Redirect_Exception $e ) {
			self::assertStringEndsWith( 'settings.php?page=closte-sync', $e->getMessage() );
		}
	}

	private function section(): string {
		ob_start();
		( new Key_Section( $this->plugin->circuit_breaker() ) )->show();
		return (string) ob_get_clean();
	}

	private static function assert_empty_field( string $html ): void {
		self::assertSame( 1, preg_match( '/<input type="password"[^>]*>/', $html, $match ) );
		self::assertStringContainsString( 'autocomplete="new-password"', $match[0] );
		self::assertStringNotContainsString( 'value=', $match[0] );
		// It would cut off a key that is too long, in silence.
		self::assertStringNotContainsString( 'maxlength=', $match[0] );
	}
}
