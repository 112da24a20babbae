<?php
/**
 * Whether everything that people read can be translated.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Admin;
use ClosteSync\Admin\Notices;
use ClosteSync\Admin\Pages;
use ClosteSync\Diagnosis\Records_Text;
use ClosteSync\Admin\Site_Owners\Owner_Screen;
use ClosteSync\Diagnosis\Advice;
use ClosteSync\Diagnosis\Site_Health;

require_once __DIR__ . '/class-screens-test-case.php';
require_once __DIR__ . '/../support/class-pseudo-locale.php';

/** Each screen that the plugin has, found by the hooks with which it is registered. */
final class Pseudo_Locale_Test extends Screens_Test_Case {

	/** One that its owner must change, and one that Closte refuses. */
	private const ROWS = array(
		'shop.example'    => array(
			'state'          => 'owner-must-act',
			'stage'          => 'checking-dns',
			'accepted_at'    => 1800000000,
			'dns_state'      => 'elsewhere',
			'dns_checked_at' => 1800000000,
			'problems'       => '[{"code":"elsewhere","severity":"blocks","message":"English of the extension.","values":{"domain":"shop.example","addresses":["192.0.2.1"]},"records":[{"action":"set","type":"A","name":"shop.example","value":"203.0.113.7"}]}]',
		),
		'refused.example' => array(
			'state'         => 'network-must-act',
			'stage'         => 'failed',
			'error_kind'    => 'rejected',
			'error_reason'  => 'refused',
			'error_message' => 'English of the extension: “It said so.”.',
			'next_call'     => 'add',
		),
	);

	/** @var list<string> What people gave. */
	private array $data = array();

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
		$site = $this->create_site( 'one' );

		foreach ( self::ROWS as $domain => $columns ) {
			$this->plugin->ledger()->want( $domain, $site, 'manual' );
			$this->wpdb->update( $this->wpdb->base_prefix . 'closte_sync_domains', $columns, array( 'domain' => $domain ) );
		}

