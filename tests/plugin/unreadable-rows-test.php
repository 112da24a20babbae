<?php
/**
 * Rows of the ledger and of the log, and settings, that this version cannot read.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_List_Table;
use ClosteSync\Admin\Domains\Domains_Poll;
use ClosteSync\Admin\Domains\Domains_Query;
use ClosteSync\Admin\Log\Log_List_Table;
use ClosteSync\Admin\Log\Log_Request;
use ClosteSync\Admin\Pages;
use ClosteSync\Cli\Domain_Item;
use ClosteSync\Diagnosis\Domain_Check;
use ClosteSync\Diagnosis\Network_Check;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Diagnosis\Site_Health;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Log\Log_Query;
use ClosteSync\Settings\Settings;

require_once __DIR__ . '/class-screens-test-case.php';

/** One row is as it should not be; the others must not notice. */
final class Unreadable_Rows_Test extends Screens_Test_Case {

	/**
	 * @return array<string, array{string, string}> A column, and what is in it.
	 */
	public static function damage(): array {
		$damage = array(
			'wanted'            => array( 'maybe', '', 'PRESENT' ),
			'stage'             => array( 'verifying', '', 'removed ' ),
			'source'            => array( 'carrier-pigeon', '' ),
			'next_call'         => array( 'verify' ),
			'attempts'          => array( '-5' ),
			'stage_since'       => array( '-1', '9223372036854775807' ),
			'accepted_at'       => array( '-9223372036854775807', '253402300800' ),
			'last_added_at'     => array( '9223372036854775807' ),
			'retry_after'       => array( '-1' ),
			'dns_state'         => array( 'there', 'HERE' ),
			'dns_checked_at'    => array( '9223372036854775807' ),
			'certificate_state' => array( 'revoked' ),
			'certificate_not_after' => array( '9223372036854775807', '-1' ),
			'certificate_checked_at' => array( '-1' ),
			'problems'          => array( '[{"code":1}]', 'no JSON', '{"code":"x","message":"y"}', '[[]]', '["x"]', 'null', '7', '[{"code":"x"}]', '[{"code":"x","message":["y"]}]', '[{"code":"x","mess' ),
		);
		$cases = array();

		foreach ( $damage as $column => $values ) {
			foreach ( $values as $value ) {
				$cases[ "$column $value" ] = array( $column, $value );
			}
		}

		return $cases;
	}

	/**
	 * @return array<string, array{string, string}> What is odd, and can be lived with.
	 */
	public static function oddities(): array {
		return array(
			'an error of a newer version' => array( 'error_kind', 'bewildered' ),
			'no list of problems'         => array( 'problems', '' ),
			'due for ever'                => array( 'next_check_at', '-9223372036854775807' ),
			'due in another age'          => array( 'next_check_at', '9223372036854775807' ),
			'made in another age'         => array( 'created_at', '9223372036854775807' ),
			'made before time'            => array( 'created_at', '-9223372036854775807' ),
			'written in another age'      => array( 'updated_at', '9223372036854775807' ),
			'leased for ever'             => array( 'lease_until', '9223372036854775807' ),
		);
	}

	/**
	 * @dataProvider damage
	 */
	public function test_a_row_that_cannot_be_read_is_set_aside_and_the_others_go_on( string $column, string $value ): void {
		$this->three_rows();
		$this->damage_row( $column, $value );
		$this->next_request();
		$summary = $this->plugin->worker()->run( 20.0 );

		$this->assertSame( array( 'b.example' ), $summary->set_aside );
		$this->assertSame( array( 'a.example', 'c.example' ), $this->emulator->domains() );
		$this->assertGreaterThan( time() + HOUR_IN_SECONDS, $this->row( 'b.example' )->next_check_at );

		// Reported everywhere, and nothing dies of it.
		$this->assertStringContainsString( $column, (string) $this->row( 'b.example' )->defect() );
		$this->assertSame( 1, $this->plugin->ledger_search()->count_unreadable() );
		$this->assertStringContainsString( 'b.example', $this->look_at_everything() );
		$entries = $this->plugin->log_table()->query( new Log_Query( domain: 'b.example' ) );
		$this->assertSame( array( 'set-aside', 'unreadable' ), array( $entries[0]->action->value, $entries[0]->outcome->value ) );
		$this->assertStringContainsString( $column, $entries[0]->message );

		// Every run after it is as any other.
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertNull( $this->plugin->last_error()->last() );
		$this->plugin->reconciler()->repair( 20.0 );
		$this->assertContains( 'a.example', $this->emulator->domains() );

		// And it is not lost, but for who asked for it.
		if ( 'source' === $column ) {
			$this->plugin->database()->run( 'UPDATE %i SET by_hand = 1 WHERE domain = %s', $this->plugin->schema()->table(), 'b.example' );
		}
		$this->plugin->sync()->retry( 'b.example' );
		$this->assertContains( 'b.example', $this->emulator->domains() );
		$this->assertNull( $this->row( 'b.example' )->defect() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count_unreadable() );
	}

