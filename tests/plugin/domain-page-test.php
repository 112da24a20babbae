<?php
/**
 * Tests of the page of one domain.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domain\Actions_Section;
use ClosteSync\Admin\Domain\Domain_Screen;
use ClosteSync\Admin\Pages;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Log\Action;
use ClosteSync\Log\Outcome;
use ClosteSync\Operations\Operation;

require_once __DIR__ . '/class-screens-test-case.php';

/** What it says in each state, to whom, and what its forms and routes do. */
final class Domain_Page_Test extends Screens_Test_Case {

	private const ELSEWHERE = array(
		'code'     => 'elsewhere',
		'severity' => 'blocks',
		'message'  => 'shop.example points to 192.0.2.1, which is not an address of this network.',
		'values'   => array( 'domain' => 'shop.example', 'addresses' => array( '192.0.2.1' ) ),
		'records'  => array(
			array( 'action' => 'set', 'type' => 'A', 'name' => 'shop.example', 'value' => '203.0.113.7' ),
			array( 'action' => 'delete', 'type' => 'AAAA', 'name' => 'shop.example', 'value' => '2001:db8::1' ),
		),
	);

	protected function setUp(): void {
		parent::setUp();
		$this->set( array( 'www' => 'never' ) );
		$this->log_in( 'super' );
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_log" );
	}

	protected function tearDown(): void {
		$_GET  = array();
		$_POST = array();
		parent::tearDown();
	}

	public function test_what_the_owner_must_do_comes_first_with_the_records_and_a_message(): void {
		$html = $this->page( $this->domain( 'shop.example', self::owner_must_act() ) );

		self::assert_in_order( $html, array( 'Owner must act', self::ELSEWHERE['message'], '203.0.113.7', '2001:db8::1', 'Copy all for the owner', 'DNS and certificate now', 'History' ) );
		$this->assertStringContainsString( 'data-copy="203.0.113.7"', $html );
		$this->assertStringContainsString( 'dashicons-admin-users', $html );
		$this->assertStringContainsString( "Set: shop.example A 203.0.113.7\nDelete: shop.example AAAA 2001:db8::1", $html );
		$this->assertSame( 1, preg_match( '/href="(mailto:[^"]*)"/', $html, $mail ) );
		$this->assertStringContainsString( 'Delete: shop.example AAAA 2001:db8::1', rawurldecode( $mail[1] ) );
	}

	public function test_the_message_to_the_owner_says_nothing_of_the_network(): void {
		$html = $this->page( $this->domain( 'shop.example', array( 'stage' => 'checking-ssl-cert', 'error_kind' => 'protocol', 'error_reason' => 'redirect' ) + self::owner_must_act() ) );

		$this->assertStringContainsString( 'Check closte.base_url', $html );
		$this->assertSame( 1, preg_match( '/href="(mailto:[^"]*)"/', $html, $mail ) );
		$this->assertStringContainsString( '192.0.2.1', rawurldecode( $mail[1] ) );
		$this->assertStringNotContainsString( 'base_url', rawurldecode( $mail[1] ) );
	}

	public function test_a_domain_that_works_shows_no_records_and_its_certificate(): void {
		$end  = time() + 60 * DAY_IN_SECONDS;
		$html = $this->page( $this->domain( 'shop.example', array( 'stage' => 'done', 'state' => 'working', 'next_check_at' => $end, 'dns_state' => 'here', 'dns_checked_at' => 1800000000, 'certificate_state' => 'valid', 'certificate_checked_at' => 1800000000, 'certificate_not_after' => $end, 'certificate_issuer' => "Let's Encrypt" ) ) );

		self::assert_in_order( $html, array( 'Working', 'points to this network', 'Points here', 'Issued by', 'Let&#039;s Encrypt', 'Valid until' ) );
		$this->assertStringNotContainsString( 'closte-sync-records', $html );
		$this->assertStringContainsString( "data-at=\"$end\"", $html );
	}

	public function test_while_nothing_can_be_checked_no_time_is_promised(): void {
		$id = $this->domain( 'shop.example', array( 'stage' => 'checking-dns', 'state' => 'waiting', 'next_check_at' => time() + 300 ) );
		$this->lose_extension();
		$html = $this->page( $id );

		$this->assertStringContainsString( 'Network admin must act', $html );
		$this->assertStringContainsString( 'Paused', $html );
		$this->assertStringNotContainsString( 'closte-sync-countdown', $html );
	}