		$this->data = array(
			'It said so.',
			wp_get_current_user()->user_login,
			get_site( $site )->blogname,
			get_site( get_main_site_id() )->blogname,
			get_network()->site_name,
			...array_values( $GLOBALS['wp_locale']->month ),
			...array_values( $GLOBALS['wp_locale']->month_abbrev ),
		);
		Pseudo_Locale::start();
	}

	protected function tearDown(): void {
		$_GET = array();
		unset( $GLOBALS['current_screen'] );
		parent::tearDown();
	}

	/**
	 * In processes of their own: WordPress keeps the headings of a screen's columns for as long as a process lasts.
	 *
	 * @dataProvider screens
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 * @param array<string, string> $query
	 */
	public function test_a_screen_has_no_text_that_cannot_be_translated( string $page, array $query ): void {
		$html = $this->screen( $page, array_map( fn( string $value ): string => strtr( $value, array( 'ID' => (string) $this->row( 'shop.example' )?->id, 'SITE' => (string) $this->row( 'shop.example' )?->blog_id ) ), $query ) );

		$this->assertStringContainsString( '⟦', $html );
		$this->assertSame( array(), Pseudo_Locale::unmarked_in_html( $html, $this->data ) );
		$this->assertStringNotContainsString( 'English of the extension', $html );
	}

	/**
	 * @return array<string, array{string, array<string, string>}>
	 */
	public static function screens(): array {
		return array(
			'Domains'            => array( Pages::DOMAINS, array() ),
			'Domains of a state' => array( Pages::DOMAINS, array( 'state' => 'owner-must-act', 's' => 'shop' ) ),
			'one domain'         => array( Pages::DOMAINS, array( 'domain' => 'ID' ) ),
			'a domain that is gone' => array( Pages::DOMAINS, array( 'domain' => '999999' ) ),
			'add a domain'       => array( Pages::DOMAINS, array( 'view' => Pages::ADD_DOMAIN ) ),
			'domains of a site'  => array( Pages::DOMAINS, array( 'view' => Pages::SITE_DOMAINS, 'id' => 'SITE' ) ),
			'Settings'           => array( Pages::SETTINGS, array() ),
			'Log'                => array( Pages::LOG, array() ),
		);
	}

	public function test_notices(): void {
		set_current_screen( Pages::domains_screen_id() );
		$html = $this->printed( ( new Notices( $this->plugin ) )->show( ... ) );

		$this->assertSame( array(), Pseudo_Locale::unmarked_in_html( $html, $this->data ) );
	}

	public function test_the_health_of_the_site(): void {
		$health = new Site_Health( $this->plugin, 'https://network.test/domains', 'https://network.test/settings' );
		$wrong  = array();

		foreach ( $health->add_tests( array( 'direct' => array(), 'async' => array() ) )['direct'] as $name => $test ) {
			$result         = ( $test['test'] )();
			$wrong[ $name ] = Pseudo_Locale::unmarked_in_html( $test['label'] . '<p>' . $result['label'] . '</p>' . $result['description'] . $result['actions'], $this->data );
		}

		$this->assertSame( array(), array_filter( $wrong ) );
	}

	public function test_sentences(): void {
		foreach ( array_keys( self::ROWS ) as $domain ) {
			$row = $this->row( $domain );
			$this->assertSame( array(), Pseudo_Locale::unmarked( Advice::of( $row )->sentence() ), $domain );
			$this->assertSame( array(), Pseudo_Locale::unmarked( Records_Text::of( $row->dns_records() ), array( $domain ) ), $domain );
		}
	}

	public function test_the_screen_of_a_site_owner(): void {
		$this->set( array( 'owners' => true, 'www' => 'never' ) );
		switch_to_blog( (int) $this->row( 'shop.example' )?->blog_id );

		try {
			set_current_screen( 'settings_page_' . Pages::OWN_DOMAINS );
			$html = $this->printed( ( new Owner_Screen( $this->plugin ) )->show( ... ) );
		} finally {
			restore_current_blog();
		}

		$this->assertStringContainsString( 'shop.example', $html );
		$this->assertSame( array(), Pseudo_Locale::unmarked_in_html( $html, $this->data ) );
	}

	public function test_mails(): void {
		$mails = array();
		$this->set( array( 'owner_mail' => true, 'digest' => true ) );
		$this->set_rows( 'state_since = ' . ( time() - 2 * DAY_IN_SECONDS ) );
		add_filter(
			'pre_wp_mail',
			static function ( mixed $short, array $mail ) use ( &$mails ): bool {
				array_push( $mails, $mail['subject'], $mail['message'] );

				return true;
			},
			10,
			2
		);
		$this->next_request();
		$this->plugin->owner_mail()->send_due();
		$this->plugin->digest()->send_if_due( 'https://network.example/domains', 'https://network.example/' );

		$this->assertCount( 4, $mails );
		$this->assertSame( array(), Pseudo_Locale::unmarked( implode( "\n", $mails ), $this->data ) );
	}

	public function test_what_the_rest_api_refuses(): void {
		$said = array();

		foreach ( array( array( 'GET', '/domains/nothing.example' ), array( 'DELETE', '/domains/nothing.example' ), array( 'POST', '/domains/refused.example' ) ) as list( $method, $path ) ) {
			$answer = rest_do_request( new \WP_REST_Request( $method, "/closte-sync/v1$path" ) );
			$said[] = $answer->is_error() ? $answer->as_error()->get_error_message() : '';
		}

		$this->assertNotSame( '', implode( '', $said ) );
		$this->assertSame( array(), Pseudo_Locale::unmarked( implode( "\n", $said ) ) );
	}

	public function test_unmarked_text_would_be_found(): void {
		$find = static fn( string $html ): array => Pseudo_Locale::unmarked_in_html( $html );

		$this->assertSame( array( 'Plain English' ), $find( '<p>⟦Marked⟧ Plain English</p>' ) );
		$this->assertSame( array( 'Plain English' ), $find( '<a title="Plain English">⟦Marked⟧</a>' ) );
		$this->assertSame( array( 'Save' ), $find( '<input type="submit" value="Save">' ) );
		$this->assertSame( array(), $find( '<p>⟦See <a href="#">the list</a> of⟧ <code>wp closte</code> <b dir="ltr">some name</b> shop.example 192.0.2.1 2001:db8::1</p>' ) );
	}

	/**
	 * As WordPress shows it.
	 *
	 * @param array<string, string> $query
	 */
	private function screen( string $page, array $query ): string {
		$_GET  = wp_slash( array( 'page' => $page ) + $query );
		$hooks = array_keys( $GLOBALS['wp_filter'] );
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		( new Admin( $this->plugin ) )->add_pages();

		foreach ( array_diff( array_keys( $GLOBALS['wp_filter'] ), $hooks ) as $hook ) {
			if ( str_ends_with( $hook, "_page_$page" ) && ! str_starts_with( $hook, 'load-' ) ) {
				set_current_screen( "$hook-network" );
				do_action( "load-$hook" );
				$screen = get_current_screen();
				$help   = implode( '', array_map( static fn( array $tab ): string => "<h2>{$tab['title']}</h2>{$tab['content']}", $screen?->get_help_tabs() ?? array() ) );

				return $this->printed( static fn() => do_action( $hook ) ) . $help . $screen?->get_help_sidebar();
			}
		}

		self::fail( "There is no screen $page." );
	}
}
