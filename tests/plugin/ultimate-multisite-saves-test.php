<?php
/**
 * What a save of one of Ultimate Multisite's domain records tells, and what its refusal leaves behind.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Log\Log_Query;
use WP_Ultimo\Managers\Domain_Manager;
use WP_Ultimo\Models\Domain;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Saves_Test extends Ultimate_Multisite_Test_Case {

	public function test_a_record_that_moves_to_another_site_takes_its_row_and_that_of_its_www_name_along(): void {
		$from   = $this->create_site( 'first' );
		$to     = $this->create_site( 'second' );
		$record = wu_create_domain( array( 'blog_id' => $from, 'domain' => 'customer.example' ) );
		$this->next_request();
		$changes = $this->changes();

		$record->set_blog_id( $to );
		$record->save();
		$this->next_request();
		Domain_Manager::run_queue();
		$this->run_due();

		$this->assertSame( array( $to, $to ), array( $this->row( 'customer.example' )->blog_id, $this->row( 'www.customer.example' )->blog_id ) );
		$this->assertSame( $changes, $this->changes() );
		$this->assertSame( array( array( 'move', $to, "From site $from to site $to.", 'mapped' ) ), $this->moves() );
	}

	public function test_a_save_that_moves_nothing_says_nothing(): void {
		$record = wu_create_domain( array( 'blog_id' => $this->create_site( 'first' ), 'domain' => 'customer.example' ) );
		$this->next_request();
		$revision = $this->row( 'customer.example' )->revision;
		$record->set_secure( true );
		$record->save();
		$this->next_request();

		$this->assertSame( array(), $this->moves() );
		$this->assertSame( $revision, $this->row( 'customer.example' )->revision );
	}

	public function test_a_www_record_of_its_own_stays_where_it_is(): void {
		$from   = $this->create_site( 'first' );
		$to     = $this->create_site( 'second' );
		$record = wu_create_domain( array( 'blog_id' => $from, 'domain' => 'customer.example' ) );
		wu_create_domain( array( 'blog_id' => $from, 'domain' => 'www.customer.example' ) );
		$this->next_request();
		$record->set_blog_id( $to );
		$record->save();

		$this->assertSame( array( $to, $from ), array( $this->row( 'customer.example' )->blog_id, $this->row( 'www.customer.example' )->blog_id ) );
	}

	public function test_a_record_that_gets_a_site_at_last_is_sent(): void {
		$record = wu_create_domain( array( 'blog_id' => 0, 'domain' => 'customer.example' ) );
		$this->next_request();
		$this->assertNotContains( 'customer.example', $this->emulator->domains() );

		$record->set_blog_id( 1 );
		$record->save();
		$this->next_request();
		$this->assertContains( 'customer.example', $this->emulator->domains() );
		$this->assertContains( 'www.customer.example', $this->emulator->domains() );
		$this->assertSame( 1, $this->row( 'customer.example' )->blog_id );
	}

	public function test_a_record_that_loses_its_site_maps_nothing_any_more(): void {
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$this->next_request();
		$record->set_blog_id( 9999 );
		$record->save();
		$this->next_request();

		$this->assertSame( array(), $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	/** @dataProvider refusals */
	public function test_a_name_that_is_refused_leaves_nothing_behind( string $domain ): void {
		$this->assertInstanceOf( \WP_Error::class, wu_create_domain( array( 'blog_id' => 1, 'domain' => $domain ) ) );
		$this->next_request();

		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
		$this->assertSame( array(), $this->emulator->calls() );
	}

	/** @return array<string, array{string}> */
	public static function refusals(): array {
		return array(
			'a wildcard'                => array( '*.customer.example' ),
			'an internationalized name' => array( 'bücher.example' ),
			'no name'                   => array( 'customer' ),
			'with an underscore'        => array( 'shop_1.customer.example' ),
		);
	}

	public function test_a_name_that_something_else_refuses_is_forgotten_when_the_request_ends(): void {
		$refused = new class( array( 'blog_id' => 1, 'domain' => 'customer.example' ) ) extends Domain {
			private int $asked = 0;

			public function validate() {
				return ++$this->asked > 1 ? new \WP_Error( 'domain', 'Not this one.' ) : true;
			}
		};
		$this->assertInstanceOf( \WP_Error::class, $refused->save() );
		// What it does to output buffers is PHPUnit's to do.
		remove_all_actions( 'shutdown', 1 );
		do_action( 'shutdown' );

		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
		$this->assertSame( array(), $this->emulator->calls() );
	}

	public function test_a_name_that_another_record_has_is_refused_and_its_row_stays(): void {
		wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$this->next_request();
		$before = $this->row( 'customer.example' )->to_array();
		$this->assertInstanceOf( \WP_Error::class, wu_create_domain( array( 'blog_id' => $this->create_site( 'shop' ), 'domain' => 'customer.example' ) ) );
		$this->next_request();

		$this->assertSame( $before, $this->row( 'customer.example' )->to_array() );
	}

	public function test_a_rename_that_is_refused_changes_nothing(): void {
		$record = wu_create_domain( array( 'blog_id' => 1, 'domain' => 'customer.example' ) );
		$this->next_request();
		$before  = $this->row( 'customer.example' )->to_array();
		$changes = $this->changes();
		$record->set_domain( '*.customer.example' );
		$this->assertInstanceOf( \WP_Error::class, $record->save() );
		$this->next_request();

		$this->assertSame( $before, $this->row( 'customer.example' )->to_array() );
		$this->assertSame( array( 2, $changes ), array( $this->plugin->ledger_search()->count(), $this->changes() ) );
	}

	/** @return list<array{string, int, string, string}> */
	private function moves(): array {
		$entries = $this->plugin->log_table()->query( new Log_Query( actions: array( \ClosteSync\Log\Action::Move ) ) );

		return array_map( static fn( \ClosteSync\Log\Entry $entry ): array => array( $entry->action->value, $entry->blog_id, $entry->message, $entry->reason->value ), $entries );
	}
}
