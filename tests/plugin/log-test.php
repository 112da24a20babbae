<?php
/**
 * What the log says of calls.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domains_Actions;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Log\Entry;
use ClosteSync\Sync\Scheduler;
use ClosteSync\Ledger\Work;

require_once __DIR__ . '/class-log-test-case.php';

final class Log_Test extends Log_Test_Case {

	public function test_who_created_and_deleted_a_site_and_what_came_of_it(): void {
		$user = $this->log_in();
		$id   = $this->create_site( 'shop' );
		wp_delete_site( $id );
		$this->end_request();

		$entries = $this->entries();
		$this->assertSame( array( 'add added site-created core user', 'remove removed site-deleted core user' ), array_map( self::words( ... ), $entries ) );
		$this->assertSame( array( $this->sub( 'shop' ), $this->sub( 'shop' ) ), array_column( $entries, 'domain' ) );
		$this->assertSame( array( $id, $id ), array_column( $entries, 'blog_id' ) );
		$this->assertSame( array( $user, $user ), array_column( $entries, 'user_id' ) );
		$this->assertSame( get_userdata( $user )->user_login, $entries[0]->by() );
		$this->assertEqualsWithDelta( time(), $entries[0]->logged_at, 5 );

		require_once ABSPATH . 'wp-admin/includes/ms.php';
		revoke_super_admin( $user );
		wpmu_delete_user( $user );
		$this->assertSame( "user $user", $entries[0]->by() );
	}

	public function test_a_site_that_changes_its_domain_is_an_add_and_a_removal(): void {
		$id = $this->create_site( 'shop' );
		$this->next_request();
		wp_update_site( $id, array( 'domain' => 'moved.example' ) );
		$this->end_request();

		$this->assertSame( array( 'add added site-created core visitor', 'add added site-changed core visitor', 'remove removed site-changed core visitor' ), $this->lines() );
	}

	public function test_a_mapping_and_its_www_name(): void {
		require_once dirname( __DIR__ ) . '/support/doubles/mercator/class-mapping.php';
		\Mercator\Mapping::install();
		$this->set( array( 'www' => 'always' ) );
		$this->clear();
		$mapping = \Mercator\Mapping::create( 1, 'customer.example' );
		$mapping->set_domain( 'renamed.example' );
		$mapping->delete();
		$this->end_request();

		$this->assertSame(
			array(
				'customer.example add added mapped mercator',
				'customer.example remove removed unmapped mercator',
				'renamed.example add added mapped mercator',
				'renamed.example remove removed unmapped mercator',
				'www.customer.example add added mapped www',
				'www.customer.example remove removed unmapped www',
				'www.renamed.example add added mapped www',
				'www.renamed.example remove removed unmapped www',
			),
			$this->sorted( fn( Entry $entry ): string => "$entry->domain {$entry->action->value} {$entry->outcome->value} {$entry->reason->value} {$entry->source}" )
		);
	}

	public function test_hooks_say_why_the_innermost_first_and_schedulers_are_nobody(): void {
		$audit_context = $this->plugin->audit_context();
		$said          = array();
		$ask           = static function () use ( $audit_context, &$said ): void {
			$said[ current_action() ] = $audit_context->reason( \ClosteSync\Log\Action::Remove )->value . ' ' . $audit_context->actor()->value . ' ' . $audit_context->user_id();
		};
		$user     = $this->log_in();

		foreach ( array( 'wu_domain_added', 'wu_domain_removed', 'wu_transition_domain_domain', 'wu_remove_domain', 'closte_sync_run', 'closte_sync_reconcile' ) as $hook ) {
			remove_all_actions( $hook );
			add_action( $hook, $ask );
		}
		add_action( 'outer', static fn() => $audit_context->during( \ClosteSync\Log\Reason::Sync, static fn() => do_action( 'inner' ) ) );
		add_action( 'inner', $ask );
		add_action( 'inner', static fn() => do_action( 'wu_domain_added' ) );
		foreach ( array( 'outer', 'wu_domain_removed', 'wu_transition_domain_domain', 'wu_remove_domain', 'closte_sync_run', 'closte_sync_reconcile' ) as $hook ) {
			do_action( $hook );
		}

		$this->assertSame(
			array(
				'inner'                       => "sync user $user",
				'wu_domain_added'             => "mapped user $user",
				'wu_domain_removed'           => "unmapped user $user",
				'wu_transition_domain_domain' => "unmapped user $user",
				'wu_remove_domain'            => 'queue cron 0',
				'closte_sync_run'             => 'run cron 0',
				'closte_sync_reconcile'       => 'daily cron 0',
			),
			$said
		);
	}

	/** @dataProvider failures */
	public function test_a_call_that_did_not_succeed_is_logged_with_what_was_said( array $fault, string $outcome, string $message ): void {
		$this->emulator->fault( $fault );
		$this->create_site( 'shop' );

		$this->assertSame( array( "add $outcome site-created core visitor" ), $this->lines() );
		$this->assertStringContainsString( $message, $this->entries()[0]->message );
		$this->assertStringNotContainsString( "\n", $this->entries()[0]->message );
	}

	/** @return array<string, array{array<string, mixed>, string, string}> */
	public function failures(): array {
		return array(
			'rejected'              => array( array( 'kind' => 'reject', 'path' => '/adddomainalias', 'text' => "No more domains\non this plan" ), 'rejected', 'No more domains' ),
			'rejected at length'    => array( array( 'kind' => 'reject', 'path' => '/adddomainalias', 'text' => str_repeat( 'ü', 3000 ) ), 'rejected', 'üüü' ),
			'never sent'            => array( array( 'kind' => 'reset-before' ), 'unknown', 'shop.network.test' ),
			'sent, and no answer'   => array( array( 'kind' => 'reset-after' ), 'unknown', 'shop.network.test' ),
			'429'                   => array( array( 'kind' => '429' ), 'failed', 'shop.network.test' ),
			'HTML'                  => array( array( 'kind' => 'html', 'path' => '/adddomainalias' ), 'unknown', 'shop.network.test' ),
		);
	}

	public function test_a_key_that_closte_refuses_or_repeats_is_not_in_the_log(): void {
		$this->emulator->fault( array( 'kind' => 'reject', 'path' => '/adddomainalias', 'text' => 'Bad key ' . $this->env( 'key' ) . ' of yours' ) );
		$this->create_site( 'first' );
		$this->emulator->fault();
		$this->emulator->call( 'PUT', '/state', array( 'keys' => array( 'another-key' => array( 'domains' => array() ) ) ) );
		$this->create_site( 'second' );
		$this->plugin->log()->note( \ClosteSync\Log\Action::Key, \ClosteSync\Log\Outcome::Done, message: 'a ' . strtoupper( $this->env( 'key' ) ) . "\u{202E}b\x00" );
		$this->plugin->log()->flush();

		$this->assertSame( array( 'rejected', 'unauthorized', 'done' ), array_map( static fn( Entry $entry ): string => $entry->outcome->value, $this->entries() ) );
		$this->assertSame( "a …\u{FFFD}b\u{FFFD}", $this->entries()[2]->message );
	}

	public function test_what_is_left_for_later_is_logged_once_and_then_sent_by_cron(): void {
		$user = $this->log_in();
		$this->emulator->down( true );
		$this->create_site( 'first' );
		$this->next_request();
		$id = $this->create_site( 'second' );
		$this->plugin->sync()->domain_added( $this->sub( 'second' ), $id, Row_Source::CORE );
		$this->emulator->down( false );
		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();

		$entries = $this->entries();
		$this->assertSame(
			array( 'add failed site-created core user', 'add deferred site-created core user', 'key found other - unknown', 'add added run core cron', 'check network-must-act run core cron', 'add added run core cron', 'check network-must-act run core cron' ),
			array_map( self::words( ... ), $entries )
		);
		$this->assertSame( array( $user, $user, 0, 0, 0, 0, 0 ), array_column( $entries, 'user_id' ) );
		$this->assertStringContainsString( 'did not answer the last call', $entries[1]->message );
	}

	public function test_a_call_whose_batch_is_broken_off_has_an_outcome_that_is_not_known(): void {
		$this->set( array( 'www' => 'always' ) );
		$this->clear();
		$is_broken = false;
		new Ledger_Writes(
			function () use ( &$is_broken ): void {
				if ( ! $is_broken && array() !== $this->emulator->calls() ) {
					$is_broken = true;
					throw new \RuntimeException( 'broken' );
				}
			}
		);
		$this->create_site( 'customer.example' );

		$outcomes = array_map( static fn( Entry $entry ): string => $entry->outcome->value, $this->entries() );
		sort( $outcomes );
		$this->assertSame( array( 'added', 'unknown' ), $outcomes );
	}

	public function test_an_answer_that_comes_too_late_for_the_ledger_is_logged_all_the_same(): void {
		$ledger = $this->plugin->ledger();
		$row    = $this->plugin->leases()->claim( $ledger->want( 'a.example', 0, Row_Source::MANUAL )->id, 'test', 30 );
		$ledger->unwant( 'a.example', 0, Row_Source::MANUAL );
		$this->assertFalse( $this->plugin->recorder()->record( $row, array( 'stage' => 'checking-dns', 'outcome' => 'added' ) + $row->to_record() ) );
		$this->plugin->log()->flush();

		$this->assertSame( array( 'add added other manual visitor' ), $this->lines() );
	}

	public function test_a_check_is_logged_when_it_finds_something_new_with_what_was_seen(): void {
		$ledger = $this->plugin->ledger();
		$ledger->want( 'a.example', 0, Row_Source::MANUAL );
		$ledger->accept( 'a.example' );
		$elsewhere = array( 'stage' => 'checking-dns', 'state' => 'owner-must-act', 'dns_state' => 'elsewhere', 'problems' => array( array( 'code' => 'elsewhere', 'severity' => 'blocks', 'message' => 'a.example points to 192.0.2.1.' ) ) );
		$steps     = array(
			array( 'dns_checked_at' => 1000 ) + $elsewhere,
			// The same again, at another address.
			array( 'dns_checked_at' => 1300, 'problems' => array( array( 'message' => 'a.example points to 192.0.2.2.' ) + $elsewhere['problems'][0] ) ) + $elsewhere,
			array( 'stage' => 'checking-ssl-cert', 'state' => 'waiting', 'dns_checked_at' => 1600, 'problems' => array() ),
			array( 'stage' => 'done', 'state' => 'working', 'certificate_checked_at' => 1900, 'certificate_issuer' => "Let's Encrypt", 'certificate_not_after' => 1900000000 ),
			// Nothing was checked.
			array( 'state' => 'waiting' ),
		);
		$before    = $ledger->find( 'a.example' );

		foreach ( $steps as $step ) {
			$after = $before->after( $step );
			do_action( 'closte_sync_domain_advanced', 'a.example', $after, $before );
			$before = $after;
		}
		$this->plugin->log()->flush();

		$this->assertSame( array( 'check owner-must-act other manual visitor', 'check waiting other manual visitor', 'check working other manual visitor' ), $this->lines() );
		$this->assertStringContainsString( 'a.example points to 192.0.2.1.', $this->entries()[0]->message );
		$this->assertStringContainsString( 'Checking certificate', $this->entries()[1]->message );
		$this->assertStringContainsString( "Let's Encrypt", $this->entries()[2]->message );
		$this->assertStringContainsString( (string) wp_date( get_option( 'date_format' ), 1900000000 ), $this->entries()[2]->message );
	}

	public function test_what_is_checked_after_a_call_is_logged_after_it_and_not_where_it_could_not_be_written(): void {
		$ledger = $this->plugin->ledger();
		$row    = $this->plugin->leases()->claim( $ledger->want( 'a.example', 0, Row_Source::MANUAL )->id, 'test', 30 );
		$record = array( 'stage' => 'checking-dns', 'outcome' => 'added', 'accepted_at' => 1000, 'dns_checked_at' => 1000, 'next_call' => '', 'next_check_at' => 1300 ) + $row->to_record();
		$this->assertTrue( $this->plugin->recorder()->record( $row, $record ) );
		$row = $this->plugin->leases()->claim( $row->id, 'test', 30 );
		$ledger->unwant( 'a.example', 0, Row_Source::MANUAL );
		$this->assertFalse( $this->plugin->recorder()->record( $row, array( 'stage' => 'done', 'state' => 'working', 'outcome' => '', 'dns_checked_at' => 2000 ) + $row->to_record() ) );
		$this->plugin->log()->flush();

		$this->assertSame( array( 'add added other manual visitor', 'check waiting other manual visitor' ), $this->lines() );
	}

	public function test_a_look_at_dns_is_no_call_and_a_repeated_failure_of_a_repeated_add_no_news(): void {
		$ledger = $this->plugin->ledger();
		$ledger->want( 'a.example', 0, Row_Source::MANUAL );
		$ledger->accept( 'a.example' );
		$row    = $ledger->find( 'a.example' );
		$failed = array( 'stage' => 'checking-ssl-cert', 'outcome' => 'failed', 'error_kind' => 'transient', 'error_message' => 'No answer.' );
		$log    = $this->plugin->log_observer();

		$log->domain_answered( $row, array( 'stage' => 'checking-ssl-cert', 'outcome' => '' ) + $row->to_record() );
		$log->domain_answered( $row, $failed + $row->to_record() );
		$again = $row->after( $failed );
		$log->domain_answered( $again, $failed + $again->to_record() );
		$log->domain_answered( $again, array( 'outcome' => 'already-there', 'error_kind' => '' ) + $again->to_record() );
		$log->batch_ended();

		$this->assertSame( array( 'add failed other manual visitor', 'add already-there other manual visitor' ), $this->lines() );
	}

	public function test_retry_and_removal_by_hand(): void {
		$this->log_in();
		$this->emulator->fault( array( 'kind' => 'reject', 'path' => '/adddomainalias' ) );
		$this->plugin->sync()->domain_added( 'by-hand.example', 0, Row_Source::MANUAL );
		$this->emulator->fault();
		$this->plugin->sync()->retry( 'by-hand.example' );
		$this->next_request();
		( new Domains_Actions( $this->plugin ) )->run( Domains_Actions::REMOVE, array( $this->row( 'by-hand.example' ) ) );

		$this->assertSame( array( 'add rejected by-hand manual user', 'add added retry manual user', 'remove removed by-hand manual user' ), $this->lines() );
	}

	public function test_an_event_pays_one_statement_and_a_batch_one_a_hundred(): void {
		$this->set( array( 'www' => 'always' ) );
		$this->clear();
		$inserts = 0;
		add_filter(
			'query',
			function ( string $sql ) use ( &$inserts ): string {
				$inserts += (int) ( 1 === preg_match( "/^\s*INSERT[^(]*{$this->wpdb->base_prefix}closte_sync_log/", $sql ) );
				return $sql;
			}
		);
		$this->create_site( 'customer.example' );
		$this->assertSame( array( 1, 2 ), array( $inserts, count( $this->entries() ) ) );

		for ( $i = 0; $i < 250; $i++ ) {
			$this->plugin->ledger()->want( "d$i.example", 0, Row_Source::MANUAL );
		}
		$inserts = 0;
		$summary = $this->plugin->worker()->run( 60.0, null, Work::Calls );
		$this->assertSame( 250, $summary->added );
		$this->assertSame( 252, $this->plugin->log_table()->count() );
		// One a hundred, and one a second for who looks on.
		$this->assertLessThanOrEqual( 3 + (int) ceil( $summary->seconds ), $inserts );
	}

	/**
	 * @param string $break What the log's statements become.
	 * @dataProvider broken_statements
	 */
	public function test_a_log_that_cannot_be_written_breaks_no_page_and_loses_no_answer( string $break ): void {
		$complaints = tempnam( sys_get_temp_dir(), 'closte-log-' );
		$before     = ini_set( 'error_log', $complaints );
		add_filter( 'query', fn( string $sql ): string => 1 === preg_match( "/^\s*(INSERT|DELETE)[^(]*{$this->wpdb->base_prefix}closte_sync_log/", $sql ) ? str_replace( 'closte_sync_log', $break, $sql ) : $sql );
		try {
			$this->create_site( 'shop' );
			$this->plugin->sync()->retry( $this->sub( 'shop' ) );
			$this->run_due();
			$this->emulator->set_domains( array( $this->env( 'domain' ) ) );
			do_action( Scheduler::DAILY );
		} finally {
			ini_set( 'error_log', (string) $before );
		}
		$said = (string) file_get_contents( $complaints );
		unlink( $complaints );

		$this->assertSame( 'checking-dns', $this->stage( $this->sub( 'shop' ) ) );
		$this->assertSame( array( $this->env( 'domain' ), $this->sub( 'shop' ) ), $this->emulator->domains() );
		$this->log_in();
		ob_start();
		do_action( 'network_admin_notices' );
		$this->assertStringNotContainsString( 'Closte Sync could not', (string) ob_get_clean() );
		$this->assertStringContainsString( 'the log cannot be written', $said );
		$this->assertStringNotContainsString( $this->env( 'key' ), $said );
	}

	/** @return array<string, array{string}> */
	public function broken_statements(): array {
		return array(
			'no table'  => array( 'closte_sync_no_such_table' ),
			'no column' => array( 'closte_sync_domains' ),
		);
	}
}
