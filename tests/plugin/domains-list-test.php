<?php
/**
 * Sites → Domains: what is listed, and what is said of what was asked for.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_List_Table;
use ClosteSync\Admin\Domains\Domains_Poll;
use ClosteSync\Admin\Domains\Domains_Query;
use ClosteSync\Admin\Domains\Domains_Screen;
use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Pages;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Row_Source;

require_once __DIR__ . '/class-screens-test-case.php';

final class Domains_List_Test extends Screens_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
	}

	public function test_a_www_name_shares_the_line_of_its_domain_while_both_are_alike(): void {
		$ids = $this->record( 'shop.example', 'www.shop.example' );

		$html = $this->table();
		$this->assertSame( array( 'shop.example' ), $this->listed( $html ) );
		$this->assertStringContainsString( sprintf( 'name="ids[]" value="%d,%d"', ...$ids ), $html );
		$this->assertMatchesRegularExpression( '#and <a [^>]*domain=' . $ids[1] . '&[^>]*>www\.</a>#', $html );
		$this->assertMatchesRegularExpression( '/value="check ' . implode( ',', $ids ) . ' \w+"/', $html );
		$this->assertStringContainsString( '>2 domains<', $html );

		$this->set_rows( "state = 'owner-must-act'", 'www.shop.example' );
		$html = $this->table();
		$this->assertSame( array( 'shop.example', 'www.shop.example' ), $this->listed( $html ) );
		$this->assertStringNotContainsString( '>www.</a>', $html );
		$this->assertStringContainsString( 'class="closte-sync-follows"', $html );
	}

	public function test_what_differs_is_never_hidden_behind_the_domain(): void {
		$this->record( 'shop.example', 'www.shop.example' );

		foreach ( array( 'blog_id = 7', "stage = 'done'", "error_kind = 'rejected'", "dns_state = 'missing'", 'problems = \'[{"code":"elsewhere","message":"m"}]\'' ) as $difference ) {
			$this->set_rows( "blog_id = 1, stage = 'pending', error_kind = '', dns_state = '', problems = '[]'" );
			$this->assertCount( 1, $this->listed( $this->table() ) );
			$this->set_rows( $difference, 'www.shop.example' );
			$this->assertCount( 2, $this->listed( $this->table() ), $difference );
		}
	}

	public function test_the_live_update_follows_lines_that_part_and_join(): void {
		list( $bare, $www ) = $this->record( 'shop.example', 'www.shop.example' );

		$poll = fn(): array => ( new Domains_Poll( $this->plugin ) )->answer( array( $bare, $www ), '' )['rows'];
		$this->set( array( 'enabled' => false ) );

		$rows = $poll();
		$this->assertStringContainsString( "data-ids=\"$bare,$www\"", $rows[ $bare ] );
		$this->assertSame( '', $rows[ $www ] );

		$this->set_rows( "state = 'owner-must-act'", 'www.shop.example' );
		$rows = $poll();
		$this->assertStringContainsString( "data-ids=\"$bare\"", $rows[ $bare ] );
		$this->assertStringContainsString( "data-ids=\"$www\"", $rows[ $www ] );

		$this->plugin->ledger()->delete( $this->row( 'shop.example' ) );
		$rows = $poll();
		$this->assertNull( $rows[ $bare ] );
		$this->assertStringContainsString( 'data-domain="www.shop.example"', $rows[ $www ] );
	}

	public function test_views_filters_and_pages_keep_what_is_asked_for(): void {
		for ( $i = 0; $i < 5; $i++ ) {
			$this->record( "d$i.example" );
		}
		$this->record( 'other.example' );
		$this->set_rows( "state = 'owner-must-act', stage = 'checking-dns'" );
		$this->set_rows( "state = 'working', stage = 'done'", 'other.example' );
		update_user_meta( get_current_user_id(), Pages::DOMAINS_PER_PAGE, 2 );

		$html = $this->table( array( 'state' => 'owner-must-act', 'stage' => 'checking-dns', 'source' => 'core' ) );
		$this->assertSame( array( 'd0.example', 'd1.example' ), $this->listed( $html ) );
		$this->assertStringContainsString( '>5 domains<', $html );
		$this->assertMatchesRegularExpression( '#state=owner-must-act" class="current" aria-current="page">Owner must act <span class="count">\(5\)#', $html );
		$this->assertMatchesRegularExpression( '#<option value="checking-dns"[^>]*selected#', $html );
		$this->assertMatchesRegularExpression( '#<option value="core"[^>]*selected#', $html );

		$next = $this->link( $html, 'next-page' );
		$this->assertSame( 'owner-must-act', $next['state'] );
		$second = $this->table( $next );
		$this->assertSame( array( 'd2.example', 'd3.example' ), $this->listed( $second ) );
		$this->assertSame( array( 'd0.example', 'd1.example' ), $this->listed( $this->table( $this->link( $second, 'prev-page' ) ) ) );
		$this->assertSame( array( 'd3.example', 'd4.example' ), $this->listed( $this->table( $this->link( $second, 'last-page' ) ) ) );
		$this->assertSame( array( 'd0.example', 'd1.example' ), $this->listed( $this->table( $this->link( $second, 'first-page' ) ) ) );
		// Another order begins at its first page.
		$this->assertStringNotContainsString( 'after', http_build_query( $this->link( $second, 'sorted-by-domain' ) ) );

		// A page whose domains are gone is not an empty one.
		$this->assertCount( 2, $this->listed( $this->table( array( 'after' => 'working/zzz' ) ) ) );
		$this->assertSame( array( 'other.example' ), $this->listed( $this->table( array( 'blog_id' => '1', 'stage' => 'done' ) ) ) );
	}

	public function test_what_is_in_use_is_not_taken_off_the_list_and_the_list_says_what_to_do(): void {
		$this->create_site( 'customer.example' );
		$id = $this->row( 'customer.example' )->id;

		foreach ( array( 'forget', 'remove' ) as $action ) {
			$said = $this->bulk( $action, (string) $id );
			$this->assertMatchesRegularExpression( '/notice-warning.*customer\.example is in use by site .*Change the address of that site/s', $said );
			$this->assertStringNotContainsString( '<form', $said );
		}
		$this->assertNotNull( $this->row( 'customer.example' ) );
	}

	public function test_many_that_are_in_use_are_said_in_one_sentence(): void {
		for ( $i = 0; $i < 4; $i++ ) {
			$this->create_site( "customer$i.example" );
		}
		$ids = array();
		foreach ( $this->plugin->ledger()->all() as $row ) {
			$ids[] = (string) $row->id;
		}

		$said = $this->bulk( 'forget', ...$ids );
		$this->assertMatchesRegularExpression( '/4 domains are in use by sites or mappings: .*customer0\.example.*Remove them there/', $said );
		$this->assertMatchesRegularExpression( '/4 www names come with domains that are in use/', $said );
		$this->assertSame( 2, substr_count( $said, 'notice-warning' ) );
	}

	public function test_what_is_left_alone_is_said_before_the_others_are_confirmed(): void {
		$this->create_site( 'customer.example' );
		$this->plugin->sync()->domain_added( 'gone.example', 0, Row_Source::MANUAL );
		$this->emulator->down( true );
		$this->plugin->sync()->domain_removed( 'gone.example', 0, Row_Source::MANUAL );
		$gone = array( $this->row( 'gone.example' )->id, $this->row( 'www.gone.example' )->id );

		$asked = $this->bulk( 'forget', implode( ',', $gone ), (string) $this->row( 'customer.example' )->id );
		$this->assertMatchesRegularExpression( '/no longer keeps track of them:.*gone\.example.*stay as they are:.*customer\.example is in use/s', $asked );
		$this->assertStringContainsString( sprintf( 'name="ids" value="%s"', implode( ',', $gone ) ), $asked );
		$this->assertStringContainsString( 'Cancel', $asked );
	}

	public function test_a_www_name_goes_with_its_domain_without_a_word(): void {
		$this->plugin->sync()->domain_added( 'gone.example', 0, Row_Source::MANUAL );
		$ids = implode( ',', array( $this->row( 'gone.example' )->id, $this->row( 'www.gone.example' )->id ) );

		$this->assertStringNotContainsString( 'stay as they are', $this->bulk( 'remove', $ids ) );
		$said = $this->post( array( 'action' => 'remove', 'confirmed' => '1', 'ids' => $ids, '_wpnonce' => wp_create_nonce( 'closte-sync-domains-remove-' . strtr( $ids, ',', '-' ) ) ) );
		$this->assertStringNotContainsString( 'notice-warning', $said );
		$this->assertStringContainsString( 'gone.example was removed from Closte.', $said );
		$this->assertSame( array(), $this->emulator->domains() );
	}

	/**
	 * @testWith ["bücher"]
	 *           ["BÜCHER.example"]
	 *           ["xn--bcher"]
	 *           ["https://bücher.example/path?x=1#top"]
	 *           ["https://user:secret@XN--BCHER-KVA.example:8443/"]
	 *           ["bücher.example/kontakt"]
	 *           ["cher-kva.ex"]
	 */
	public function test_a_search_finds_each_form_of_a_domain( string $typed ): void {
		$this->record( 'xn--bcher-kva.example', 'other.example' );

		$this->assertSame( array( 'xn--bcher-kva.example' ), $this->listed( $this->table( array( 's' => $typed ) ) ) );
	}

	public function test_a_search_finds_a_www_name_alone(): void {
		$this->record( 'shop.example', 'www.shop.example' );

		$this->assertSame( array( 'www.shop.example' ), $this->listed( $this->table( array( 's' => 'www.shop' ) ) ) );
		$this->assertSame( array( 'www.shop.example' ), $this->listed( $this->table( array( 's' => 'https://www.shop.example/' ) ) ) );
	}

	public function test_a_search_finds_the_domains_of_a_site_by_its_title_and_address(): void {
		$this->set( array( 'www' => 'never' ) );
		$id = $this->create_site( 'shop' );
		$this->plugin->ledger()->want( 'bakery.example', $id, Row_Source::CORE );
		$this->plugin->ledger()->want( 'other.example', 1, Row_Source::CORE );
		$found = fn( string $typed ): array => $this->listed( $this->table( array( 's' => $typed, 'orderby' => 'domain' ) ) );
		$both  = array( 'bakery.example', $this->sub( 'shop' ) );

		update_blog_option( $id, 'blogname', 'Smith & Söhne' );

		foreach ( array( 'smith', 'söhne', 'h & S', $this->sub( 'shop' ), 'https://' . $this->sub( 'shop' ) . '/2026/hello/', 'shop.' ) as $typed ) {
			$this->assertSame( $both, $found( $typed ), $typed );
		}

		$this->assertSame( array(), $found( 'jones' ) );
		$this->assertStringContainsString( '>2 domains<', $this->table( array( 's' => 'smith' ) ) );

		// Those of sites that were there before come with the daily run.
		delete_metadata( 'blog', 0, 'closte_sync_title', '', true );
		$this->assertSame( array(), $found( 'smith' ) );
		$this->plugin->site_titles()->complete( 5.0 );
		$this->assertSame( $both, $found( 'smith' ) );
	}

	public function test_a_title_is_known_from_the_creation_of_its_site_to_its_deletion(): void {
		$id = wpmu_create_blog( $this->sub( 'titled' ), '/', 'First & only', 1 );
		$this->assertSame( array( $id ), $this->plugin->site_search()->find( 'first & o' ) );

		// Two that are new, of which the second gets another title before anyone has searched.
		$other  = wpmu_create_blog( $this->sub( 'untold' ), '/', 'Untold', 1 );
		$change = wpmu_create_blog( $this->sub( 'changed' ), '/', 'Before', 1 );
		update_blog_option( $change, 'blogname', 'Afterwards' );
		$this->assertSame( array( $other ), $this->plugin->site_search()->find( 'untold' ) );
		$this->assertSame( array( $change ), $this->plugin->site_search()->find( 'afterw' ) );

		$by_run = $this->create_site( 'by-a-run' );
		$this->run_due();
		$this->assertSame( 'by-a-run', get_site_meta( $by_run, 'closte_sync_title', true ) );

		wp_delete_site( $id );
		$this->assertSame( array(), $this->plugin->site_search()->find( 'first & o' ) );
		$this->assertSame( array(), get_site_meta( $id, 'closte_sync_title' ) );
	}

	public function test_a_search_for_more_than_any_name_or_title_has_finds_nothing(): void {
		$this->plugin->ledger()->want( 'one.example', 1, Row_Source::CORE );
		$much  = str_repeat( 'a', 100_000 );
		$query = new Ledger_Query( search: $much, sites: $this->plugin->site_search()->find( $much ) );

		$this->assertSame( 0, $this->plugin->ledger_search()->count( $query ) );
	}

	public function test_a_search_that_matches_too_many_sites_says_so(): void {
		$this->plugin->ledger()->want( 'one.example', 1, Row_Source::CORE );

		for ( $i = 0; $i < 201; $i++ ) {
			$this->wpdb->insert( $this->wpdb->blogmeta, array( 'blog_id' => 100_000 + $i, 'meta_key' => 'closte_sync_title', 'meta_value' => "Shop $i" ) );
		}

		set_current_screen( Pages::domains_screen_id() );
		$_GET = array( 's' => 'shop' );

		try {
			$screen = new Domains_Screen( $this->plugin );
			$screen->prepare();
			$this->assertStringContainsString( 'More than 200 sites match “shop”.', $this->printed( $screen->show( ... ) ) );
		} finally {
			$_GET = array();
			$this->wpdb->query( "DELETE FROM {$this->wpdb->blogmeta} WHERE blog_id >= 100000" );
		}
	}

	/**
	 * @return list<int> Their rows.
	 */
	private function record( string ...$domains ): array {
		return array_map( fn( string $domain ): int => $this->plugin->ledger()->want( $domain, 1, Row_Source::CORE )->id, array_values( $domains ) );
	}

	/**
	 * @param array<string, string> $query The query string.
	 */
	private function table( array $query = array() ): string {
		set_current_screen( Pages::domains_screen_id() );
		$_SERVER['REQUEST_URI'] = Pages::domains_url( $query );
		$table                  = new Domains_List_Table( $this->plugin, Domains_Query::from( $query ) );
		$table->prepare_items();

		return $this->printed( $table->views( ... ) ) . $this->printed( $table->display( ... ) );
	}

	/**
	 * @return list<string> The domains of the lines.
	 */
	private function listed( string $html ): array {
		preg_match_all( '/<tr [^>]*data-domain="([^"]+)"/', $html, $matches );

		return $matches[1];
	}

	/**
	 * What a link of the table asks for.
	 *
	 * @return array<string, string>
	 */
	private function link( string $html, string $name ): array {
		$pattern = 'sorted-by-domain' === $name ? "/id='domain'.*?href=\"([^\"]+)\"/s" : "/class=\"$name button\" href=\"([^\"]+)\"/";
		$this->assertSame( 1, preg_match( $pattern, $html, $match ), $name );
		wp_parse_str( (string) wp_parse_url( html_entity_decode( $match[1] ), PHP_URL_QUERY ), $query );

		return $query;
	}

	private function bulk( string $action, string ...$ids ): string {
		return $this->post( array( 'action' => $action, 'ids' => $ids, '_wpnonce' => wp_create_nonce( 'bulk-closte-sync-domains' ) ) );
	}

	/**
	 * @param array<string, mixed> $fields
	 * @return string The confirmation, or what the list says.
	 */
	private function post( array $fields ): string {
		set_current_screen( Pages::domains_screen_id() );
		$_POST    = $fields;
		$_REQUEST = $fields;
		$screen   = new Domains_Screen( $this->plugin );

		try {
			$screen->prepare();
			return $this->printed( $screen->show( ... ) );
		} catch ( Redirect_Exception ) {
			return $this->printed( Flash::show( ... ) );
		} finally {
			$_POST    = array();
			$_REQUEST = array();
		}
	}
}
