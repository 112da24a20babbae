<?php
/**
 * The form that adds a domain, the domains of a site, and what a script asks while one types.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Add_Domain\Add_Domain_Screen;
use ClosteSync\Admin\Pages;
use ClosteSync\Admin\Site_Domains\Site_Domains_Screen;
use ClosteSync\Container;
use ClosteSync\Domains\Source_Registry;
use ClosteSync\Sources\Core\Core;

require_once __DIR__ . '/class-screens-test-case.php';
require_once dirname( __DIR__ ) . '/phpt/dns.inc';

final class Add_Domain_Screen_Test extends Screens_Test_Case {

	private int $shop;

	protected function setUp(): void {
		parent::setUp();

		// The double of Mercator may be loaded, for other tests.
		$this->plugin = new class( $this->wpdb ) extends Container {
			public function sources(): Source_Registry {
				return new Source_Registry( new Core( $this ) );
			}
		};
		$this->set( array( 'targets' => array( '192.0.2.1' ), 'resolvers' => array( '127.0.0.1:9' ) ) );
		require_once ABSPATH . 'wp-admin/includes/admin.php';
		set_current_screen( Pages::domains_screen_id() );
		$this->shop = $this->create_site( 'shop', args: array( 'title' => 'Shop & <b>more</b>' ) );
		$this->log_in( 'super' );
	}

	public function test_a_domain_is_added_and_its_page_is_next(): void {
		$next = $this->add( array( 'site' => $this->sub( 'shop' ), 'domain' => 'https://Customer.example/', 'way' => 'address', 'confirmed' => "customer.example $this->shop" ) );

		$this->assertSame( Pages::domain_url( $this->row( 'customer.example' )->id, 'customer.example' ), $next );
		$this->end_request();
		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
		$this->assertSame( 'customer.example', get_site( $this->shop )->domain );
		$this->assertStringContainsString( 'customer.example was added.', $this->printed( array( \ClosteSync\Admin\Flash::class, 'show' ) ) );
		$this->assertGreaterThan( 0, $this->row( 'customer.example' )->dns_checked_at );
	}

	/** @dataProvider not_confirmed */
	public function test_a_site_moves_to_a_domain_that_points_elsewhere_only_where_that_was_confirmed( array $fields ): void {
		$html = $this->screen_after( $fields + array( 'site' => $this->sub( 'shop' ), 'domain' => 'customer.example', 'add' => '1' ) );

		$this->assertStringContainsString( 'Not added yet: the DNS of customer.example does not point to this network', $html );
		$this->assertStringContainsString( 'The site moves from ' . $this->sub( 'shop' ) . ' to customer.example', $html );
		$this->assertStringContainsString( 'name="confirmed" value="customer.example ' . $this->shop . '"', $html );
		$this->assertStringContainsString( '>Move the site</button>', $html );
		$this->assertSame( $this->sub( 'shop' ), get_site( $this->shop )->domain );
		$this->assertNull( $this->row( 'customer.example' ) );
	}

	/** @return array<string, array{array<string, string>}> */
	public static function not_confirmed(): array {
		return array(
			'nothing is chosen'     => array( array() ),
			'the way is chosen'     => array( array( 'way' => 'address' ) ),
			'another was confirmed' => array( array( 'way' => 'address', 'confirmed' => 'other.example 2' ) ),
		);
	}

	public function test_a_site_moves_at_once_to_a_domain_that_points_here(): void {
		$dns = new \Dns( 'customer.example=192.0.2.1' );
		$this->set( array( 'resolvers' => array( $dns->address ) ) );
		$this->next_request();
		add_filter( 'closte_sync_lifecycle_options', static fn( array $options ): array => array( 'authoritative' => false ) + $options );
		$this->add( array( 'site' => $this->sub( 'shop' ), 'domain' => 'customer.example', 'way' => 'address' ) );

		$this->assertSame( 'customer.example', get_site( $this->shop )->domain );
	}

	public function test_a_site_is_found_by_its_number_too_and_a_wildcard_needs_none(): void {
		$this->add( array( 'site' => (string) $this->shop, 'domain' => '*.one.example', 'way' => 'register' ) );
		$this->add( array( 'site' => '', 'domain' => '*.two.example', 'way' => 'register' ) );

		$this->assertSame( array( $this->shop, 0 ), array( $this->row( '*.one.example' )->blog_id, $this->row( '*.two.example' )->blog_id ) );
	}

	/** @dataProvider wrong_input */
	public function test_what_was_wrong_stays_in_its_field_beside_the_error( string $site, string $domain, string $way, string $error ): void {
		$html = $this->screen_after( array( 'site' => $site, 'domain' => $domain, 'way' => $way, 'add' => '1' ) );

		$this->assertStringContainsString( $error, $html );
		$this->assertStringContainsString( 'value="' . esc_attr( $domain ) . '"', $html );
		$this->assertStringContainsString( 'value="' . esc_attr( $site ) . '"', $html );
		$this->assertSame( 1, substr_count( $html, 'aria-invalid="true"' ) );
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	/** @return array<string, array{string, string, string, string}> */
	public static function wrong_input(): array {
		return array(
			'no domain'  => array( '', '"><script>x', 'register', 'dashicons-warning' ),
			'nothing'    => array( '', '', 'register', 'dashicons-warning' ),
			'no site'    => array( '', 'customer.example', 'address', 'No site is chosen.' ),
			'an unknown' => array( 'nowhere.example', 'customer.example', 'register', 'No site of this network has this address or ID.' ),
			'the main'   => array( '1', 'customer.example', 'address', 'main site' ),
		);
	}

	public function test_it_can_be_checked_before_without_a_script(): void {
		$html = $this->screen_after( array( 'site' => (string) $this->shop, 'domain' => 'bücher.example', 'way' => 'address', 'check' => '1' ) );

		$this->assertStringContainsString( 'bücher.example (xn--bcher-kva.example)</strong> can be added.', $html );
		$this->assertStringContainsString( 'The DNS servers did not answer in time.', $html );
		$this->assertStringContainsString( sprintf( 'Site %d: Shop &amp; &lt;b&gt;more&lt;/b&gt;', $this->shop ), $html );
		$this->assertNull( $this->row( 'xn--bcher-kva.example' ) );
	}

	public function test_a_form_without_its_nonce_changes_nothing(): void {
		$_POST = array( 'site' => (string) $this->shop, 'domain' => 'customer.example', 'way' => 'address', 'add' => '1' );

		try {
			( new Add_Domain_Screen( $this->plugin ) )->prepare();
			self::fail( 'It was accepted.' );
		} catch ( Wp_Die_Exception ) {
			$this->assertNull( $this->row( 'customer.example' ) );
		}
	}

	public function test_a_site_has_a_tab_with_its_domains(): void {
		$this->add( array( 'site' => (string) $this->shop, 'domain' => 'customer.example', 'way' => 'address', 'confirmed' => "customer.example $this->shop" ) );
		$this->add( array( 'site' => (string) $this->shop, 'domain' => '*.customer.example', 'way' => 'register' ) );
		$this->next_request();
		$_POST = array();
		$html  = $this->tab();

		$this->assertSame( 1, preg_match( '#<tr data-domain="customer.example">.*<tr data-domain="www.customer.example">.*<tr data-domain="\*.customer.example">#s', $html ) );
		$this->assertSame( 1, substr_count( $html, 'name="remove"' ) );
		$this->assertStringContainsString( 'Address of the site', $html );
		$this->assertStringContainsString( 'Edit Site: Shop &amp; &lt;b&gt;more&lt;/b&gt;', $html );
		$this->assertMatchesRegularExpression( '#<a href="[^"]*view=site[^"]*id=' . $this->shop . '"[^>]*nav-tab-active[^>]*>Domains</a>#', $html );
	}

	public function test_a_domain_without_a_row_says_why(): void {
		$this->wpdb->query( "DELETE FROM {$this->plugin->schema()->table()}" );
		$this->assertStringContainsString( 'This domain is not on the list of domains yet.', $this->tab() );

		$this->set( array( 'subdomains' => \ClosteSync\Settings\Subdomain_Handling::Never ) );
		$this->assertStringContainsString( 'Nothing to do: the network serves this domain.', $this->tab() );

		$this->shop = 1;
		$this->assertStringContainsString( 'Nothing to do: the network serves this domain.', $this->tab() );
	}

	public function test_a_domain_is_removed_from_the_tab_after_asking(): void {
		$this->add( array( 'site' => (string) $this->shop, 'domain' => '*.customer.example', 'way' => 'register' ) );
		$id     = $this->row( '*.customer.example' )->id;
		$fields = array( 'remove' => (string) $id, '_wpnonce' => wp_create_nonce( "closte-sync-site-domains-remove-$id" ) );

		$_POST = $fields;
		$this->assertStringContainsString( '*.customer.example</strong> is removed from the site', $this->tab() );
		$this->assertContains( '*.customer.example', $this->emulator->domains() );

		$_POST = $fields + array( 'confirmed' => '1' );
		try {
			$this->tab();
		} catch ( Redirect_Exception ) {
			$this->assertNotContains( '*.customer.example', $this->emulator->domains() );
		}
		$this->assertNull( $this->row( '*.customer.example' ) );
	}

	public function test_a_domain_is_added_on_the_tab_and_that_of_another_site_is_not_removed_there(): void {
		$_POST = array( 'domain' => 'customer.example', 'way' => 'address', 'add' => '1', '_wpnonce' => wp_create_nonce( "closte-sync-site-domains-add-$this->shop" ) );
		$this->assertStringContainsString( 'Not added yet', $this->tab() );
		$this->assertSame( $this->sub( 'shop' ), get_site( $this->shop )->domain );
		$_POST['confirmed'] = "customer.example $this->shop";
		try {
			$this->tab();
		} catch ( Redirect_Exception ) {
			$this->assertSame( 'customer.example', get_site( $this->shop )->domain );
		}
		$this->plugin->domain_mapper()->add( '*.other.example', 0, \ClosteSync\Operations\Add_Method::Register );
		$id    = $this->row( '*.other.example' )->id;
		$_POST = array( 'remove' => (string) $id, 'confirmed' => '1', '_wpnonce' => wp_create_nonce( "closte-sync-site-domains-remove-$id" ) );
		try {
			$this->tab();
			self::fail( 'No redirect.' );
		} catch ( Redirect_Exception ) {
			$this->assertNotNull( $this->row( '*.other.example' ) );
		}
	}

	/**
	 * In a process of its own: in another the double of Mercator may be loaded, which this route would offer.
	 *
	 * @runInSeparateProcess
	 * @preserveGlobalState disabled
	 */
	public function test_the_preview_route_says_what_the_form_shows(): void {
		$answer = $this->get( 'preview', array( 'domain' => 'https://Customer.example/', 'site' => $this->sub( 'shop' ) ) );
		$data   = $answer->get_data();

		$this->assertSame( 200, $answer->get_status() );
		$this->assertSame( array( $this->shop, 'customer.example', 'www.customer.example', null, 'unknown' ), array( $data['site'], $data['domain'], $data['www'], $data['refusal'], $data['dns']['state'] ) );
		$this->assertSame( array( 'address', 'register' ), array_column( $data['ways'], 'way' ) );
		$this->assertStringContainsString( 'customer.example</strong> can be added.', $data['html']['verdict'] );
		$this->assertNull( $this->get( 'preview', array( 'domain' => 'customer.example', 'dns' => '0' ) )->get_data()['dns'] );

		$data = $this->get( 'preview', array( 'domain' => $this->sub( 'shop' ) ) )->get_data();
		$this->assertSame( array( 'taken', $this->shop, null ), array( $data['refusal']['code'], $data['owner'], $data['dns'] ) );
		$this->assertSame( array(), $this->changes_of( 'customer.example' ) );
	}

	public function test_sites_are_suggested_by_number_and_by_a_part_of_the_address_or_the_title(): void {
		$this->create_site( 'workshop' );
		$suggested = fn( string $search ): array => array_column( $this->get( 'sites', array( 'search' => $search ) )->get_data(), 'address' );

		$this->assertSame( array( $this->sub( 'shop' ), $this->sub( 'workshop' ) ), $suggested( 'shop' ) );
		$this->assertSame( array( $this->sub( 'shop' ) ), $suggested( (string) $this->shop ) );
		$this->assertSame( $this->sub( 'shop' ), $suggested( 'https://' . $this->sub( 'shop' ) . '/' )[0] );
		$this->assertSame( array( $this->sub( 'shop' ) ), $suggested( '<b>more' ) );
		$this->assertSame( array(), $suggested( 'nowhere' ) );
		$this->assertSame( 'Shop & <b>more</b>', $this->get( 'sites', array( 'search' => $this->sub( 'shop' ) ) )->get_data()[0]['title'] );
	}

	/** @dataProvider outsiders */
	public function test_it_is_open_to_network_admins_only( string $role ): void {
		$this->log_in( $role );
		$status = '' === $role ? 401 : 403;

		$this->assertSame( $status, $this->get( 'preview', array( 'domain' => 'customer.example' ) )->get_status() );
		$this->assertSame( $status, $this->get( 'sites', array( 'search' => 'shop' ) )->get_status() );

		foreach ( array( new Add_Domain_Screen( $this->plugin ), $this->tab_screen() ) as $screen ) {
			foreach ( array( 'prepare', 'show' ) as $method ) {
				try {
					$screen->$method();
					self::fail( 'It was shown.' );
				} catch ( Wp_Die_Exception $e ) {
					$this->assertSame( 403, $e->getCode() );
				}
			}
		}
	}

	public function test_the_tab_of_a_site_that_is_not_there_says_so(): void {
		$this->shop = 9999;

		$this->expectException( Wp_Die_Exception::class );
		$this->expectExceptionCode( 404 );
		$this->tab();
	}

	/**
	 * @param array<string, string> $fields
	 * @return string Where it leads.
	 */
	private function add( array $fields ): string {
		$_POST = wp_slash( $fields + array( 'add' => '1', '_wpnonce' => wp_create_nonce( 'closte-sync-add-domain' ) ) );
		try {
			( new Add_Domain_Screen( $this->plugin ) )->prepare();
		} catch ( Redirect_Exception $e ) {
			return $e->getMessage();
		}
		self::fail( $this->printed( array( new Add_Domain_Screen( $this->plugin ), 'show' ) ) );
	}

	/** @param array<string, string> $fields */
	private function screen_after( array $fields ): string {
		$_POST  = wp_slash( $fields + array( '_wpnonce' => wp_create_nonce( 'closte-sync-add-domain' ) ) );
		$screen = new Add_Domain_Screen( $this->plugin );
		$screen->prepare();

		return $this->printed( $screen->show( ... ) );
	}

	private function tab_screen(): Site_Domains_Screen {
		$_GET = array( 'id' => (string) $this->shop );

		return new Site_Domains_Screen( $this->plugin );
	}

	private function tab(): string {
		$screen = $this->tab_screen();
		$screen->prepare();

		return $this->printed( $screen->show( ... ) );
	}

	/** @param array<string, string> $query */
	private function get( string $route, array $query ): \WP_REST_Response {
		$request = new \WP_REST_Request( 'GET', "/closte-sync/v1/$route" );
		$request->set_query_params( $query );

		return rest_do_request( $request );
	}

	/** @return list<string> */
	private function changes_of( string $domain ): array {
		return array_values( array_filter( $this->changes(), static fn( string $change ): bool => str_ends_with( $change, " $domain" ) ) );
	}
}
