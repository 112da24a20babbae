<?php
/**
 * Settings → Domains of a site.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Site_Owners\Owner_Form;
use ClosteSync\Admin\Site_Owners\Owner_Menu;
use ClosteSync\Admin\Site_Owners\Owner_Screen;
use ClosteSync\Container;
use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Domains\Source_Registry;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Refusal;
use ClosteSync\Owners\Removal;
use ClosteSync\Settings\Settings;
use ClosteSync\Sources\Core\Core;

require_once __DIR__ . '/class-plugin-test-case.php';
require_once __DIR__ . '/trait-owners-dns.php';

/** WordPress serves the domains: one address for each site. */
final class Site_Owners_Screen_Test extends Plugin_Test_Case {

	use Owners_Dns {
		setUp as private set_up_dns;
	}

	/** Where the last form led. */
	private string $location = '';

	/** Whose hooks are in place. */
	private Container $booted;

	protected function setUp(): void {
		$this->set_up_dns();

		$this->booted = $this->plugin;

		// The double of Mercator may be loaded, for other tests.
		$this->plugin = new class( $this->wpdb ) extends Container {
			public function sources(): Source_Registry {
				return new Source_Registry( new Core( $this ) );
			}
		};
		$this->site   = $this->create_site( 'shop' );
	}

	public function test_a_domain_is_only_registered_until_it_works_and_the_move_is_confirmed(): void {
		$this->assertTrue( $this->add_by_pointing( 'mine.example' )->is_done() );
		$row = $this->row( 'mine.example' );
		$this->assertSame( $this->sub( 'shop' ), get_site( $this->site )->domain );
		$this->assertSame( array( Row_Source::MANUAL, $this->site, true ), array( $row?->source, $row->blog_id, $row->is_accepted() ) );
		$this->assertStringContainsString( 'Once it works, you can make it the address of the site here.', $this->screen() );
		$this->assert_not_moved( 'mine.example' );

		$this->set_rows( "state = 'working', stage = 'done'", 'mine.example' );
		$this->assertStringContainsString( 'name="move" value="mine.example"', $this->screen() );
		$screen = $this->post( array( Owner_Form::MOVE => 'mine.example' ) );
		$this->assertStringContainsString( 'name="confirmed" value="1"', $screen );
		$this->assertStringContainsString( 'The site moves from ' . $this->sub( 'shop' ) . ' to mine.example', $screen );
		$this->assertStringNotContainsString( 'plugin', $screen );
		$this->assertSame( $this->sub( 'shop' ), get_site( $this->site )->domain );

		$this->post( array( Owner_Form::MOVE => 'mine.example', Owner_Form::CONFIRMED => '1' ) );
		$this->assertSame( 'mine.example', get_site( $this->site )->domain );
		$this->assertStringStartsWith( 'http://mine.example/wp-admin/options-general.php', $this->location );
		$screen = $this->screen();
		$this->assertStringContainsString( 'mine.example is the address of this site now. Nothing to do.', $screen );
		$this->assertStringNotContainsString( 'name="move"', $screen );
		$this->assertSame( array( array(), 2 ), array( $this->removable(), $this->domains()->left( $this->site ) ), 'The address is no longer one that was added.' );
	}

	/** @dataProvider hindrances */
	public function test_the_site_does_not_move_while_anything_hinders( string $columns, array $settings, bool $points_here ): void {
		$this->add_by_pointing( 'mine.example' );
		$points_here || $this->dns_says();
		$this->set_rows( $columns, 'mine.example' );
		$this->set( $settings );
		$this->plugin->forget();

		$this->assert_not_moved( 'mine.example' );
	}

	/** @return array<string, array{string, array<string, mixed>, bool}> */
	public static function hindrances(): array {
		return array(
			'not working'   => array( "state = 'owner-must-act'", array(), true ),
			'not accepted'  => array( "state = 'working', accepted_at = 0", array(), true ),
			'turned off'    => array( "state = 'working'", array( 'enabled' => false ), true ),
			'points away'   => array( "state = 'working'", array(), false ),
		);
	}

	public function test_only_what_was_added_here_becomes_the_address(): void {
		$this->plugin->domain_mapper()->add( 'given.example', $this->site, Add_Method::Register );
		$this->set_rows( "state = 'working'", 'given.example' );
		$this->dns_says( 'given.example=127.0.0.1' );
		$this->assert_not_moved( 'given.example' );
	}

	public function test_the_address_that_the_network_gave_stays_at_closte_when_the_site_moves(): void {
		wp_update_site( $this->site, array( 'domain' => 'given.example' ) );
		$this->next_request();
		$this->move_to( 'mine.example' );

		$this->assertContains( 'given.example', $this->emulator->domains() );
		$this->assertSame( array( 0, true ), array( $this->row( 'given.example' )?->blog_id, $this->row( 'given.example' )->by_hand ) );
	}

