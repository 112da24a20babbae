<?php
/**
 * Tests of the Log screen.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Log\Log_Request;
use ClosteSync\Admin\Log\Log_Screen;
use ClosteSync\Admin\Pages;
use ClosteSync\Log\Action;
use ClosteSync\Log\Actor;
use ClosteSync\Log\Entry;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Reason;
use ClosteSync\Settings\Settings;

require_once __DIR__ . '/class-screens-test-case.php';

/** What it shows, and to whom. */
final class Log_Screen_Test extends Screens_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_log" );
	}

	public function test_an_empty_log_says_so_and_one_without_matches_too(): void {
		self::assertStringContainsString( 'The log is empty.', $this->screen() );
		self::assertStringContainsString( 'No entries found.', $this->screen( array( 's' => 'nobody' ) ) );
	}

	public function test_an_entry_is_shown_in_words_with_its_site_and_its_user(): void {
		$id   = $this->create_site( 'shop' );
		$html = $this->screen();

		self::assertStringContainsString( '>' . $this->sub( 'shop' ) . '</a>', $html );
		self::assertStringContainsString( 'Add to Closte', $html );
		self::assertStringContainsString( '<span class="closte-sync-status is-done">Added</span>', $html );
		self::assertStringContainsString( 'Site created', $html );
		self::assertStringContainsString( '>' . wp_get_current_user()->user_login . '</a>', $html );
		self::assertStringContainsString( "site-info.php?id=$id", $html );
		self::assertStringContainsString( gmdate( 'Y-m-d H:' ), $html );
	}

	public function test_a_site_and_a_user_who_are_gone_keep_their_numbers(): void {
		$this->insert( 'shop.example', 'No.', 4711, 4712 );
		$html = $this->screen();

		self::assertStringContainsString( 'Site 4711, deleted', $html );
		self::assertStringContainsString( 'User 4712, deleted', $html );
	}

	public function test_changed_settings_are_named_as_the_form_names_them(): void {
		Settings::stored()->with( array( 'targets' => array( '192.0.2.9' ), 'owners' => true ) )->save();

		self::assertStringContainsString( '>Addresses of this network, Site owners may add domains</td>', $this->screen() );
	}

	public function test_hostile_words_are_shown_as_text(): void {
		$hostile = '"><script>alert(1)</script>';
		$this->insert( "$hostile.example", $hostile );
		$html = $this->screen() . $this->screen( array( 's' => $hostile ) ) . $this->screen( array( 'domain' => "$hostile.example" ) ) . $this->screen( array( 'outcome' => $hostile, 'did' => $hostile, 'order' => $hostile ) );

		self::assertStringContainsString( esc_html( $hostile ), $html );
		self::assertStringNotContainsString( '<script', $html );
	}

	public function test_a_thousand_entries_cost_as_many_queries_as_one(): void {
		$this->create_site( 'shop' );
		add_filter( 'get_user_option_' . Pages::LOG_PER_PAGE, static fn(): int => 999 );
		$cost = function (): int {
			$this->next_request();
			$before = $this->wpdb->num_queries;
			$this->screen();
			return $this->wpdb->num_queries - $before;
		};
		$one  = $cost();
		for ( $i = 0; $i < 300; $i++ ) {
			$this->insert( "d$i.example", '', 1, get_current_user_id() );
		}

		self::assertLessThanOrEqual( $one + 3, $cost() );
	}

	public function test_what_is_asked_for_becomes_a_query(): void {
		$names   = $this->plugin->domain_names();
		$request = Log_Request::from( array( 's' => ' bücher.example ', 'did' => 'remove', 'outcome' => 'problems', 'order' => 'ASC', 'domain' => 'SHOP.example' ) );
		$query   = $request->to_log_query( $names, 10 );

		self::assertSame( array( 'xn--bcher-kva.example', 'shop.example', array( Action::Remove ), Outcome::problems(), false, 10 ), array( $query->search, $query->domain, $query->actions, $query->outcomes, $query->newest_first, $query->per_page ) );
		self::assertFalse( Log_Request::from( array( 's' => array(), 'did' => 'x', 'outcome' => array( 'added' ), 'domain' => array(), 'order' => array() ) )->is_filtered() );
		self::assertTrue( Log_Request::from( array() )->newest_first );
	}

	public function test_a_table_that_is_not_there_is_named(): void {
		$this->plugin->log_table();
		$this->wpdb->query( "DROP TABLE {$this->wpdb->base_prefix}closte_sync_log" );
		try {
			self::assertStringContainsString( 'The log cannot be read', $this->screen() );
		} finally {
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	/**
	 * The screen as HTML.
	 *
	 * @param array<string, mixed> $query The query string.
	 */
	private function screen( array $query = array() ): string {
		set_current_screen( Pages::log_screen_id() );
		$_GET                   = $query;
		$_REQUEST               = $query;
		$_SERVER['REQUEST_URI'] = '/wp-admin/network/settings.php?' . http_build_query( $query );
		$screen                 = new Log_Screen( $this->plugin );
		$screen->prepare();

		return $this->printed( $screen->show( ... ) );
	}

	private function insert( string $domain, string $message, int $blog_id = 0, int $user_id = 0 ): void {
		$this->plugin->log_table()->insert( array( new Entry( 0, time(), $domain, $blog_id, Action::Add, Outcome::Rejected, Reason::SiteCreated, '', Actor::User, $user_id, $message ) ) );
	}
}