	/**
	 * @dataProvider oddities
	 */
	public function test_what_can_be_lived_with_holds_nothing_up( string $column, string $value ): void {
		$this->three_rows();
		$this->damage_row( $column, $value );
		$this->look_at_everything();
		$this->next_request();
		$summary = $this->plugin->worker()->run( 20.0 );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();

		$this->assertSame( array(), $summary->set_aside );
		$this->assertSame( array( 'a.example', 'b.example', 'c.example' ), $this->emulator->domains() );
		$this->look_at_everything();
		$this->assertNull( $this->plugin->last_error()->last() );
	}

	public function test_a_page_that_meets_such_a_row_goes_on(): void {
		$this->three_rows();
		$this->damage_row( 'attempts', '-5' );
		$this->plugin->sync()->domain_added( 'b.example', 0, Row_Source::MANUAL );
		$this->plugin->sync()->domain_added( 'd.example', 0, Row_Source::MANUAL );

		$this->assertSame( array( 'd.example' ), $this->emulator->domains() );
		$this->assertSame( 'unreadable', $this->row( 'b.example' )->error_kind );
	}

	public function test_what_a_newer_version_wrote_goes_on_by_itself_where_it_is_readable_again(): void {
		$this->three_rows();
		$this->damage_row( 'dns_state', 'sideways' );
		$this->run_due();
		$this->damage_row( 'dns_state', 'missing' );
		$this->let_time_pass( DAY_IN_SECONDS );
		$this->run_due();

		$this->assertContains( 'b.example', $this->emulator->domains() );
		$this->assertSame( '', $this->row( 'b.example' )->error_kind );
	}

	public function test_a_row_that_begins_anew_goes_where_nothing_wants_its_domain(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->plugin->ledger()->want( 'nobodys.example', 0, Row_Source::CORE );
		$this->set( array( 'enabled' => true ) );
		$this->damage_row( 'wanted', 'maybe', 'nobodys.example' );
		$this->run_due();
		$this->plugin->sync()->retry( 'nobodys.example' );
		$this->run_due();

		$this->assertSame( array(), $this->changes() );
		$this->assertNull( $this->row( 'nobodys.example' ) );
	}

	/**
	 * @return array<string, array{string, int, ?string}> What cannot be read of its source, when Closte accepted it, and its stage in
	 *                                                    the end.
	 */
	public static function lost_sources(): array {
		return array(
			'Closte may have it'  => array( 'carrier-pigeon', 5, 'retired' ),
			'Closte never had it' => array( 'carrier-pigeon', 0, null ),
			'the word is empty'   => array( '', 5, 'retired' ),
		);
	}

	/**
	 * @dataProvider lost_sources
	 */
	public function test_a_row_whose_source_is_lost_does_not_come_back_as_one_added_by_hand( string $source, int $accepted_at, ?string $stage ): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->plugin->ledger()->want( 'nobodys.example', 7, Row_Source::CORE );
		$this->emulator->set_domains( array( 'nobodys.example' ) );
		$this->plugin->database()->run( 'UPDATE %i SET accepted_at = %d', $this->plugin->schema()->table(), $accepted_at );
		$this->set( array( 'enabled' => true ) );
		$this->damage_row( 'source', $source, 'nobodys.example' );
		$this->run_due();
		$this->plugin->sync()->retry( 'nobodys.example' );
		$this->run_due();

