<?php
/**
 * "Send all domains" on the settings screen.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Outcome_Counts;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Log\Action;
use ClosteSync\Log\Actor;
use ClosteSync\Log\Log_Query;
use ClosteSync\Log\Outcome;
use ClosteSync\Operations\Send_All;
use ClosteSync\Operations\Send_All_Progress;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Send_All_Test extends Plugin_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		foreach ( array( 'a.example', 'b.example', 'c.example' ) as $domain ) {
			$this->create_site( $domain );
		}
		$this->wpdb->query( "DELETE FROM {$this->wpdb->base_prefix}closte_sync_domains" );
		$this->set( array( 'enabled' => true ) );
		$this->next_request();
	}

	public function test_what_closte_refuses_is_counted_and_named_and_no_success(): void {
		$user = $this->create_user( 'super' );
		wp_set_current_user( $user );
		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => 'b.example' ) );
		$progress = $this->send_all();

		$this->assertSame( 'warning', $progress->notice_type() );
		$this->assertStringContainsString( '2 added, 0 removed, 1 refused (b.example), 0 not sent yet.', $progress->summary() );
		$this->assertStringNotContainsString( 'Done', $progress->summary() );
		$this->assertSame( '2 of 3 domains accepted, 1 refused, 0 not sent yet.', $progress->line() );
		$this->assertStringEndsWith( 'The refused domain is sent again once a day.', $progress->summary() );

		$entries = $this->plugin->log_table()->query( new Log_Query( actions: array( Action::Sync ) ) );
		$this->assertCount( 1, $entries );
		$this->assertSame( array( Outcome::Refused, Actor::User, $user ), array( $entries[0]->outcome, $entries[0]->actor, $entries[0]->user_id ) );
		$this->assertSame( '2 added, 0 removed, 1 refused (b.example), 0 not sent yet.', $entries[0]->message );

		// Refused before, and again.
		$this->next_request();
		$this->assertStringContainsString( '0 added, 0 removed, 1 refused (b.example), 0 not sent yet.', $this->send_all()->summary() );

		$this->emulator->fault();
		$this->next_request();
		$done = $this->send_all();
		$this->assertSame( array( 'success', 'Done: 1 domain added to Closte.' ), array( $done->notice_type(), $done->summary() ) );
		$this->assertSame( Outcome::Done, $this->plugin->log_table()->query( new Log_Query( actions: array( Action::Sync ) ) )[0]->outcome );
	}

	public function test_a_name_that_closte_could_never_take_is_counted_as_refused(): void {
		$this->wpdb->insert( $this->wpdb->blogs, array( 'domain' => 'site.internal', 'path' => '/' ) );
		$progress = $this->send_all();
		$this->wpdb->delete( $this->wpdb->blogs, array( 'domain' => 'site.internal' ) );

		$this->assertStringContainsString( '3 added, 0 removed, 1 refused (site.internal), 0 not sent yet.', $progress->summary() );
	}

	public function test_what_is_left_is_counted(): void {
		$this->emulator->fault( array( 'kind' => '500', 'domain' => 'b.example' ) );
		$progress = $this->send_all();

		$this->assertSame( 'warning', $progress->notice_type() );
		$this->assertSame( array( 2, 1 ), array( $progress->accepted, $progress->tally()->left ) );
		$this->assertSame( Outcome::Deferred, $this->plugin->log_table()->query( new Log_Query( actions: array( Action::Sync ) ) )[0]->outcome );
	}

	public function test_a_www_name_without_dns_is_neither_sent_nor_left(): void {
		$this->emulator->call( 'PUT', '/www', array( 'in_dns' => false ) );
		$this->set( array( 'www' => 'always' ) );
		$this->plugin->ledger()->want( 'www.a.example', 0, Row_Source::WWW );
		$this->run_due();
		$this->assertTrue( $this->row( 'www.a.example' )->waits_for_dns() );

		$plan     = $this->plugin->reconciler()->plan();
		$missing  = count( preg_grep( '/^www/', $plan->add ) );
		$progress = $this->send_all();
		$this->assertSame( array( 'success', 3, 0, $missing ), array( $progress->notice_type(), $progress->accepted, $progress->tally()->left, $progress->tally()->without_dns ) );
		$this->assertSame( "Done: 3 domains added to Closte. $missing www names have no DNS record yet. They are sent automatically once they have one.", $progress->summary() );
		$this->assertSame( Outcome::Done, $this->plugin->log_table()->query( new Log_Query( actions: array( Action::Sync ) ) )[0]->outcome );

		$tally = Outcome_Counts::of( $plan, $this->plugin->ledger() );
		$this->assertSame( array( true, 3, $missing ), array( $tally->is_complete(), $tally->accepted, $tally->without_dns ) );
		$this->assertStringContainsString( "3 added, 0 removed, 0 refused, 0 not sent yet. $missing www names have no DNS", $tally->sentence() );
	}

	public function test_a_page_that_is_left_finds_how_far_it_came_and_goes_on(): void {
		$this->emulator->fault( array( 'kind' => '500', 'domain' => 'b.example' ), array( 'kind' => 'reject', 'domain' => 'c.example' ) );
		$this->send_all();
		$this->next_request();

		$last = ( new Send_All( $this->plugin ) )->last();
		$this->assertSame( array( 3, 1, 1, 1 ), array( $last->total, $last->accepted, count( $last->refused ), $last->left() ) );

		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => 'c.example' ) );
		$this->let_time_pass( DAY_IN_SECONDS );
		$this->run_due();

		$last = ( new Send_All( $this->plugin ) )->last();
		$this->assertSame( array( 2, array( 'c.example' ), 0 ), array( $last->accepted, array_keys( $last->refused ), $last->left() ) );
		$this->assertNull( ( new Send_All( $this->plugin ) )->last(), 'The end is told once.' );
	}

	public function test_nothing_is_left_behind_where_nothing_could_be_sent(): void {
		$this->emulator->down( true );
		$progress = $this->send_all();

		$this->assertSame( array( 0, 'error' ), array( $progress->total, $progress->notice_type() ) );
		$this->assertNull( ( new Send_All( $this->plugin ) )->last() );
	}

	private function send_all(): Send_All_Progress {
		$send_all = new Send_All( $this->plugin );
		$progress = $send_all->start();

		while ( ! $progress->is_finished ) {
			$progress = $send_all->go_on();
		}

		return $progress;
	}
}