	public function test_a_name_in_a_script_of_its_own_is_shown_in_both_forms_from_left_to_right(): void {
		$html = $this->page( $this->domain( 'xn--bcher-kva.example' ) );

		$this->assertStringContainsString( '<span dir="ltr">bücher.example</span> <code class="closte-sync-ascii" dir="ltr">xn--bcher-kva.example</code>', $html );
		$this->assertStringStartsWith( 'bücher.example &lsaquo; ', apply_filters( 'admin_title', 'Closte Domains', '' ) );
	}

	public function test_site_source_and_the_name_with_www_are_linked(): void {
		$site = $this->create_site( 'shop.example' );
		$www  = $this->domain( 'www.shop.example', self::owner_must_act() );
		$html = $this->page( $this->row( 'shop.example' )->id );

		$this->assertStringContainsString( "site-info.php?id=$site", $html );
		$this->assertStringContainsString( esc_url( Pages::domain_url( $www, 'www.shop.example' ) ), $html );
		self::assert_in_order( $html, array( 'With www', 'www.shop.example', 'Owner must act' ) );
	}

	public function test_the_history_has_the_newest_first_ten_at_a_time(): void {
		$id = $this->domain( 'shop.example' );
		for ( $i = 1; $i <= 12; $i++ ) {
			$this->plugin->log()->note( Action::Check, Outcome::OwnerMustAct, 'shop.example', 0, Row_Source::MANUAL, "Step $i." );
		}
		$this->plugin->log()->note( Action::Add, Outcome::Added, 'other.example', 0, Row_Source::MANUAL, 'Not of this domain.' );
		$this->plugin->log()->flush();

		$html = $this->page( $id );
		self::assert_in_order( $html, array( 'Step 12.', 'Step 3.', 'Show more', 'Show in the log' ) );
		$this->assertStringNotContainsString( 'Step 2.', $html );
		$this->assertStringNotContainsString( 'Not of this domain.', $html );
		$this->assertStringContainsString( wp_get_current_user()->user_login, $html );
		$this->assertStringContainsString( esc_url( Pages::log_url( array( 'domain' => 'shop.example' ) ) ), $html );

		self::assert_in_order( $this->page( $id, array( 'steps' => '20' ) ), array( 'Step 12.', 'Step 1.', 'Added to the list' ) );
	}

	public function test_a_domain_that_was_on_the_list_before_is_added_in_the_middle_of_its_history(): void {
		$id = $this->domain( 'shop.example', array( 'created_at' => time() - 60 ) );
		foreach ( array( 'Before.', 'After.' ) as $step ) {
			$this->plugin->log()->note( Action::Add, Outcome::Added, 'shop.example', 0, Row_Source::MANUAL, $step );
		}
		$this->plugin->log()->flush();
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_log SET logged_at = logged_at - 3600 WHERE message = 'Before.'" );

		self::assert_in_order( $this->page( $id ), array( 'After.', 'Added to the list', 'Before.' ) );
	}

	public function test_a_domain_that_is_gone_is_said_to_be_with_its_history(): void {
		$this->plugin->log()->note( Action::Remove, Outcome::Removed, 'gone.example', 0, Row_Source::MANUAL );
		$this->plugin->log()->flush();

		self::assert_in_order( $this->page( 4711, array( 'name' => 'gone.example' ) ), array( 'gone.example', 'is no longer on the list', 'Back to all domains', 'Remove from Closte: Removed' ) );
		$this->assertStringContainsString( 'This domain is no longer on the list.', $this->page( 4711 ) );
		$this->assertStringContainsString( 'This domain is no longer on the list.', $this->page( 'nonsense' ) );

		$id = $this->domain( 'gone.example' );
		$this->assertStringContainsString( esc_url( Pages::domain_url( $id, 'gone.example' ) ), $this->page( 4711, array( 'name' => 'gone.example' ) ) );
	}

	public function test_a_database_that_fails_is_named_in_a_sentence(): void {
		$id     = $this->domain( 'shop.example' );
		$table  = $this->plugin->schema()->table();
		$refuse = static fn( string $query ): string => str_contains( $query, $table ) ? 'SELECT nothing that there is' : $query;
		$this->wpdb->suppress_errors( true );
		add_filter( 'query', $refuse );

		try {
			$html = $this->page( $id );
		} finally {
			remove_filter( 'query', $refuse );
			$this->wpdb->suppress_errors( false );
		}

		$this->assertStringContainsString( 'The domain cannot be read: ', $html );
		$this->assertStringNotContainsString( 'data-watch', $html );
	}

