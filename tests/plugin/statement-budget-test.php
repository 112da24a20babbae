<?php
/**
 * How many SQL statements of ours an event costs.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Notified_Owners;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Work;
use ClosteSync\Log\Log_Query;

require_once __DIR__ . '/class-statement-test-case.php';

final class Statement_Budget_Test extends Statement_Test_Case {

	public function test_a_created_site_with_two_names_costs_fourteen_statements(): void {
		$this->count_statements( fn() => $this->create_site( 'customer.example' ) );

		$this->assertContains( 'www.customer.example', $this->emulator->domains() );
		$this->assert_at_most( 14 );
	}

	public function test_a_created_site_with_one_name_costs_eleven_statements(): void {
		$this->count_statements( fn() => $this->create_site( 'shop' ) );

		$this->assertContains( $this->sub( 'shop' ), $this->emulator->domains() );
		$this->assert_at_most( 11 );
	}

	public function test_a_run_costs_few_statements_for_each_hundred_rows(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		for ( $i = 0; $i < 300; $i++ ) {
			$this->plugin->ledger()->want( "d$i.example", 0, Row_Source::MANUAL );
			$this->plugin->ledger()->unwant( "gone$i.example", 0, Row_Source::MANUAL );
		}
		$this->set( array( 'enabled' => true ) );
		$this->warm_up();
		$worker = $this->plugin->worker();
		$this->count_statements( fn() => $worker->run( 60.0, null, Work::Calls ) );

		$this->assertCount( 601, $this->changes() );
		// Removals are confirmed sixteen at a time.
		$this->assert_at_most( 20 + 9 * 3 + 8 * 19 );
	}

	/**
	 * Counted by the storage.
	 */
	public function test_a_claim_reads_what_it_takes_however_many_rows_are_due(): void {
		$this->fill_ledger();
		$leases = $this->plugin->leases();

		foreach ( array( 'add', 'remove', '' ) as $n => $call ) {
			$this->set_rows( "next_call = CASE id % 3 WHEN $n THEN '$call' ELSE next_call END" );
		}

		$this->set_rows( 'next_check_at = 1 + id % 7' );
		$this->wpdb->query( "OPTIMIZE TABLE {$this->plugin->schema()->table()}" );
		$this->plugin->ledger()->is_empty();

		// The entries of what others have leased are read as well: they may have ended.
		$leased = 0;
		foreach ( Work::cases() as $work ) {
			foreach ( array( 'one', 'two', 'three' ) as $owner ) {
				$read = $this->rows_read( fn() => $this->assertCount( 100, $leases->claim_due( "$owner $work->value", 100, 60, $work ), $work->value ) );
				$this->assertLessThan( 1000 + $leased, $read, "$work->value $owner" );
				$leased += 100;
			}
		}

		// What was claimed comes free: it is found among many that are not due.
		$this->set_rows( 'next_check_at = 4000000000' );
		$this->set_rows( "lease_until = CASE lease_owner WHEN 'one all' THEN 5 ELSE lease_until END" );
		$this->set_rows( "next_check_at = CASE lease_owner WHEN 'one all' THEN 1 ELSE 4000000000 END" );
		$read = $this->rows_read( fn() => $this->assertCount( 100, $leases->claim_due( 'four', 200, 60 ) ) );
		$this->assertLessThan( 1000 + $leased, $read );
	}

	public function test_what_is_wanted_of_a_batch_costs_one_statement_and_one_for_www_names(): void {
		$this->set( array( 'enabled' => false ) );
		for ( $i = 0; $i < 20; $i++ ) {
			$this->create_site( "shop$i.example" );
		}
		$this->set( array( 'enabled' => true ) );
		$this->warm_up();
		$worker = $this->plugin->worker();
		$this->count_statements( fn() => $worker->run( 60.0, null, Work::Calls ) );

		$this->assertCount( 41, $this->changes() );
		$asked = preg_grep( "/^\(? ?SELECT blog_id, domain FROM .{$this->wpdb->blogs}/", $this->statements );
		$this->assertContains( count( $asked ), array( 1, 2 ), implode( "\n", preg_grep( '/SELECT/', $this->statements ) ) );
		$this->assert_at_most( 35 );
	}

	public function test_a_row_goes_as_far_as_it_can_under_one_claim_and_with_one_write(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$this->plugin->ledger()->want( 'a.example', 0, Row_Source::MANUAL );
		$this->set( array( 'enabled' => true ) );
		$this->next_request();
		$worker = $this->plugin->worker();
		$this->count_statements( fn() => $worker->run( 60.0 ) );

		$row = $this->row( 'a.example' );
		$this->assertTrue( $row->is_accepted() );
		$this->assertGreaterThan( 0, $row->dns_checked_at );
		$this->assertCount( 1, preg_grep( '/^UPDATE .*certificate_state/', $this->statements ) );
		$this->assertCount( 1, preg_grep( '/^SELECT .* lease_owner = .[0-9a-f]/', $this->statements ) );
		$this->assertContains( 'a.example', array_column( $this->plugin->log_table()->query( new Log_Query( domain: 'a.example' ) ), 'domain' ) );
	}

	/** Whatever the database believes of its tables, which it has counted when they were small. */
	public function test_as_many_names_as_are_asked_for_together_are_looked_for_in_an_index(): void {
		$tables = array( $this->wpdb->blogs, $this->plugin->schema()->table() );

		foreach ( $tables as $table ) {
			$this->wpdb->query( "ALTER TABLE $table STATS_AUTO_RECALC = 0" );
			$this->wpdb->query( "ANALYZE TABLE $table" );
		}

		$domains = static fn( int $count ): array => array_map( static fn( int $n ): string => "s$n.example", range( 1, $count ) );
		$this->wpdb->query( "INSERT INTO {$this->wpdb->blogs} ( domain, path ) VALUES ( '" . implode( "', '/' ), ( '", $domains( self::MANY ) ) . "', '/' )" );
		$this->plugin->ledger()->want_new( array_fill_keys( $domains( self::MANY ), array( 'blog_id' => 0, 'source' => Row_Source::CORE ) ) );
		$this->plugin->desired_domains()->wanted( $domains( 1 ) );
		$asked  = $domains( Database::ASKED_TOGETHER );
		$wanted = $this->rows_read( fn() => $this->assertCount( count( $asked ), $this->plugin->desired_domains()->wanted( $asked ) ) );
		$found  = $this->rows_read( fn() => $this->assertCount( count( $asked ), $this->plugin->ledger()->find_all( $asked ) ) );

		foreach ( $tables as $table ) {
			$this->wpdb->query( "ALTER TABLE $table STATS_AUTO_RECALC = DEFAULT" );
		}

		$this->assertLessThan( 10 * count( $asked ), $wanted );
		$this->assertLessThan( 10 * count( $asked ), $found );
	}

	public function test_owners_who_are_to_be_told_are_found_among_many_who_were(): void {
		$this->fill_ledger();
		$this->set_rows( "state = 'owner-must-act', blog_id = 1, told_blog_id = 1" );
		$this->set_rows( 'told_blog_id = 0', 'd7.example' );
		$this->wpdb->query( "OPTIMIZE TABLE {$this->plugin->schema()->table()}" );
		// The first statement after that reads what is known of the indexes.
		$this->plugin->ledger()->is_empty();
		$owners = new Notified_Owners( $this->wpdb );

		$read = $this->rows_read( fn() => $this->assertCount( 1, $owners->untold_sites( time(), time(), array(), 20 ) ) );
		$this->assertLessThan( 100, $read );
	}
}
