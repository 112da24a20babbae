<?php
/**
 * Domains that the admins of sites add themselves.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Site_Owners\Owner_Form;
use ClosteSync\Admin\Site_Owners\Owner_Menu;
use ClosteSync\Admin\Site_Owners\Owner_Screen;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Operations\Refusal;
use ClosteSync\Owners\Claims;
use ClosteSync\Owners\Site_Domains;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';
require_once dirname( __DIR__ ) . '/phpt/dns.inc';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Site_Owners_Test extends Ultimate_Multisite_Test_Case {

	private int $site;

	private ?\Dns $dns = null;

	protected function setUp(): void {
		parent::setUp();
		$this->site = $this->create_site( 'shop' );
		$this->set(
			array(
				'owners'      => true,
				'owner_limit' => 2,
				'targets'     => array( '127.0.0.1' ),
			)
		);
		add_filter( 'closte_sync_lifecycle_options', static fn( array $options ): array => array( 'authoritative' => false ) + $options );
		$this->dns_says();
	}

	protected function tearDown(): void {
		$this->dns = null;
		parent::tearDown();
	}

	public function test_a_domain_that_points_here_is_added_at_once(): void {
		$this->dns_says( 'mine.example=127.0.0.1' );
		$addition = $this->domains()->add( $this->site, 'https://Mine.example/' );

		$this->assertTrue( $addition->is_done() );
		$this->assertSame( $this->site, wu_get_domain_by_domain( 'mine.example' )->get_blog_id() );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
		$this->assertSame( array(), $this->domains()->claims( $this->site ) );
		$this->assertSame( 1, $this->domains()->left( $this->site ) );
	}

	public function test_nothing_is_sent_before_a_record_proves_that_it_is_theirs(): void {
		$addition = $this->domains()->add( $this->site, 'mine.example' );
		$this->assertSame( '_closte-sync.mine.example', $addition->ownership?->record_name );
		$this->assertFalse( wu_get_domain_by_domain( 'mine.example' ) );
		$this->assertNull( $this->row( 'mine.example' ) );
		$this->assertNotContains( 'mine.example', $this->emulator->domains() );

		$this->dns_says( '_closte-sync.mine.example="another' );
		$this->assertFalse( $this->domains()->add( $this->site, 'mine.example' )->is_done() );

		$token = $addition->claim->token;
		$this->dns_says( "_closte-sync.mine.example=\"$token" );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
	}

	public function test_the_token_of_one_site_is_none_for_another(): void {
		$other = $this->create_site( 'other' );
		$first = $this->domains()->add( $this->site, 'mine.example' )->claim->token;
		$this->dns_says( "_closte-sync.mine.example=\"$first" );

		$this->assertFalse( $this->domains()->add( $other, 'mine.example' )->is_done() );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
	}

	public function test_a_wildcard_record_of_another_site_proves_nothing(): void {
		$this->plugin->ledger()->want( 'shop.customer.example', $this->create_site( 'other' ), Row_Source::CORE );
		$this->dns_says( 'blog.customer.example=127.0.0.1' );
		$this->assertFalse( $this->domains()->add( $this->site, 'blog.customer.example' )->is_done() );

		$token = $this->domains()->claims( $this->site )[0]->token;
		$this->dns_says( 'blog.customer.example=127.0.0.1', "_closte-sync.blog.customer.example=\"$token" );
		$this->assertTrue( $this->domains()->add( $this->site, 'blog.customer.example' )->is_done() );
	}

	public function test_no_more_than_the_limit_also_of_claims(): void {
		$this->dns_says( 'one.example=127.0.0.1' );
		$this->domains()->add( $this->site, 'one.example' );
		$this->domains()->add( $this->site, 'two.example' );
		$refusal = $this->domains()->add( $this->site, 'three.example' )->refusal;

		$this->assertSame( array( Refusal::LIMIT, 'This site can have 2 domains.' ), array( $refusal?->code, $refusal?->message ) );
		$this->assertNull( $this->domains()->add( $this->site, 'two.example' )->refusal, 'What is claimed may be looked at again.' );
		$this->assertNull( $this->domains()->remove( $this->site, 'two.example' ) );
		$this->assertNull( $this->domains()->add( $this->site, 'three.example' )->refusal );
	}

	/** @dataProvider others */
	public function test_what_others_have_is_refused_without_a_word_about_them( string $domain ): void {
		$other = $this->create_site( 'secretname' );
		wu_create_domain( array( 'blog_id' => $other, 'domain' => 'taken.example' ) );
		$domain  = str_replace( 'NETWORK', get_network()->domain, $domain );
		$this->dns_says( "$domain=127.0.0.1" );
		$refusal = $this->domains()->add( $this->site, $domain )->refusal;

		$this->assertSame( Refusal::TAKEN, $refusal?->code );
		$this->assertSame( 'This domain cannot be added: it is in use already. Enter another domain. If this one is yours, ask the administrator of the network.', $refusal->sentence() );
	}

	/** @return array<string, array{string}> */
	public static function others(): array {
		return array(
			'of another site'          => array( 'taken.example' ),
			'its www name'             => array( 'www.taken.example' ),
			'the network’s'            => array( 'NETWORK' ),
			'the address of a site'    => array( 'secretname.NETWORK' ),
		);
	}

	public function test_wildcards_and_what_is_no_name_are_refused(): void {
		$this->assertSame( Refusal::NOT_SERVED, $this->domains()->add( $this->site, '*.mine.example' )->refusal?->code );
		$this->assertSame( Refusal::INVALID, $this->domains()->add( $this->site, '192.0.2.1' )->refusal?->code );
		$this->assertSame( array(), $this->domains()->claims( $this->site ) );
	}

	public function test_only_their_own_is_removed_and_never_the_address_of_the_site(): void {
		$other = $this->create_site( 'other' );
		wu_create_domain( array( 'blog_id' => $other, 'domain' => 'taken.example' ) );
		$this->dns_says( 'mine.example=127.0.0.1' );
		$this->domains()->add( $this->site, 'mine.example' );
		$this->next_request();

		$this->assertNull( $this->domains()->remove( $this->site, 'taken.example' ), 'It is told nothing of it.' );
		$this->assertNotFalse( wu_get_domain_by_domain( 'taken.example' ) );
		$this->assertSame( Refusal::IN_USE, $this->domains()->remove( $this->site, $this->sub( 'shop' ) )?->code );

		$this->assertNull( $this->domains()->remove( $this->site, 'mine.example' ) );
		$this->end_request();
		$this->assertFalse( wu_get_domain_by_domain( 'mine.example' ) );
		$this->assertNotContains( 'mine.example', $this->emulator->domains() );
		$this->assertContains( 'taken.example', $this->emulator->domains() );
	}

	public function test_claims_end_and_go_with_their_site(): void {
		$this->domains()->add( $this->site, 'mine.example' );
		$stored = get_site_meta( $this->site, Claims::META, true );
		$stored['mine.example']['made'] -= 31 * DAY_IN_SECONDS;
		update_site_meta( $this->site, Claims::META, $stored );
		$this->assertSame( array(), $this->domains()->claims( $this->site ) );

		update_site_meta( $this->site, Claims::META, array( 'odd' => 1, 'odder' => array( 'token' => 5 ) ) );
		$this->assertSame( array(), $this->domains()->claims( $this->site ) );
	}

	/** @dataProvider people */
	public function test_the_screen_is_there_for_the_admins_of_a_site_only_if_the_network_allows_it( string $role, bool $owners, bool $is_main, bool $is_there ): void {
		$this->set( array( 'owners' => $owners ) );
		$user = $this->create_user( 'subscriber' );
		add_user_to_blog( $this->site, $user, $role );
		wp_set_current_user( $user );
		$is_main || switch_to_blog( $this->site );
		$GLOBALS['submenu'] = array();

		( new Owner_Menu( $this->plugin ) )->register();
		do_action( 'admin_menu' );

		$this->assertSame( $is_there, in_array( Pages::OWN_DOMAINS, array_column( $GLOBALS['submenu']['options-general.php'] ?? array(), 2 ), true ) );
	}

	/** @return array<string, array{string, bool, bool, bool}> */
	public static function people(): array {
		return array(
			'an admin'                       => array( 'administrator', true, false, true ),
			'an admin, not allowed'          => array( 'administrator', false, false, false ),
			'an editor'                      => array( 'editor', true, false, false ),
			'an admin of another site alone' => array( 'administrator', true, true, false ),
		);
	}

	public function test_the_screen_shows_who_must_act_and_nothing_of_the_network(): void {
		$ledger = $this->plugin->ledger();
		$ledger->want( 'wrong.example', $this->site, Row_Source::MANUAL );
		$ledger->want( 'refused.example', $this->site, Row_Source::MANUAL );
		$this->wpdb->update(
			$this->plugin->schema()->table(),
			array(
				'state'    => 'owner-must-act',
				'stage'    => 'checking-ssl-cert',
				'error_kind'   => 'protocol',
				'error_reason' => 'redirect',
				'problems' => (string) wp_json_encode(
					array(
						array(
							'code'     => 'elsewhere',
							'severity' => 'blocks',
							'message'  => 'It points elsewhere.',
							'values'   => array( 'domain' => 'wrong.example', 'addresses' => array( '192.0.2.9' ) ),
							'records'  => array( array( 'action' => 'set', 'type' => 'A', 'name' => 'wrong.example', 'value' => '127.0.0.1' ) ),
						),
					)
				),
			),
			array( 'domain' => 'wrong.example' )
		);
		$this->set_rows( "state = 'network-must-act', error_kind = 'auth', error_message = 'The key was refused <b>'", 'refused.example' );
		$this->set( array( 'owner_limit' => 3 ) );
		$this->next_request();
		$this->domains()->add( $this->site, 'claimed.example' );
		$this->next_request();
		$html = $this->screen();

		$this->assertStringContainsString( 'Owner must act', $html );
		$this->assertStringContainsString( 'data-copy="127.0.0.1"', $html );
		$this->assertStringContainsString( 'The administrator of the network must act.', $html );
		$this->assertStringContainsString( 'data-copy="_closte-sync.claimed.example"', $html );
		foreach ( array( 'key was refused', 'Closte refused', 'closte.base_url', 'wp closte', 'network/sites.php' ) as $internal ) {
			$this->assertStringNotContainsString( $internal, $html );
		}
	}

	public function test_a_form_without_its_nonce_does_nothing(): void {
		$this->dns_says( 'mine.example=127.0.0.1' );
		$_SERVER['REQUEST_METHOD'] = 'POST';
		$_POST                     = array( Owner_Form::ADD => 'mine.example', '_wpnonce' => 'x' );

		try {
			( new Owner_Screen( $this->plugin ) )->prepare();
			$this->fail( 'It went on.' );
		} catch ( Wp_Die_Exception ) {
			$this->assertFalse( wu_get_domain_by_domain( 'mine.example' ) );
		} finally {
			unset( $_SERVER['REQUEST_METHOD'] );
		}
	}

	public function test_what_was_refused_stays_in_its_field(): void {
		$_SERVER['REQUEST_METHOD'] = 'POST';
		$_POST                     = array( Owner_Form::ADD => 'no name"', '_wpnonce' => wp_create_nonce( Owner_Form::NONCE ) );
		$screen                    = new Owner_Screen( $this->plugin );

		try {
			switch_to_blog( $this->site );
			$screen->prepare();
		} finally {
			restore_current_blog();
			unset( $_SERVER['REQUEST_METHOD'] );
		}

		$html = $this->screen( $screen );
		$this->assertStringContainsString( 'value="no name&quot;"', $html );
		$this->assertStringContainsString( 'notice-error', $html );
	}

	private function screen( ?Owner_Screen $screen = null ): string {
		switch_to_blog( $this->site );
		ob_start();
		( $screen ?? new Owner_Screen( $this->plugin ) )->show();
		restore_current_blog();

		return (string) ob_get_clean();
	}

	private function domains(): Site_Domains {
		return $this->plugin->site_domains();
	}

	/** From now on the DNS has these records only, as tests/phpt/dns-server.inc takes them. */
	private function dns_says( string ...$records ): void {
		$this->dns = new \Dns( ...$records );
		$this->set( array( 'resolvers' => array( $this->dns->address ) ) );
		$this->next_request();
	}
}