	public function test_hostile_values_are_shown_as_text(): void {
		$evil   = '<img src=x onerror=alert(1)>"\'';
		$record = array( 'action' => 'set', 'type' => $evil, 'name' => $evil, 'value' => $evil );
		$id     = $this->domain(
			'shop.example',
			array(
				'stage'                  => 'checking-dns',
				'state'                  => 'owner-must-act',
				'error_kind'             => 'transient',
				'error_message'          => $evil,
				'certificate_issuer'     => $evil,
				'certificate_state'      => $evil,
				'certificate_checked_at' => 1800000000,
				'dns_state'              => $evil,
				'dns_checked_at'         => 1800000000,
				'problems'               => array( array( 'code' => 'elsewhere', 'severity' => 'blocks', 'message' => $evil, 'records' => array( $record ) ) ),
			)
		);
		$this->plugin->log()->note( Action::Check, Outcome::OwnerMustAct, 'shop.example', 0, Row_Source::MANUAL, $evil );
		$this->plugin->log()->flush();

		foreach ( array( $this->page( $id ), $this->page( 4711, array( 'name' => $evil ) ), (string) $this->ask( 'POST', "$id/watch" )->get_data()['parts']['closte-sync-state'] ) as $html ) {
			$this->assertStringNotContainsString( '<img src=x', $html );
			$this->assertStringNotContainsString( $evil, $html );
		}
		$this->assertStringContainsString( esc_html( $evil ), $this->page( $id ) );
	}

	public function test_check_now_checks_and_says_where_the_domain_stands(): void {
		$id = $this->domain( 'shop.example' );

		$this->assertSame( Pages::domain_url( $id, 'shop.example' ), $this->post( $id, Operation::Check ) );
		$this->assertContains( 'shop.example', $this->emulator->domains() );
		$this->assertStringContainsString( 'shop.example', $this->printed( static fn() => \ClosteSync\Admin\Flash::show() ) );
	}

	public function test_a_removal_is_asked_about_and_then_done(): void {
		$id = $this->domain( 'shop.example' );
		$this->post( $id, Operation::Check );

		$html = $this->post( $id, Operation::Remove );
		$this->assertStringContainsString( 'Closte stops serving', $html );
		$this->assertContains( 'shop.example', $this->emulator->domains() );

		$this->post( $id, Operation::Remove, array( 'confirmed' => '1' ) );
		$this->assertNotContains( 'shop.example', $this->emulator->domains() );
		$this->assertNull( $this->row( 'shop.example' ) );
		self::assert_in_order( $this->page( $id, array( 'name' => 'shop.example' ) ), array( 'is no longer on the list', 'Remove from Closte: Removed' ) );
	}

	public function test_what_a_site_has_is_not_removed_and_the_page_says_what_to_do_instead(): void {
		$this->create_site( 'shop.example' );
		$id   = $this->row( 'shop.example' )->id;
		$html = $this->page( $id );

		$this->assertStringContainsString( 'is in use by site', $html );
		$this->assertStringContainsString( 'delete the site', $html );
		$this->assertStringNotContainsString( 'value="remove"', $html );

		$this->post( $id, Operation::Remove, array( 'confirmed' => '1' ) );
		$this->assertStringContainsString( 'is in use by site', $this->printed( static fn() => \ClosteSync\Admin\Flash::show() ) );
		$this->assertNotNull( $this->row( 'shop.example' ) );
	}

	/** @dataProvider outsiders */
	public function test_outsiders_see_nothing_and_ask_for_nothing( string $role ): void {
		$id = $this->domain( 'shop.example' );
		$this->log_in( $role );

		foreach ( array( array( 'GET', "$id/look" ), array( 'POST', "$id/watch" ) ) as list( $method, $path ) ) {
			$this->assertContains( $this->ask( $method, $path )->get_status(), array( 401, 403 ) );
		}

		$this->expectException( Wp_Die_Exception::class );
		$this->expectExceptionCode( 403 );
		$this->page( $id );
	}

	public function test_a_form_counts_with_its_own_nonce_only(): void {
		$id    = $this->domain( 'shop.example' );
		$other = wp_create_nonce( Actions_Section::nonce_action( Operation::Check, $id ) );

		$this->expectException( Wp_Die_Exception::class );
		$this->expectExceptionCode( 403 );
		$this->post( $id, Operation::Remove, array( 'confirmed' => '1', '_wpnonce' => $other ) );
	}

