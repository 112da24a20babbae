<?php
/**
 * Which aliases go when records of Ultimate Multisite change, and when.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use WP_Ultimo\Managers\Domain_Manager;

require_once __DIR__ . '/class-ultimate-multisite-test-case.php';

/**
 * In processes of their own: see the parent class.
 *
 * @runTestsInSeparateProcesses
 * @preserveGlobalState disabled
 */
final class Ultimate_Multisite_Removals_Test extends Ultimate_Multisite_Test_Case {

	/** @dataProvider sites_that_are_none */
	public function test_a_record_of_a_site_that_does_not_exist_takes_no_alias_away( mixed $blog_id, bool $modern ): void {
		Domain_Manager::$modern = $modern;
		$foreign                = array( 'foreign.example', 'www.foreign.example' );
		$this->emulator->set_domains( $foreign );

		// As its own form "Add Domain" does it.
		$record = wu_create_domain( array( 'domain' => 'foreign.example', 'stage' => 'checking-dns', 'blog_id' => (int) $blog_id, 'primary_domain' => false ) );
		$record->save();
		$this->next_request();
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
		Domain_Manager::run_queue();
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		wu_get_domain_by_domain( 'foreign.example' )->delete();
		$this->next_request();
		Domain_Manager::run_queue();
		$this->next_request();
		$this->run_due();

		$this->assertSame( array(), $this->changes() );
		$this->assertSame( $foreign, $this->emulator->domains() );
		$this->assertSame( 0, $this->plugin->ledger_search()->count() );
	}

	/** @return array<string, array{mixed, bool}> */
	public static function sites_that_are_none(): array {
		return array(
			'no such site'            => array( 9999, true ),
			'no such site, up to 2.4.10' => array( 9999, false ),
			'the form was left empty' => array( '', true ),
			'nothing was chosen'      => array( null, false ),
		);
	}

