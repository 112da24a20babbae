<?php
/**
 * What becomes of a removal that a PHP without the extension has heard of.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use ClosteSync\Sync\Scheduler;
use Mercator\Mapping;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Removals_Without_Extension_Test extends Plugin_Test_Case {

	public static function setUpBeforeClass(): void {
		require_once dirname( __DIR__ ) . '/support/doubles/mercator/class-mapping.php';
	}

	protected function setUp(): void {
		parent::setUp();
		Mapping::install();
		$this->set( array( 'www' => 'always' ) );
	}

	/** @dataProvider times */
	public function test_a_www_name_goes_with_what_was_removed_without_the_extension( int $from_now ): void {
		$mapping = Mapping::create( 1, 'nonwww.net' );
		$site    = $this->create_site( 'customer.example' );
		$this->wpdb->query( $this->wpdb->prepare( "UPDATE %i SET next_check_at = %d WHERE domain LIKE 'www.%'", $this->wpdb->base_prefix . 'closte_sync_domains', time() + $from_now ) );
		$this->lose_extension();
		$mapping->delete();
		wp_delete_site( $site );
		$this->next_request();
		$this->assertContains( 'www.nonwww.net', $this->emulator->domains() );

		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	/** @return array<string, array{int}> When the www name would be looked at. */
	public function times(): array {
		return array(
			'before'       => array( -60 ),
			'with it'      => array( 60 ),
			'the next day' => array( DAY_IN_SECONDS ),
		);
	}

	public function test_a_www_name_of_its_own_stays_when_its_bare_one_was_removed_without_the_extension(): void {
		$mapping = Mapping::create( 1, 'nonwww.net' );
		Mapping::create( 1, 'www.nonwww.net' );
		$this->lose_extension();
		$mapping->delete();
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array( 'www.nonwww.net' ), $this->emulator->domains() );
	}

	public function test_a_www_name_goes_with_what_was_removed_by_hand_without_the_extension(): void {
		$this->plugin->sync()->domain_added( 'hand.example', 0, Row_Source::MANUAL );
		$this->lose_extension();
		$this->plugin->sync()->domain_removed( 'hand.example', 0, Row_Source::MANUAL );
		$this->next_request();
		$this->run_due();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	public function test_a_www_name_goes_where_a_request_without_the_extension_was_killed(): void {
		Mapping::create( 1, 'nonwww.net' );
		$this->lose_extension();
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}domain_mapping" );
		$this->plugin->sync()->await_confirmation( array( 'nonwww.net' ) );
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array(), $this->emulator->domains() );
	}

	public function test_what_a_wildcard_covered_is_added_when_it_was_removed_without_the_extension(): void {
		$this->plugin->sync()->domain_added( $this->sub( '*' ), 0, Row_Source::MANUAL );
		$this->create_site( 'shop' );
		$this->assertNotContains( $this->sub( 'shop' ), $this->emulator->domains() );
		$this->lose_extension();
		$this->plugin->sync()->domain_removed( $this->sub( '*' ), 0, Row_Source::MANUAL );
		do_action( Scheduler::DAILY );
		wp_clear_scheduled_hook( Scheduler::DAILY );
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
		$this->assertLessThanOrEqual( time(), wp_next_scheduled( Scheduler::DAILY ) );
		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assertNotContains( $this->sub( '*' ), $this->emulator->domains() );
		$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
	}

	public function test_an_internationalised_name_goes_that_was_removed_without_the_extension(): void {
		$mapping = Mapping::create( 1, 'bücher.example' );
		$this->lose_extension();
		$mapping->delete();
		$this->next_request();
		for ( $minutes = 0; $minutes < 3; $minutes++ ) {
			$this->let_time_pass( 120 );
			$this->run_due();
		}

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	/** @dataProvider foreign_names */
	public function test_a_name_without_a_row_is_not_removed_either_where_the_extension_was_not_there( string $written, string $foreign ): void {
		$this->emulator->set_domains( array( $foreign, "www.$foreign" ) );
		$this->lose_extension();
		do_action( 'mercator.mapping.deleted', new Mapping( 4711, 1, $written ) );
		$this->next_request();
		for ( $minutes = 0; $minutes < 3; $minutes++ ) {
			$this->let_time_pass( 120 );
			$this->run_due();
		}

		$this->assertSame( array(), $this->changes() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	/** @return array<string, array{string, string}> */
	public function foreign_names(): array {
		return array(
			'as it is'            => array( 'foreign.example', 'foreign.example' ),
			'in another script'   => array( 'bücher.example', 'xn--bcher-kva.example' ),
		);
	}
}