	public function test_a_look_answers_with_what_it_saw_and_how_long_it_took(): void {
		$id     = $this->domain( 'shop.example' );
		$answer = $this->ask( 'GET', "$id/look" );

		$this->assertSame( 200, $answer->get_status() );
		$this->assertSame( 'shop.example', $answer->get_data()['domain'] );
		$this->assertNotSame( array(), $answer->get_data()['dns']['resolvers'] );
		$this->assertGreaterThan( 0, $answer->get_data()['dns']['seconds'] );
		$this->assertStringContainsString( 'DNS', $answer->get_data()['html'] );
		$this->assertContains( $answer->get_data()['certificate']['state'], array_column( \Closte\CertificateState::cases(), 'value' ) );
		$this->assertSame( 404, $this->ask( 'GET', '4711/look' )->get_status() );
		$this->assertStringContainsString( 'closte-sync-resolvers', $this->page( $id, array( 'look' => '1' ) ) );
	}

	public function test_a_watch_does_what_is_due_as_nobody_and_says_what_the_page_shows_now(): void {
		$id     = $this->domain( 'shop.example' );
		$answer = $this->ask( 'POST', "$id/watch", array( 'name' => 'shop.example' ) )->get_data();

		$this->assertContains( 'shop.example', $this->emulator->domains() );
		$this->assertSame( '', $answer['gone'] );
		$this->assertStringContainsString( 'Add to Closte: Added', $answer['parts']['closte-sync-story'] );
		$this->assertStringContainsString( 'Background processing</p>', $answer['parts']['closte-sync-story'] );
		$this->assertStringContainsString( 'shop.example: ', $answer['said'] );
		$this->assertGreaterThanOrEqual( 3, $answer['wait'] );

		$this->plugin->ledger()->delete( $this->row( 'shop.example' ) );
		$answer = $this->ask( 'POST', "$id/watch", array( 'name' => 'shop.example' ) )->get_data();
		$this->assertSame( array(), $answer['parts'] );
		$this->assertStringContainsString( 'is no longer on the list', $answer['gone'] );
	}

	/**
	 * Records a domain, and where it stands.
	 *
	 * @param array<string, mixed> $columns
	 * @return int The id of its row.
	 */
	private function domain( string $domain, array $columns = array() ): int {
		$id = $this->plugin->ledger()->want( $domain, 0, Row_Source::MANUAL )->id;

		if ( isset( $columns['problems'] ) ) {
			$columns['problems'] = wp_json_encode( $columns['problems'] );
		}

		if ( array() !== $columns ) {
			$this->wpdb->update( $this->plugin->schema()->table(), $columns + array( 'next_call' => '', 'next_check_at' => time() + 300 ), array( 'id' => $id ) );
		}

		return $id;
	}

	/** @return array<string, mixed> */
	private static function owner_must_act(): array {
		return array( 'stage' => 'checking-dns', 'state' => 'owner-must-act', 'state_since' => 1800000000, 'dns_state' => 'elsewhere', 'dns_checked_at' => 1800000000, 'problems' => array( self::ELSEWHERE ) );
	}

	/**
	 * @param array<string, string> $query
	 */
	private function page( int|string $id, array $query = array() ): string {
		$_GET   = wp_slash( array( 'domain' => (string) $id ) + $query );
		$screen = new Domain_Screen( $this->plugin );
		$screen->prepare();

		return $this->printed( $screen->show( ... ) );
	}

	/**
	 * Submits a form of the page.
	 *
	 * @param array<string, string> $fields
	 * @return string Where it leads, or what it asks.
	 */
	private function post( int $id, Operation $operation, array $fields = array() ): string {
		$_GET  = array( 'domain' => (string) $id );
		$_POST = $fields + array( 'operation' => $operation->value, '_wpnonce' => wp_create_nonce( Actions_Section::nonce_action( $operation, $id ) ) );

		try {
			$screen = new Domain_Screen( $this->plugin );
			$screen->prepare();
			$_POST = array();

			return $this->printed( $screen->show( ... ) );
		} catch ( Redirect_Exception $e ) {
			return $e->getMessage();
		} finally {
			$_POST = array();
		}
	}

	/**
	 * @param array<string, mixed> $parameters
	 */
	private function ask( string $method, string $path, array $parameters = array() ): \WP_REST_Response {
		$request = new \WP_REST_Request( $method, "/closte-sync/v1/domains/$path" );
		$request->set_query_params( $parameters );

		return rest_do_request( $request );
	}

	/**
	 * @param list<string> $texts
	 */
	private static function assert_in_order( string $html, array $texts ): void {
		$from = 0;

		foreach ( $texts as $text ) {
			$at = strpos( $html, $text, $from );
			self::assertNotFalse( $at, "“{$text}” is not there, or not there in order." );
			$from = $at + strlen( $text );
		}
	}
}