	public function test_a_record_of_a_site_that_does_not_exist_does_not_take_a_domain_that_was_added_by_hand(): void {
		$this->plugin->sync()->domain_added( 'hand.example', 0, Row_Source::MANUAL );
		$this->next_request();
		wu_create_domain( array( 'domain' => 'hand.example', 'blog_id' => 9999 ) )->delete();
		$this->next_request();
		Domain_Manager::run_queue();
		$this->run_due();

		$this->assertSame( array( 'hand.example', 'www.hand.example' ), $this->emulator->domains() );
		$this->assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	/** @return array<string, array{list<string>, bool}> Which rows are retired, and whether it is a version after 2.4.10. */
	public static function retired_rows(): array {
		return array(
			'both'                 => array( array( 'customer.example', 'www.customer.example' ), true ),
			'both, up to 2.4.10'   => array( array( 'customer.example', 'www.customer.example' ), false ),
			'the www name alone'   => array( array( 'www.customer.example' ), true ),
			'the bare name alone'  => array( array( 'customer.example' ), true ),
		);
	}

	/** @dataProvider retired_rows */
	public function test_a_record_of_a_site_that_does_not_exist_leaves_what_is_retired( array $which, bool $modern ): void {
		Domain_Manager::$modern = $modern;
		$names                  = array( 'customer.example', 'www.customer.example' );
		$this->retire( $which );
		$record = wu_create_domain( array( 'domain' => 'customer.example', 'blog_id' => 9999 ) );
		$this->next_request();
		Domain_Manager::run_queue();
		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assertSame( $names, $this->emulator->domains() );

		$record->delete();
		$this->next_request();
		Domain_Manager::run_queue();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( $names, $this->emulator->domains() );
		$this->assertSame( array(), $this->changes() );
		$this->assertSame( array(), array_filter( array_map( $this->stage( ... ), $names ), static fn( ?string $stage ): bool => ! in_array( $stage, array( null, 'retired' ), true ) ) );
	}

	public function test_a_record_of_a_living_site_takes_up_again_what_is_retired_and_takes_it_away_at_its_end(): void {
		$this->retire( array( 'customer.example', 'www.customer.example' ) );
		$id     = $this->create_site( 'shop' );
		$record = wu_create_domain( array( 'domain' => 'customer.example', 'blog_id' => $id ) );
		$this->next_request();
		$this->assertSame( array( 'checking-dns', 'checking-dns' ), array( $this->stage( 'customer.example' ), $this->stage( 'www.customer.example' ) ) );

		$record->delete();
		$this->next_request();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	/**
	 * Both names are at Closte, and rows of these say that nothing uses them any more.
	 *
	 * @param list<string> $which
	 */
	private function retire( array $which ): void {
		$this->emulator->set_domains( array( 'customer.example', 'www.customer.example' ) );
		foreach ( $which as $domain ) {
			$this->plugin->ledger()->want( $domain, 8888, str_starts_with( $domain, 'www.' ) ? Row_Source::WWW : Row_Source::CORE );
			$this->plugin->ledger()->accept( $domain );
			$this->plugin->ledger()->retire( $this->row( $domain ) );
			$this->assertSame( 'retired', $this->stage( $domain ) );
		}
		$this->next_request();
	}

	public function test_records_that_swap_domains_keep_both_aliases(): void {
		$records = array();
		foreach ( array( 'one', 'two' ) as $name ) {
			$records[] = wu_create_domain( array( 'blog_id' => $this->create_site( $name ), 'domain' => "$name.example" ) );
		}
		$this->begin();
		foreach ( array( array( 0, 'between.example' ), array( 1, 'one.example' ), array( 0, 'two.example' ) ) as list( $n, $domain ) ) {
			$records[ $n ]->set_domain( $domain );
			$this->assertTrue( $records[ $n ]->save() );
		}
		$this->next_request();
		Domain_Manager::run_queue();
		$this->next_request();
		$this->let_time_pass( 120 );
		$this->run_due();

		$this->assertSame( array(), preg_grep( '/ (www\.)?(one|two)\.example$/', $this->changes() ) );
		$this->assertNull( $this->row( 'between.example' ) );
		$this->assertSame( $records[1]->get_blog_id(), $this->row( 'one.example' )->blog_id );
	}

	public function test_sites_that_swap_domains_with_their_records_keep_both_aliases(): void {
		$ids = array( $this->create_site( 'one.example' ), $this->create_site( 'two.example' ) );
		$this->begin();
		foreach ( array( array( 0, 'between.example' ), array( 1, 'one.example' ), array( 0, 'two.example' ) ) as list( $n, $domain ) ) {
			wp_update_site( $ids[ $n ], array( 'domain' => $domain ) );
			foreach ( wu_get_domains( array( 'blog_id' => $ids[ $n ] ) ) as $record ) {
				$record->set_domain( $domain );
				$record->save();
			}
		}
		$this->next_request();
		Domain_Manager::run_queue();
		$this->next_request();

		$this->assertSame( array(), preg_grep( '/ (www\.)?(one|two)\.example$/', $this->changes() ) );
	}

	public function test_a_record_that_is_made_anew_for_another_site_costs_no_call(): void {
		$record = wu_create_domain( array( 'blog_id' => $this->create_site( 'a' ), 'domain' => 'one.example' ) );
		$other  = $this->create_site( 'b' );
		$this->begin();
		$record->delete();
		wu_create_domain( array( 'blog_id' => $other, 'domain' => 'one.example' ) );
		$this->next_request();
		Domain_Manager::run_queue();
		$this->next_request();

		$this->assertSame( array(), $this->changes() );
		$this->assertSame( $other, $this->row( 'one.example' )->blog_id );
	}

	public function test_a_site_that_is_made_anew_costs_no_call(): void {
		$id = $this->create_site( 'one.example' );
		$this->begin();
		wp_delete_site( $id );
		$this->create_site( 'one.example' );
		$this->next_request();

		$this->assertSame( array(), $this->changes() );
	}

	private function begin(): void {
		$this->next_request();
		$this->emulator->call( 'DELETE', '/journal' );
	}
}
