<?php
/**
 * What the network dashboard, the menu and the list of sites say about domains.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Dashboard\Dashboard_Widget;
use ClosteSync\Admin\Dashboard\Menu_Bubble;
use ClosteSync\Admin\Dashboard\Sites_Column;
use ClosteSync\Admin\Pages;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\State;

require_once __DIR__ . '/class-screens-test-case.php';

final class Dashboard_Test extends Screens_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
		$this->set( array( 'www' => 'never' ) );
	}

	public function test_the_box_counts_by_state_and_names_what_waits_longest_for_somebody(): void {
		for ( $i = 1; $i <= 4; $i++ ) {
			$this->is( "late$i.example", State::OwnerMustAct, $i * HOUR_IN_SECONDS, array( 'code' => 'elsewhere', 'message' => "late$i.example points elsewhere. Set its A record." ) );
		}
		$this->is( 'www.late4.example', State::OwnerMustAct, 5 * HOUR_IN_SECONDS );
		$this->is( 'refused.example', State::NetworkMustAct, 3 * HOUR_IN_SECONDS + 60 );
		$this->is( 'fine.example', State::Working, 9 * HOUR_IN_SECONDS );
		$html = $this->box();

		foreach ( array( 'owner-must-act' => 5, 'network-must-act' => 1, 'working' => 1 ) as $state => $count ) {
			self::assertMatchesRegularExpression( "#page=closte-sync-domains&\\#038;state=$state\".*>$count</span></a></li>#", $html );
		}
		self::assertStringContainsString( '<li class="is-none">', $html );

		preg_match_all( '#<a href="([^"]+)"><strong dir="ltr">([^<]+)</strong>#', $html, $named );
		self::assertSame( array( 'www.late4.example', 'refused.example', 'late3.example' ), $named[2] );
		self::assertSame( esc_url( Pages::domain_url( $this->row( 'late3.example' )->id ) ), $named[1][2] );
		self::assertStringContainsString( 'late3.example points elsewhere. Set its A record.', $html );
		self::assertStringContainsString( 'for 3 hours', $html );
		self::assertStringContainsString( 'See all 6 domains that need attention', $html );
	}

	public function test_the_box_says_when_nothing_needs_attention(): void {
		$this->is( 'fine.example', State::Working, 60 );
		self::assertStringContainsString( 'Nothing needs attention.', $this->box() );
		self::assertStringNotContainsString( 'Needs attention', $this->box() );
	}

	public function test_the_box_names_certificates_that_expire_soon(): void {
		foreach ( array( 'a.example' => 3, 'b.example' => 13, 'c.example' => 15, 'd.example' => 1 ) as $domain => $days ) {
			$this->is( $domain, State::Working, 60 );
			$this->set_rows( "stage = 'done', certificate_not_after = " . ( time() + $days * DAY_IN_SECONDS + 60 ), $domain );
		}
		$html = $this->box();

		self::assertMatchesRegularExpression( '#Certificates that expire soon.*d\.example.*expires in 1 day<.*a\.example.*expires in 3 days.*b\.example.*expires in 13 days#s', $html );
		self::assertStringNotContainsString( 'c.example', $html );
	}

	public function test_a_domain_that_points_elsewhere_has_no_certificate_that_expires_soon(): void {
		$this->is( 'a.example', State::OwnerMustAct, 60 );
		$this->set_rows( "stage = 'checking-dns', certificate_not_after = " . ( time() + DAY_IN_SECONDS ) );

		self::assertStringNotContainsString( 'Certificates', $this->box() );
	}

	public function test_the_box_says_what_to_do_where_nothing_is_known_or_sent(): void {
		self::assertStringContainsString( 'The domains of new and existing sites are added automatically.', $this->box() );

		$this->set( array( 'enabled' => false ) );
		self::assertStringContainsString( 'The integration is off. Changes are queued and sent once you turn it on.', $this->box() );
		self::assertStringContainsString( '#closte-sync-enabled', $this->box() );

		$this->set( array( 'enabled' => true ) );
		$this->lose_extension();
		self::assertStringContainsString( 'is not loaded', $this->box() );
	}

	public function test_while_nothing_can_be_sent_what_waits_is_for_the_network(): void {
		$this->is( 'a.example', State::Waiting, 60 );
		$this->lose_extension();

		self::assertMatchesRegularExpression( '#state=network-must-act".*>1</span>#', $this->box() );
		self::assertStringContainsString( 'a.example', $this->box() );
	}

	public function test_hostile_words_are_shown_as_text(): void {
		$this->is( '<script>1</script>.example', State::OwnerMustAct, 60, array( 'code' => 'elsewhere', 'message' => '<script>2</script>' ) );

		self::assertStringContainsString( '&lt;script&gt;2', $this->box() );
		self::assertStringNotContainsString( '<script', $this->box() );
	}

	public function test_the_menu_counts_the_domains_that_need_somebody(): void {
		self::assertStringNotContainsString( 'awaiting-mod', $this->menu() );

		$this->is( 'a.example', State::OwnerMustAct, 60 );
		$this->is( 'b.example', State::NetworkMustAct, 60 );
		$this->is( 'c.example', State::Waiting, 60 );
		$this->next_request();
		$menu = $this->menu();

		self::assertSame( 2, substr_count( $menu, 'awaiting-mod count-2' ) );
		self::assertStringContainsString( '<span class="screen-reader-text">2 domains need attention</span>', $menu );
		self::assertStringNotContainsString( 'Other <span', $menu );
	}

	public function test_the_list_of_sites_names_the_worst_state_of_each(): void {
		$one = $this->create_site( 'one' );
		$two = $this->create_site( 'two' );
		$this->plugin->ledger()->want( 'a.example', $one, Row_Source::CORE );
		$this->set_rows( "state = 'working'" );
		$this->set_rows( "state = 'owner-must-act'", 'a.example' );
		$html = $this->column( $one, $two, 1 );

		self::assertStringContainsString( 'page=closte-sync-domains&#038;blog_id=' . $one, $html[ $one ] );
		self::assertStringContainsString( 'Owner must act', $html[ $one ] );
		self::assertStringContainsString( '1 of 2 domains', $html[ $one ] );
		self::assertStringContainsString( 'Working', $html[ $two ] );
		self::assertStringContainsString( '>1 domain<', $html[ $two ] );
		self::assertStringContainsString( 'No domains', $html[1] );
	}

	public function test_a_page_of_sites_costs_one_statement(): void {
		$sites  = array( $this->create_site( 'one' ), $this->create_site( 'two' ), 1 );
		$asked  = 0;
		$table  = $this->plugin->schema()->table();
		$count  = static function ( string $sql ) use ( &$asked, $table ): string {
			$asked += (int) str_contains( $sql, $table );
			return $sql;
		};
		$this->plugin->attention();
		add_filter( 'query', $count );
		$this->column( ...$sites );

		self::assertSame( 1, $asked );
	}

	/** @dataProvider outsiders */
	public function test_nobody_else_sees_any_of_it( string $role ): void {
		$this->is( 'a.example', State::OwnerMustAct, 60 );
		$this->log_in( $role );

		self::assertStringNotContainsString( 'awaiting-mod', $this->menu() );
		( new Sites_Column( $this->plugin ) )->register();
		self::assertSame( array( 'blogname' => 'URL' ), apply_filters( 'wpmu_blogs_columns', array( 'blogname' => 'URL' ) ) );

		require_once ABSPATH . 'wp-admin/includes/dashboard.php';
		set_current_screen( 'dashboard-network' );
		( new Dashboard_Widget( $this->plugin ) )->add();
		self::assertArrayNotHasKey( 'closte_sync_domains', $GLOBALS['wp_meta_boxes']['dashboard-network']['normal']['core'] ?? array() );
	}

	/**
	 * Gives a domain a row in this state.
	 *
	 * @param ?array<string, mixed> $problem
	 */
	private function is( string $domain, State $state, int $seconds, ?array $problem = null ): Ledger_Row {
		$this->plugin->ledger()->want( $domain, 0, Row_Source::MANUAL );
		$this->wpdb->update(
			$this->plugin->schema()->table(),
			array(
				'state'       => $state->value,
				'state_since' => time() - $seconds,
				'stage'       => 'checking-dns',
				'next_call'   => '',
				'problems'    => null === $problem ? '[]' : (string) wp_json_encode( array( $problem ) ),
			),
			array( 'domain' => $domain )
		);

		return $this->row( $domain );
	}

	private function box(): string {
		return $this->printed( ( new Dashboard_Widget( $this->plugin ) )->show( ... ) );
	}

	private function menu(): string {
		$GLOBALS['menu']    = array( array( 'Sites', 'manage_sites', 'sites.php' ), array( 'Other ', 'read', 'other.php' ) );
		$GLOBALS['submenu'] = array( 'sites.php' => array( array( 'All Sites', 'manage_sites', 'sites.php' ), array( 'Closte Domains', 'x', Pages::DOMAINS ) ) );
		( new Menu_Bubble( $this->plugin ) )->add();

		return implode( '', array( ...array_column( $GLOBALS['menu'], 0 ), ...array_column( $GLOBALS['submenu']['sites.php'], 0 ) ) );
	}

	/**
	 * @return array<int, string> By site.
	 */
	private function column( int ...$sites ): array {
		require_once ABSPATH . 'wp-admin/includes/class-wp-list-table.php';
		require_once ABSPATH . 'wp-admin/includes/class-wp-ms-sites-list-table.php';
		set_current_screen( 'sites-network' );
		$GLOBALS['wp_list_table']        = new \WP_MS_Sites_List_Table( array( 'screen' => 'sites-network' ) );
		$GLOBALS['wp_list_table']->items = array_map( static fn( int $site ): array => array( 'blog_id' => (string) $site ), $sites );
		$column = new Sites_Column( $this->plugin );
		remove_all_actions( 'manage_sites_custom_column' );
		$column->register();
		$cells = array();

		foreach ( $sites as $site ) {
			$cells[ $site ] = $this->printed( static fn() => do_action( 'manage_sites_custom_column', 'closte_sync_domains', $site ) );
		}
		unset( $GLOBALS['wp_list_table'] );

		return $cells;
	}
}