		$this->assertSame( array(), $this->changes() );
		$this->assertSame( array( 'nobodys.example' ), $this->emulator->domains() );
		$this->assertSame( $stage, $this->stage( 'nobodys.example' ) );
	}

	public function test_an_absence_that_begins_anew_stays_one(): void {
		$this->emulator->set_domains( array( 'gone.example' ) );
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->plugin->ledger()->want( 'gone.example', 0, Row_Source::MANUAL );
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET accepted_at = 5" );
		$this->plugin->ledger()->unwant( 'gone.example', 0, Row_Source::MANUAL );
		$this->set( array( 'enabled' => true ) );
		$this->damage_row( 'problems', 'x', 'gone.example' );
		$this->run_due();
		$this->assertSame( array( 'gone.example' ), $this->emulator->domains() );
		$this->plugin->sync()->retry( 'gone.example' );
		$this->run_due();

		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_every_source_of_this_version_can_be_read(): void {
		$ids = $this->plugin->sources()->ids();

		$this->assertSame( $ids, array_values( array_filter( $ids, Row_Source::is_known( ... ) ) ) );
		$this->assertContains( Row_Source::ULTIMATE_MULTISITE, $ids );
		$this->assertFalse( Row_Source::is_known( 'carrier-pigeon' ) );
	}

	public function test_nothing_takes_the_domain_of_such_a_row_away_from_closte(): void {
		$this->three_rows();
		$this->run_due();
		$this->damage_row( 'source', 'carrier-pigeon' );
		$this->plugin->reconciler()->repair( 20.0 );
		$plan = $this->plugin->reconciler()->plan( prune: true, force: true );
		$this->plugin->reconciler()->apply( $plan );

		$this->assertSame( array(), $plan->remove );
		$this->assertContains( 'b.example', $this->emulator->domains() );
		$this->assertNotNull( $this->row( 'b.example' ) );
	}

	public function test_words_of_the_log_that_are_not_known_are_shown_as_they_are(): void {
		$this->three_rows();
		$this->run_due();
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_log SET action = 'verify<i>', outcome = 'tomorrow', reason = 'moon', actor = 'robot', source = 'pigeon', logged_at = 9223372036854775807" );
		$this->log_in( 'super' );
		set_current_screen( Pages::log_screen_id() );
		$table = new Log_List_Table( $this->plugin, Log_Request::from( array() ) );
		$table->prepare_items();
		$html = $this->printed( $table->display( ... ) );

		foreach ( array( 'verify&lt;i&gt;', 'tomorrow', 'moon', 'robot' ) as $word ) {
			$this->assertStringContainsString( $word, $html );
		}
	}

	public function test_settings_that_are_not_known_are_named_and_nothing_dies(): void {
		$odd = array( 'enabled' => true, 'www' => 'sometimes', 'subdomains' => array( 'x' ), 'check_interval' => 'soon', 'targets' => 7, 'resolvers' => array( array() ), 'orbit' => 'low' );
		update_network_option( null, Settings::OPTION, $odd );
		$this->next_request();
		$this->assertTrue( Settings::load()->enabled );
		$finding = $this->network_check()->settings();

		$this->assertSame( Severity::Warning, $finding->severity );
		foreach ( array( 'www', 'subdomains', 'check_interval', 'targets', 'resolvers' ) as $name ) {
			$this->assertStringContainsString( $name, $finding->message );
		}

		foreach ( array( 'text', 7, new \stdClass(), array() ) as $nonsense ) {
			update_network_option( null, Settings::OPTION, $nonsense );
			$this->next_request();
			$this->look_at_everything();
		}

		( new Settings( enabled: true ) )->save();
		$this->assertSame( Severity::Ok, $this->network_check()->settings()->severity );
	}

	private function three_rows(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );

		foreach ( array( 'a.example', 'b.example', 'c.example' ) as $domain ) {
			$this->plugin->sync()->domain_added( $domain, 0, Row_Source::MANUAL );
		}

		$this->set( array( 'enabled' => true ) );
	}

	private function damage_row( string $column, string $value, string $domain = 'b.example' ): void {
		$this->wpdb->query( $this->wpdb->prepare( 'UPDATE %i SET %i = %s WHERE domain = %s', $this->wpdb->base_prefix . 'closte_sync_domains', $column, $value, $domain ) );
		$this->next_request();
	}

	/** Shows all that shows rows; what it says of them. */
	private function look_at_everything(): string {
		$this->log_in( 'super' );
		$health = ( new Site_Health( $this->plugin, '', '' ) );
		$health->add_information( array() );
		foreach ( $health->add_tests( array() )['direct'] as $test ) {
			$test['test']();
		}
		( new Domain_Check( $this->plugin, 'b.example' ) )->run( false );
		$items = array_map( ( new Domain_Item( $this->plugin->domain_names() ) )->of( ... ), $this->plugin->ledger_search()->query( new \ClosteSync\Ledger\Ledger_Query( per_page: null ) ) );
		$this->assertIsString( wp_json_encode( $items ) );
		( new Domains_Poll( $this->plugin ) )->answer( array_column( iterator_to_array( $this->plugin->ledger()->all(), false ), 'id' ), '' );
		set_current_screen( Pages::domains_screen_id() );
		update_user_meta( get_current_user_id(), 'manage' . Pages::domains_screen_id() . 'columnshidden', array() );
		$table = new Domains_List_Table( $this->plugin, Domains_Query::from( array() ) );
		$table->prepare_items();
		$this->assertCount( $this->plugin->ledger_search()->count(), $table->items );
		$html = $this->printed( $table->views( ... ) ) . $this->printed( $table->display( ... ) );
		$this->assertStringNotContainsString( 'Warning', wp_strip_all_tags( $html ) );

		return $this->network_check()->unreadable()->message;
	}

	private function network_check(): Network_Check {
		return new Network_Check( $this->plugin->ledger(), $this->plugin->ledger_search(), $this->plugin->scheduler(), $this->plugin->domain_names(), time() );
	}
}
