<?php
/**
 * The ledger, on either database.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Ledger_Search;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Ledger_Test extends Plugin_Test_Case {

	private int $now;

	private Ledger $ledger;

	private Ledger_Search $search;

	private Leases $leases;

	protected function setUp(): void {
		parent::setUp();
		$this->plugin->ledger();
		$this->now    = time();
		$this->ledger = new Ledger( $this->wpdb, fn(): int => $this->now );
		$this->search = new Ledger_Search( $this->wpdb, $this->ledger );
		$this->leases = new Leases( $this->wpdb, fn(): int => $this->now );
	}

	public function test_a_wish_that_is_there_already_changes_nothing(): void {
		$first  = $this->ledger->want( 'a.example', 2, Row_Source::CORE );
		$second = $this->ledger->want( 'a.example', 2, Row_Source::CORE );

		$this->assertSame( 1, $second->revision );
		$this->assertEquals( $first, $second );
	}

	public function test_a_changed_wish_begins_anew(): void {
		$row = $this->claimed( 'a.example' );
		$this->leases->record( $row, array( 'stage' => 'done', 'accepted_at' => 5, 'error_kind' => 'transient', 'attempts' => 4, 'next_check_at' => $this->now + 900 ) );
		$gone = $this->ledger->unwant( 'a.example', 2, Row_Source::CORE );

		$this->assertSame( array( Wanted::Absent, Stage::Removing, 2, 0, false, '', $this->now ), array( $gone->wanted, $gone->stage, $gone->revision, $gone->attempts, $gone->is_accepted(), $gone->error_kind, $gone->next_check_at ) );

		$back = $this->ledger->want( 'a.example', 3, Row_Source::CORE );
		$this->assertSame( array( Wanted::Present, Stage::Pending, 3, 3, 0 ), array( $back->wanted, $back->stage, $back->revision, $back->blog_id, $back->accepted_at ) );
		$this->assertTrue( $back->may_have_landed, 'No removal was sent: it may be there still' );
	}

	public function test_a_sites_own_event_names_the_site_and_a_reconcile_does_not(): void {
		$this->ledger->want( 'a.example', 0, Row_Source::MANUAL );
		$this->assertSame( 7, $this->ledger->want( 'a.example', 7, Row_Source::CORE )->blog_id );
		$this->assertSame( Row_Source::CORE, $this->ledger->want( 'a.example', 0, Row_Source::SYNC )->source );
		$this->assertSame( 7, $this->ledger->want( 'a.example', 0, Row_Source::MANUAL )->blog_id );
	}

	public function test_a_claimed_row_is_claimed_by_nobody_else_until_its_lease_ends(): void {
		$row = $this->ledger->want( 'a.example', 0, Row_Source::MANUAL );
		$this->assertNotNull( $this->leases->claim( $row->id, 'one', 30 ) );
		$this->assertNull( $this->leases->claim( $row->id, 'two', 30 ) );
		$this->assertSame( array(), $this->leases->claim_due( 'two', 10, 30 ) );

		$this->now += 31;
		$after = $this->leases->claim( $row->id, 'two', 30 );
		$this->assertTrue( $after->may_have_landed, 'Who had it before was perhaps killed in the middle of its call.' );
	}

	public function test_a_row_that_is_not_due_is_not_claimed(): void {
		$row = $this->claimed( 'a.example' );
		$this->leases->record( $row, array( 'stage' => 'pending', 'next_check_at' => $this->now + 60 ) );
		$this->assertNull( $this->leases->claim( $row->id, 'two', 30 ) );

		$this->now += 60;
		$this->assertNotNull( $this->leases->claim( $row->id, 'two', 30 ) );
	}

	public function test_an_answer_that_comes_late_is_dropped_and_the_row_is_due(): void {
		$row = $this->claimed( 'a.example' );
		$this->ledger->unwant( 'a.example', 0, Row_Source::MANUAL );
		$this->ledger->want( 'a.example', 0, Row_Source::MANUAL );

		$this->assertFalse( $this->leases->record( $row, array( 'stage' => 'done', 'next_check_at' => $this->now + 900 ) ) );
		$now = $this->ledger->find( 'a.example' );
		$this->assertSame( array( Stage::Pending, '', true, $this->now ), array( $now->stage, $now->lease_owner, $now->may_have_landed, $now->next_check_at ) );
	}

	public function test_of_answers_that_are_written_together_each_is_judged_by_its_own_row(): void {
		$rows = $answers = array();
		foreach ( range( 1, 12 ) as $n ) {
			$row                 = $this->claimed( "d$n.example" );
			$rows[ $row->id ]    = $row;
			$answers[ $row->id ] = array( 'stage' => 'checking-dns', 'state' => 'waiting', 'next_call' => '', 'accepted_at' => 1000 + $n, 'error_message' => "It's %s '$n'\\", 'next_check_at' => $this->now + $n, 'problems' => array( array( 'code' => "c$n", 'message' => 'ü%d' ) ) );
		}
		list( $changed, $lost, $removed, $removed_and_wanted, $gone, $held ) = array_keys( $rows );
		$this->ledger->unwant( 'd1.example', 0, Row_Source::MANUAL );
		$this->set_rows( "lease_owner = 'another', lease_until = " . ( $this->now + 60 ), 'd2.example' );
		$answers[ $removed ]            = array( 'stage' => 'removed' );
		$answers[ $removed_and_wanted ] = array( 'stage' => 'removed' );
		$this->set_rows( 'revision = revision + 1', 'd4.example' );
		$this->wpdb->delete( $this->plugin->schema()->table(), array( 'id' => $gone ) );
		$this->ledger->await_confirmation( array( 'd6.example' ), is_held: true );
		$answers[ array_key_last( $rows ) ]['stage'] = 'done';

		$this->leases->record_all( $rows, $answers, $written );

		$this->assertEqualsCanonicalizing( array_diff( array_keys( $rows ), array( $changed, $lost, $removed_and_wanted, $gone ) ), array_keys( $written ) );
		$this->assertSame( array( 'removing', '', true ), array( $this->stage( 'd1.example' ), $this->row( 'd1.example' )->lease_owner, $this->row( 'd1.example' )->may_have_landed ) );
		$this->assertSame( array( 'pending', 'another' ), array( $this->stage( 'd2.example' ), $this->row( 'd2.example' )->lease_owner ) );
		$this->assertNull( $this->row( 'd3.example' ) );
		$this->assertSame( array( '', true, $this->now ), array( $this->row( 'd4.example' )->lease_owner, $this->row( 'd4.example' )->may_have_landed, $this->row( 'd4.example' )->next_check_at ) );
		$this->assertNull( $this->row( 'd5.example' ) );
		$this->assertSame( array( 'checking-dns', $this->now + 60 ), array( $this->stage( 'd6.example' ), $this->row( 'd6.example' )->next_check_at ) );
		foreach ( range( 7, 12 ) as $n ) {
			$row = $this->row( "d$n.example" );
			$this->assertSame(
				array( 12 === $n ? 'done' : 'checking-dns', 1000 + $n, "It's %s '$n'\\", $this->now + $n, "c$n", '', 0, false ),
				array( $row->stage->value, $row->accepted_at, $row->error_message, $row->next_check_at, $row->problems[0]['code'], $row->lease_owner, $row->lease_until, $row->may_have_landed )
			);
		}
	}

	public function test_problems_are_written_only_where_a_check_found_others(): void {
		$problem = static fn( string $code ): array => array( array( 'code' => $code, 'message' => "It's %s", 'values' => array( 'b' => 1, 'a' => array( 'ü' ) ) ) );
		$answer  = fn( string $code ): array => array( 'stage' => 'checking-dns', 'next_check_at' => $this->now, 'problems' => '' === $code ? array() : $problem( $code ) );
		$names   = array( 'a.example', 'b.example', 'c.example' );
		foreach ( array( array( 'old', 'old', '' ), array( 'old', 'old', '' ), array( 'old', 'new', '' ), array( '', 'new', 'new' ) ) as $n => $codes ) {
			$rows    = array_map( fn( string $name ): Ledger_Row => $this->leases->claim( $this->ledger->want( $name, 2, Row_Source::CORE )->id, "run $n", 30 ), $names );
			$ids     = array_column( $rows, 'id' );
			$written = array();
			$note    = static function ( string $sql ) use ( &$written ): string {
				preg_match( '/^UPDATE .*/s', $sql, $match ) && $written[] = $match[0];

				return $sql;
			};
			add_filter( 'query', $note );
			$this->leases->record_all( array_combine( $ids, $rows ), array_combine( $ids, array_map( $answer, $codes ) ) );
			remove_filter( 'query', $note );

			$this->assertCount( 1, $written );
			$this->assertSame( array( 2, 0, 1, 2 )[ $n ], preg_match_all( '/\bmessage\b|\'\[\]\'/', $written[0] ), $written[0] );
			$this->assertSame( array_map( static fn( string $code ): array => '' === $code ? array() : $problem( $code ), $codes ), array_map( fn( string $name ): array => $this->row( $name )->problems, $names ) );
		}
	}

	public function test_what_a_list_says_of_a_row_whose_lease_has_ended_is_not_overwritten_by_its_late_answer(): void {
		$late       = $this->claimed( 'a.example' );
		$this->now += 31;
		$this->ledger->accept( 'a.example' );
		$this->assertFalse( $this->leases->record( $late, array( 'stage' => 'pending', 'error_kind' => 'transient', 'next_check_at' => $this->now + 900 ) ) );
		$row = $this->ledger->find( 'a.example' );

		// Its call may have come after the list was read.
		$this->assertSame( array( Stage::CheckingDns, $this->now, '', true, $this->now ), array( $row->stage, $row->accepted_at, $row->error_kind, $row->may_have_landed, $row->next_check_at ) );
	}

	public function test_what_closte_has_already_counts_as_added_just_now(): void {
		$this->ledger->want( 'a.example', 0, Row_Source::MANUAL );
		$this->ledger->accept( 'a.example' );
		$row = $this->ledger->find( 'a.example' );

		// While its certificate does not come it is added again each hour, and not at once.
		$this->assertSame( array( $this->now, $this->now ), array( $row->accepted_at, $row->last_added_at ) );
	}

	public function test_a_record_has_all_of_a_row_that_is_not_the_plugins_own(): void {
		$row = $this->ledger->want( 'a.example', 2, Row_Source::CORE );
		$own = array( 'base_name', 'by_hand', 'state', 'state_since', 'told_blog_id', 'lease_owner', 'lease_until', 'needs_confirmation', 'created_at', 'updated_at' );

		$this->assertSame( array( ...array_diff_key( $row->to_array(), array_flip( $own ) ), 'by_rule' => 0 ), $row->to_record() );
		$this->set_rows( "stage = 'moon', created_at = -1, revision = 18446744073709551615" );
		$odd = $this->ledger->find( 'a.example' );
		$this->assertSame( array( ...array_diff_key( $odd->to_array(), array_flip( $own ) ), 'by_rule' => 0 ), $odd->to_record() );
		$this->assertSame( 'moon', $odd->to_record()['stage'] );
	}

	public function test_answers_of_any_length_are_written_together(): void {
		$rows = $answers = array();
		foreach ( range( 1, 30 ) as $n ) {
			$row                 = $this->claimed( "d$n.example" );
			$rows[ $row->id ]    = $row;
			$answers[ $row->id ] = array( 'stage' => 'failed', 'next_check_at' => $this->now + 60, 'problems' => array( array( 'code' => "c$n", 'message' => str_repeat( "$n", 20_000 ) ) ) );
		}

		$this->leases->record_all( $rows, $answers, $written );
		$this->assertCount( 30, $written );
		$this->assertSame( str_repeat( '30', 20_000 ), $this->row( 'd30.example' )->problems[0]['message'] );
	}

	public function test_an_answer_that_is_longer_than_a_statement_should_be_is_written_alone(): void {
		list( $long, $short ) = array( $this->claimed( 'long.example' ), $this->claimed( 'short.example' ) );
		$text                 = str_repeat( 'x', 250_000 );
		$answers              = array(
			$long->id  => array( 'stage' => 'failed', 'next_check_at' => $this->now + 60, 'problems' => array( array( 'code' => 'c', 'message' => $text ) ) ),
			$short->id => array( 'stage' => 'failed', 'next_check_at' => $this->now + 60 ),
		);
		$this->leases->record_all( array( $long->id => $long, $short->id => $short ), $answers, $written );

		$this->assertCount( 2, $written );
		$this->assertSame( $text, $this->row( 'long.example' )->problems[0]['message'] );
	}

	public function test_an_answer_does_not_end_the_hold_of_a_row_that_was_marked_during_its_call(): void {
		$row = $this->claimed( 'a.example' );
		$this->ledger->await_confirmation( array( 'a.example' ), is_held: true );

		$this->assertTrue( $this->leases->record( $row, array( 'stage' => 'checking-dns', 'accepted_at' => $this->now, 'next_check_at' => $this->now + 5 ) ) );
		$held = $this->ledger->find( 'a.example' );
		$this->assertSame( array( Stage::CheckingDns, '', true, $this->now + 60 ), array( $held->stage, $held->lease_owner, $held->needs_confirmation, $held->next_check_at ) );
		$this->now += 59;
		$this->assertSame( array(), $this->leases->claim_due( 'two', 10, 30 ) );

		// The next one is confirmed before its call, and waits for as long as the answer says.
		$this->now += 1;
		$row        = $this->leases->claim( $held->id, 'two', 30 );
		$this->ledger->confirm( array( $row ) );
		$this->leases->record( $row, array( 'stage' => 'checking-dns', 'next_check_at' => $this->now + 900 ) );
		$this->assertSame( $this->now + 900, $this->ledger->find( 'a.example' )->next_check_at );
	}

	public function test_an_answer_that_comes_late_does_not_end_such_a_hold_either(): void {
		$row = $this->claimed( 'a.example' );
		$this->ledger->unwant( 'a.example', 2, Row_Source::CORE );
		$this->ledger->want( 'a.example', 3, Row_Source::CORE );
		$this->ledger->await_confirmation( array( 'a.example' ), is_held: true );

		$this->assertFalse( $this->leases->record( $row, array( 'stage' => 'checking-dns', 'next_check_at' => $this->now + 5 ) ) );
		$this->assertSame( $this->now + 60, $this->ledger->find( 'a.example' )->next_check_at );
	}

	public function test_an_answer_of_a_lost_lease_changes_nothing(): void {
		$late       = $this->claimed( 'a.example' );
		$this->now += 31;
		$current    = $this->leases->claim( $late->id, 'two', 30 );

		$this->assertFalse( $this->leases->record( $late, array( 'stage' => 'removed' ) ) );
		$this->assertEquals( $current, $this->ledger->find( 'a.example' ) );
	}

	public function test_a_row_that_is_wanted_claimed_or_called_for_since_it_was_read_is_not_forgotten(): void {
		$this->ledger->want( 'a.example', 2, Row_Source::CORE );
		$this->ledger->await_confirmation( array( 'a.example' ) );
		$marked = $this->ledger->find( 'a.example' );
		$wanted = $this->ledger->want( 'a.example', 2, Row_Source::CORE );
		$this->assertFalse( $this->ledger->delete( $marked ) );

		$claimed = $this->leases->claim( $wanted->id, 'one', 30 );
		$this->assertFalse( $this->ledger->delete( $wanted ) );
		$this->leases->record( $claimed, array( 'stage' => 'pending', 'accepted_at' => $this->now, 'next_check_at' => $this->now ) );
		$this->assertFalse( $this->ledger->delete( $wanted ), 'Its call was answered' );

		$claimed = $this->leases->claim( $wanted->id, 'two', 30 );
		$this->assertTrue( $this->ledger->delete( $claimed ) );
	}

	public function test_a_row_under_an_old_form_of_its_name_goes_whose_namesake_there_is(): void {
		$this->ledger->want( 'a.example', 2, Row_Source::CORE );
		$old = $this->leases->claim( $this->ledger->want( 'old.example', 2, Row_Source::CORE )->id, 'one', 30 );
		$this->leases->release( array( $old ) );
		$this->ledger->rename( $old->without_lease(), 'a.example' );

		$this->assertNull( $this->ledger->find( 'old.example' ) );
		$this->assertTrue( $this->ledger->find( 'a.example' )->needs_confirmation );
	}

	public function test_a_removal_that_comes_late_does_not_delete_the_newer_wish(): void {
		$this->ledger->unwant( 'a.example', 0, Row_Source::MANUAL );
		$row = $this->leases->claim( $this->ledger->find( 'a.example' )->id, 'one', 30 );
		$this->ledger->want( 'a.example', 0, Row_Source::MANUAL );

		$this->assertFalse( $this->leases->record( $row, array( 'stage' => 'removed' ) ) );
		$this->assertSame( Wanted::Present, $this->ledger->find( 'a.example' )->wanted );
	}

	public function test_queries(): void {
		foreach ( array( 'b_1.example', 'bx1.example', 'a.example' ) as $domain ) {
			$this->ledger->want( $domain, 4, Row_Source::CORE );
		}
		$this->ledger->unwant( 'gone.example', 5, Ultimate_Multisite::ID );

		$this->assertSame( array( 'b_1.example' ), $this->domains( $this->search->query( new Ledger_Query( search: 'B_1' ) ) ) );
		$this->assertSame( array( 'gone.example' ), $this->domains( $this->search->query( new Ledger_Query( stage: Stage::Removing, wanted: Wanted::Absent, source: Ultimate_Multisite::ID ) ) ) );
		$this->assertSame( array( 'b_1.example' ), $this->domains( $this->search->query( new Ledger_Query( blog_id: 4, order: 'desc', per_page: 1, after: '/bx1.example' ) ) ) );
		$this->assertSame( 3, $this->search->count( new Ledger_Query( blog_id: 4, per_page: 1 ) ) );
		$this->assertSame( 4, $this->search->count( new Ledger_Query( orderby: 'domain; DROP TABLE' ) ) );
		$this->assertSame( array( 3, 1 ), array( $this->search->counts_by_stage()['pending'], $this->search->counts_by_stage()['removing'] ) );
		$this->assertSame( 0, $this->search->counts_by_stage()['done'] );
	}

	public function test_two_names_are_one_only_if_every_byte_is_the_same(): void {
		$this->ledger->want( 'bucher.example', 0, Row_Source::MANUAL );
		$this->ledger->want( 'bücher.example', 0, Row_Source::MANUAL );

		$this->assertSame( 2, $this->search->count() );
	}

	public function test_hostile_text_is_stored_as_it_is_and_cut(): void {
		$row = $this->claimed( 'a.example' );
		$this->leases->record( $row, array( 'stage' => 'failed', 'next_check_at' => $this->now, 'error_message' => "'; DROP TABLE %s -- <b>" . str_repeat( 'ü', 5000 ), 'problems' => array( array( 'code' => 'x', 'message' => '"\\ü%d' ) ) ) );
		$now = $this->ledger->find( 'a.example' );

		$this->assertStringStartsWith( "'; DROP TABLE %s -- <b>ü", $now->error_message );
		$this->assertSame( 2000, mb_strlen( $now->error_message ) );
		$this->assertSame( array( array( 'code' => 'x', 'message' => '"\\ü%d' ) ), $now->problems );
	}

	public function test_a_hostile_name_is_looked_for_as_it_is_and_finds_no_other(): void {
		$names  = array( "it's", 'a\\b', 'a\\', '100%i', "%s' OR 1 = 1 -- ", ':named', '123', 'bü💥', '' );
		$others = array( '123.example', '123a', 'its', 'ab' );
		$owner  = array( 'blog_id' => 0, 'source' => Row_Source::MANUAL );
		$keys   = array_map( strval( ... ), array_keys( array_fill_keys( $names, $owner ) ) );
		$this->assertSame( array(), $this->ledger->want_new( array_fill_keys( array( ...$names, ...$others ), $owner ) ) );

		foreach ( $names as $name ) {
			$this->assertSame( array( $name ), array_column( $this->ledger->find_all( array( $name ) ), 'domain' ) );
			$this->assertSame( array( $name ), array_column( $this->ledger->outlines()->of( array( $name ) ), 'domain' ) );
		}

		$this->assertSame( $keys, array_column( $this->ledger->find_all( array_keys( array_fill_keys( $names, $owner ) ) ), 'domain' ) );
		$this->assertSame( array(), $this->plugin->desired_domains()->wanted( $names ) );
	}

	public function test_a_database_that_fails_says_so_and_prints_nothing(): void {
		$this->wpdb->query( "DROP TABLE {$this->wpdb->base_prefix}closte_sync_domains" );
		$this->wpdb->show_errors();
		ob_start();
		try {
			$this->ledger->find( 'a.example' );
			$this->fail( 'No exception.' );
		} catch ( Database_Exception $e ) {
			$this->assertNotSame( '', $e->getMessage() );
			$this->assertSame( '', ob_get_contents() );
		} finally {
			ob_end_clean();
			$this->wpdb->hide_errors();
			$this->plugin->schema()->upgrade( repair: true );
		}
	}

	public function test_processes_that_wish_against_each_other_end_with_the_last_wish(): void {
		$code      = '$plugin = new ClosteSync\Container( $GLOBALS["wpdb"] ); for ( $i = 0; $i < 15; $i++ ) { $plugin->sync()->domain_added( "a.network.test", 0, ClosteSync\Ledger\Row_Source::MANUAL ); $plugin->sync()->domain_removed( "a.network.test", 0, ClosteSync\Ledger\Row_Source::MANUAL ); $plugin->forget(); }';
		$processes = array_map( fn(): Process => $this->start_php( $code ), range( 1, 2 ) );

		foreach ( $processes as $process ) {
			$this->assertSame( 0, $process->wait(), $process->output() );
			$this->assertSame( '', $process->output() );
		}

		$this->plugin->sync()->domain_added( 'a.network.test', 0, Row_Source::MANUAL );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertSame( array( 'a.network.test' ), $this->emulator->domains() );
		$this->assertSame( 1, $this->plugin->ledger_search()->count() );
	}

	public function test_many_are_recorded_at_once_and_those_that_are_there_stay_as_they_are(): void {
		$ledger = $this->plugin->ledger();
		$ledger->unwant( 'gone.example', 7, Row_Source::CORE );
		$owners = array_fill_keys( array_map( static fn( int $n ): string => "s$n.example", range( 1, 250 ) ), array( 'blog_id' => 3, 'source' => Row_Source::CORE ) );

		$known = $ledger->want_new( $owners + array( 'gone.example' => array( 'blog_id' => 0, 'source' => Row_Source::SYNC ) ) );

		$this->assertSame( array( 'gone.example' ), $known );
		$this->assertSame( 'removing', $this->stage( 'gone.example' ) );
		$this->assertSame( 250, $this->search->counts_by_stage()['pending'] );
		$this->assertSame( 3, $this->row( 's250.example' )->blog_id );
		$this->assertCount( 250, $ledger->want_new( $owners ) );
	}

	private function claimed( string $domain ): \ClosteSync\Ledger\Ledger_Row {
		return $this->leases->claim( $this->ledger->want( $domain, 2, Row_Source::CORE )->id, 'one', 30 );
	}

	/**
	 * @param list<\ClosteSync\Ledger\Ledger_Row> $rows
	 * @return list<string>
	 */
	private function domains( array $rows ): array {
		return array_map( static fn( \ClosteSync\Ledger\Ledger_Row $row ): string => $row->domain, $rows );
	}
}