	public function test_what_the_site_leaves_of_its_own_stays_theirs_and_counts(): void {
		$this->move_to( 'one.example' );
		$this->move_to( 'two.example' );
		$this->assertContains( 'one.example', $this->emulator->domains() );
		$this->assertSame( array( 1, array( 'one.example' ) ), array( $this->domains()->left( $this->site ), $this->removable() ) );

		$this->move_to( 'three.example' );
		$this->assertSame( Refusal::LIMIT, $this->domains()->add( $this->site, 'four.example' )->refusal?->code );
		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'one.example' ) );
		$this->next_request();
		$this->assertNotContains( 'one.example', $this->emulator->domains() );
		$this->assertNull( $this->row( 'www.one.example' ) );
		$this->assertContains( 'two.example', $this->emulator->domains() );
	}

	public function test_what_was_added_goes_with_the_site_and_what_was_there_before_stays(): void {
		$this->set( array( 'owner_limit' => 3 ) );
		$this->emulator->set_domains( array( ...$this->emulator->domains(), 'old.example' ) );
		$this->plugin->domain_mapper()->add( 'given.example', $this->site, Add_Method::Register );
		$this->move_to( 'moved.example' );
		$this->add_by_record( 'mine.example' );
		$this->add_by_record( 'old.example' );
		$this->assertSame( array( 'mine.example', 'old.example' ), $this->removable() );
		$this->next_request();

		wp_delete_site( $this->site );
		$this->next_request();
		$there = $this->emulator->domains();
		$this->assertSame( array(), array_intersect( array( 'mine.example', 'www.mine.example', 'moved.example' ), $there ) );
		$this->assertSame( array( null, null ), array( $this->row( 'mine.example' ), $this->row( 'moved.example' ) ) );
		$this->assertSame( array(), array_diff( array( 'old.example', 'given.example' ), $there ) );
		$this->assertSame( array( 0, 0 ), array( $this->row( 'old.example' )?->blog_id, $this->row( 'given.example' )?->blog_id ) );
	}

	public function test_a_registered_domain_is_removed_with_its_www_name(): void {
		$this->add_by_record( 'mine.example' );
		$this->assertSame( array( 'mine.example' ), $this->removable() );

		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'mine.example' ) );
		$this->next_request();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
		$this->assertSame( array(), get_site_meta( $this->site, Owner_Added_Domains::META ) );
	}

	public function test_what_was_there_before_goes_back_to_nobody(): void {
		$this->plugin->domain_mapper()->add( 'mine.example', 0, Add_Method::Register );
		$this->plugin->forget();
		$this->assertFalse( $this->add_by_pointing( 'mine.example' )->is_done() );
		$token = $this->domains()->claims( $this->site )[0]->token;
		$this->dns_says( "_closte-sync.mine.example=\"$token" );
		$this->assertTrue( $this->domains()->add( $this->site, 'mine.example' )->is_done() );
		$this->assertSame( $this->site, $this->row( 'mine.example' )?->blog_id );

		$this->assertSame( Removal::Removed, $this->domains()->remove( $this->site, 'mine.example' ) );
		$this->plugin->forget();
		$this->assertSame( array( 0, true ), array( $this->row( 'mine.example' )?->blog_id, $this->row( 'mine.example' )->by_hand ) );
		$this->assertContains( 'mine.example', $this->emulator->domains() );
		$this->assertStringNotContainsString( 'mine.example', $this->screen() );
	}

	/** @dataProvider people */
	public function test_the_screen_is_there_for_the_admins_of_a_site_only_if_the_network_allows_it( string $role, bool $owners, bool $is_main, bool $is_there ): void {
		$this->set( array( 'owners' => $owners ) );
		$user = $this->create_user( 'subscriber' );
		add_user_to_blog( $this->site, $user, $role );
		wp_set_current_user( $user );
		$is_main || switch_to_blog( $this->site );

		$this->assertSame( $is_there, $this->has_menu() );
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

	public function test_the_menu_believes_the_cache_and_the_screen_asks_the_database(): void {
		wp_set_current_user( $this->create_user( 'super' ) );
		switch_to_blog( $this->site );
		Settings::load();
		$this->wpdb->query( "UPDATE {$this->wpdb->sitemeta} SET meta_value = REPLACE( meta_value, 's:6:\"owners\";b:1', 's:6:\"owners\";b:0' ) WHERE meta_key = '" . Settings::OPTION . "'" );
		$this->booted->network_options()->forget();
		$statements = $this->wpdb->num_queries;

		$this->assertTrue( $this->has_menu() );
		$this->assertSame( $statements, $this->wpdb->num_queries );

		$this->expectException( Wp_Die_Exception::class );
		( new Owner_Screen( $this->booted ) )->prepare();
	}

	public function test_the_screen_shows_who_must_act_and_nothing_of_the_network(): void {
		$ledger = $this->plugin->ledger();
		$ledger->want( 'wrong.example', $this->site, Row_Source::MANUAL );
		$ledger->want( 'refused.example', $this->site, Row_Source::MANUAL );
		$this->wpdb->update(
			$this->plugin->schema()->table(),
			array(
				'state'        => 'owner-must-act',
				'stage'        => 'checking-ssl-cert',
				'error_kind'   => 'protocol',
				'error_reason' => 'redirect',
				'problems'     => (string) wp_json_encode(
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
		$this->domains()->add( $this->site, 'claimed.example' );
		$html = $this->screen();

		$this->assertStringContainsString( 'Owner must act', $html );
		$this->assertStringContainsString( 'data-copy="127.0.0.1"', $html );
		$this->assertStringContainsString( 'A network admin must act.', $html );
		$this->assertStringContainsString( 'data-copy="_closte-sync.claimed.example"', $html );
		foreach ( array( 'key was refused', 'Closte refused', 'closte.base_url', 'wp closte', 'network/sites.php' ) as $internal ) {
			$this->assertStringNotContainsString( $internal, $html );
		}
	}

	public function test_a_claim_says_which_proofs_count(): void {
		$this->domains()->add( $this->site, 'mine.example' );
		$this->assertStringContainsString( 'Set this TXT record, or point the domain to this site.', $this->screen() );

		$this->plugin->ledger()->want( 'beside.mine.example', 0, Row_Source::MANUAL );
		$screen = $this->screen();
		$this->assertStringContainsString( 'For this domain, only the record shows that it is yours.', $screen );
		$this->assertStringNotContainsString( 'beside', $screen );
	}

	public function test_what_became_of_a_removal_is_said(): void {
		$this->domains()->add( $this->site, 'mine.example' );
		$this->post( array( Owner_Form::REMOVE => 'mine.example' ) );
		$this->assertStringContainsString( 'mine.example will not be added to this site.', $this->screen() );

		$this->post( array( Owner_Form::REMOVE => 'nobody.example' ) );
		$this->assertStringContainsString( 'nobody.example is not a domain of this site.', $this->screen() );

		$this->add_by_record( 'mine.example' );
		$this->post( array( Owner_Form::REMOVE => 'mine.example' ) );
		$this->assertStringContainsString( 'mine.example was removed from this site.', $this->screen() );
	}

	public function test_a_form_without_its_nonce_does_nothing(): void {
		try {
			$this->post( array( Owner_Form::ADD => 'mine.example', '_wpnonce' => 'x' ) );
			$this->fail( 'It went on.' );
		} catch ( Wp_Die_Exception ) {
			$this->assertSame( array(), $this->domains()->claims( $this->site ) );
		}
	}

	public function test_what_was_refused_stays_in_its_field(): void {
		$html = $this->post( array( Owner_Form::ADD => 'no name"' ) );
		$this->assertStringContainsString( 'value="no name&quot;"', $html );
		$this->assertMatchesRegularExpression( '/notice-error[^>]*role="alert"/', $html );
		$this->assertStringContainsString( ' required aria-invalid="true">', $html );
	}

	private function assert_not_moved( string $domain ): void {
		foreach ( array( array(), array( Owner_Form::CONFIRMED => '1' ) ) as $more ) {
			$screen = $this->post( array( Owner_Form::MOVE => $domain ) + $more );
			$this->assertSame( $this->sub( 'shop' ), get_site( $this->site )->domain );
		}

		$this->assertStringContainsString( 'This domain cannot become the address of the site now.', $screen );
	}

	private function move_to( string $domain ): void {
		$this->assertTrue( $this->add_by_pointing( $domain )->is_done() );
		$this->set_rows( "state = 'working', stage = 'done'", $domain );
		$this->post( array( Owner_Form::MOVE => $domain, Owner_Form::CONFIRMED => '1' ) );
		$this->assertSame( $domain, get_site( $this->site )->domain );
		$this->next_request();
	}

	private function has_menu(): bool {
		$GLOBALS['submenu'] = array();
		remove_all_actions( 'admin_menu' );
		( new Owner_Menu( $this->booted ) )->register();
		do_action( 'admin_menu' );

		return in_array( Pages::OWN_DOMAINS, array_column( $GLOBALS['submenu']['options-general.php'] ?? array(), 2 ), true );
	}

	/**
	 * @param array<string, string> $fields
	 * @return string The screen, or '' where another one follows.
	 */
	private function post( array $fields ): string {
		$_SERVER['REQUEST_METHOD'] = 'POST';
		$screen                    = new Owner_Screen( $this->plugin );
		switch_to_blog( $this->site );

		try {
			$_POST = $fields + array( '_wpnonce' => wp_create_nonce( Owner_Form::NONCE ) );
			$screen->prepare();
		} catch ( Redirect_Exception $e ) {
			$this->location = $e->getMessage();

			return '';
		} finally {
			restore_current_blog();
			unset( $_SERVER['REQUEST_METHOD'] );
			$_POST = array();
		}

		return $this->screen( $screen );
	}

	private function screen( ?Owner_Screen $screen = null ): string {
		switch_to_blog( $this->site );
		ob_start();
		( $screen ?? new Owner_Screen( $this->plugin ) )->show();
		restore_current_blog();

		return (string) ob_get_clean();
	}
}
