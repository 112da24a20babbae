<?php
/**
 * Runs and their schedule.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;
use ClosteSync\Sync\Circuit_Breaker;
use ClosteSync\Sync\Scheduler;
use ClosteSync\Ledger\Work;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Background_Test extends Plugin_Test_Case {

	public function test_a_recorded_domain_brings_a_run_and_an_empty_ledger_none(): void {
		$this->plugin->scheduler()->reschedule();
		$this->assertNull( $this->plugin->scheduler()->next_run() );

		$this->create_site( 'shop' );
		// Its DNS was looked up within the request; the next look is due after the check interval.
		$this->assertLessThanOrEqual( time() + 5 * MINUTE_IN_SECONDS, $this->plugin->scheduler()->next_run() );
		$this->assertSame( Scheduler::SCHEDULE, wp_get_schedule( Scheduler::HOOK ) );
		$this->assertSame( 'wp-cron', $this->plugin->scheduler()->carrier() );
		$this->assertNotFalse( wp_next_scheduled( Scheduler::DAILY ) );
	}

	public function test_the_run_is_planned_on_the_main_site_whatever_site_the_event_is_on(): void {
		$id = $this->create_site( 'first' );
		$this->plugin->scheduler()->clear();
		switch_to_blog( $id );
		$this->create_site( 'shop' );
		$this->assertFalse( wp_next_scheduled( Scheduler::HOOK ) );
		restore_current_blog();

		$this->assertNotFalse( wp_next_scheduled( Scheduler::HOOK ) );
	}

	public function test_a_run_on_another_site_does_nothing(): void {
		$this->set( array( 'enabled' => false ) );
		$id = $this->create_site( 'shop' );
		$this->set( array( 'enabled' => true ) );
		switch_to_blog( $id );
		do_action( Scheduler::HOOK );

		$this->assertSame( array(), $this->emulator->calls() );
	}

	public function test_action_scheduler_carries_the_work_where_it_is_and_wp_cron_where_it_no_longer_is(): void {
		$mu_plugin = $this->env( 'wordpress' ) . '/wp-content/mu-plugins/closte-double.php';
		$report    = 'echo json_encode( array( array_column( get_option( "closte_double_actions", array() ), "interval_in_seconds", "hook" ), wp_next_scheduled( "closte_sync_run" ) !== false ) );';
		file_put_contents( $mu_plugin, '<?php require ' . var_export( dirname( __DIR__ ) . '/support/doubles/action-scheduler/load.php', true ) . ';' );

		try {
			$process = $this->start_php( 'wp_insert_site( array( "domain" => "first.example", "path" => "/", "network_id" => 1 ) ); ' . $report );
			$this->assertSame( 0, $process->wait(), $process->output() );
			$this->assertSame( array( array( Scheduler::HOOK => MINUTE_IN_SECONDS ), false ), json_decode( $process->output(), true ), $process->output() );
		} finally {
			unlink( $mu_plugin );
		}

		$process = $this->start_php( 'wp_insert_site( array( "domain" => "second.example", "path" => "/", "network_id" => 1 ) ); ' . $report );
		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertTrue( json_decode( $process->output(), true )[1], $process->output() );
	}

	/** @dataProvider departures_of_action_scheduler */
	public function test_when_action_scheduler_goes_away_wp_cron_has_a_run( string $with, string $without ): void {
		$mu_plugin = $this->env( 'wordpress' ) . '/wp-content/mu-plugins/closte-double.php';
		$this->set( array( 'enabled' => false ) );
		file_put_contents( $mu_plugin, '<?php require ' . var_export( dirname( __DIR__ ) . '/support/doubles/action-scheduler/load.php', true ) . ';' );

		try {
			$process = $this->start_php( 'wp_insert_site( array( "domain" => "first.example", "path" => "/", "network_id" => 1 ) );' . $with );
			$this->assertSame( 0, $process->wait(), $process->output() );
		} finally {
			unlink( $mu_plugin );
		}

		$process = new Process( array( PHP_BINARY, '-r', '$_SERVER["HTTP_HOST"] = "network.test"; ' . $without . ' require ' . var_export( $this->env( 'wordpress' ) . '/wp-load.php', true ) . '; echo (int) wp_next_scheduled( "closte_sync_run" );' ) );
		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertGreaterThan( time() - HOUR_IN_SECONDS, (int) $process->output() );
		$this->assertLessThanOrEqual( time() + MINUTE_IN_SECONDS, (int) $process->output() );
		delete_option( 'closte_double_actions' );
		delete_option( 'closte_double_last_action' );
		delete_option( \ClosteSync\Sync\Action_Scheduler::CARRIER );
	}

	/** @return array<string, array{string, string}> */
	public function departures_of_action_scheduler(): array {
		return array(
			'its plugin is deactivated'           => array( 'do_action( "deactivated_plugin", "ultimate-multisite/ultimate-multisite.php", true );', '' ),
			'its files are gone, WP-Cron comes by' => array( '', 'define( "DOING_CRON", true );' ),
			'its files are gone, an admin comes by' => array( '', 'define( "WP_ADMIN", true );' ),
		);
	}

	public function test_where_action_scheduler_stays_wp_cron_has_no_run_beside_it_for_long(): void {
		$mu_plugin = $this->env( 'wordpress' ) . '/wp-content/mu-plugins/closte-double.php';
		file_put_contents( $mu_plugin, '<?php require ' . var_export( dirname( __DIR__ ) . '/support/doubles/action-scheduler/load.php', true ) . ';' );

		try {
			$process = $this->start_php( 'wp_insert_site( array( "domain" => "first.example", "path" => "/", "network_id" => 1 ) ); do_action( "deactivated_plugin", "hello.php", true ); echo (int) ( wp_next_scheduled( "closte_sync_run" ) > 0 );' );
			$this->assertSame( 0, $process->wait(), $process->output() );
			$this->assertSame( '1', $process->output() );
			$process = $this->start_php( 'do_action( "closte_sync_run" ); echo json_encode( array( wp_next_scheduled( "closte_sync_run" ), count( get_option( "closte_double_actions" ) ) ) );' );
			$this->assertSame( 0, $process->wait(), $process->output() );
			$this->assertSame( '[false,1]', $process->output() );
		} finally {
			unlink( $mu_plugin );
			delete_option( 'closte_double_actions' );
			delete_option( 'closte_double_last_action' );
			delete_option( \ClosteSync\Sync\Action_Scheduler::CARRIER );
		}
	}

	public function test_a_run_that_action_scheduler_sees_killed_is_followed_by_another(): void {
		$mu_plugin = $this->env( 'wordpress' ) . '/wp-content/mu-plugins/closte-double.php';
		file_put_contents( $mu_plugin, '<?php require ' . var_export( dirname( __DIR__ ) . '/support/doubles/action-scheduler/load.php', true ) . ';' );
		$run = '$actions = array_map( fn( $action ) => array( "status" => "in-progress" ) + $action, get_option( "closte_double_actions" ) ); update_option( "closte_double_actions", $actions );
			add_filter( "closte_sync_lifecycle_options", fn() => posix_kill( getmypid(), SIGKILL ) ); do_action( "closte_sync_run" );';

		try {
			$this->set( array( 'enabled' => false ) );
			$this->assertSame( 0, $this->start_php( 'wp_insert_site( array( "domain" => "first.example", "path" => "/", "network_id" => 1 ) );' )->wait() );
			$this->set( array( 'enabled' => true ) );
			$this->assertNotSame( 0, $this->start_php( $run )->wait() );
		} finally {
			unlink( $mu_plugin );
		}

		$this->next_request();
		$this->assertSame( array( 'in-progress', 'pending' ), array_column( get_option( 'closte_double_actions' ), 'status' ) );
		delete_option( 'closte_double_actions' );
		delete_option( 'closte_double_last_action' );
	}

	public function test_at_every_moment_while_the_run_is_moved_there_is_one(): void {
		$this->create_site( 'shop' );
		$written = array();
		add_filter(
			'pre_update_option_cron',
			static function ( mixed $cron ) use ( &$written ): mixed {
				$written[] = array_intersect( array( Scheduler::HOOK, Scheduler::DAILY ), array_merge( ...array_map( array_keys( ... ), array_filter( $cron, 'is_array' ) ) ) );
				return $cron;
			}
		);
		$this->plugin->scheduler()->wake_at( time() - 100 );
		$this->plugin->scheduler()->reschedule();
		$this->plugin->scheduler()->reconcile_at( time() );

		$this->assertNotSame( array(), $written );
		$this->assertSame( array_fill( 0, count( $written ), array( Scheduler::HOOK, Scheduler::DAILY ) ), $written );
		$this->assertCount( 1, array_column( _get_cron_array(), Scheduler::HOOK ) );
		$this->assertCount( 1, array_column( _get_cron_array(), Scheduler::DAILY ) );
	}

	/** @dataProvider passers_by */
	public function test_a_schedule_that_a_wrong_clock_put_a_year_ahead_is_put_right( callable $come_by ): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'shop' );
		$this->set( array( 'enabled' => true ) );
		$this->plugin->scheduler()->clear();
		wp_schedule_event( time() + YEAR_IN_SECONDS, 'daily', Scheduler::DAILY );
		wp_schedule_event( time() + YEAR_IN_SECONDS, Scheduler::SCHEDULE, Scheduler::HOOK );
		$this->next_request();
		$come_by( $this );

		$this->assertLessThanOrEqual( time() + DAY_IN_SECONDS, wp_next_scheduled( Scheduler::DAILY ) );
		$this->assertLessThanOrEqual( time() + DAY_IN_SECONDS, wp_next_scheduled( Scheduler::HOOK ) );
		$this->assertCount( 1, array_column( _get_cron_array(), Scheduler::DAILY ) );
	}

	/** @return array<string, array{callable}> */
	public function passers_by(): array {
		return array(
			'an event'           => array( static fn( self $test ) => $test->create_site( 'second' ) ),
			'a run'              => array( static fn() => do_action( Scheduler::HOOK ) ),
			'an admin'           => array(
				static function ( self $test ): void {
					wp_set_current_user( $test->create_user( 'super' ) );
					set_current_screen( 'dashboard-network' );
					( new \ReflectionMethod( \ClosteSync\Plugin::class, 'keep_up' ) )->invoke( new \ClosteSync\Plugin( CLOSTE_SYNC_FILE, $test->plugin ) );
				},
			),
			'the command line'   => array( static fn( self $test ) => $test->assertSame( 0, ( new Process( array( dirname( __DIR__ ) . '/bin/wp', $test->env( 'name' ), 'closte', 'run' ) ) )->wait() ) ),
			'WP-Cron for others' => array( static fn( self $test ) => $test->assertSame( 0, ( new Process( array( PHP_BINARY, '-r', '$_SERVER["HTTP_HOST"] = "network.test"; $_SERVER["REQUEST_URI"] = "/wp-cron.php"; require ' . var_export( $test->env( 'wordpress' ) . '/wp-cron.php', true ) . ';' ) ) )->wait() ) ),
		);
	}

	public function test_the_next_run_is_when_the_next_row_is_due(): void {
		$ledger = $this->plugin->ledger();
		$row    = $this->plugin->leases()->claim( $ledger->want( 'a.example', 0, Row_Source::MANUAL )->id, 'test', 30 );
		$this->plugin->leases()->record( $row, array( 'stage' => 'done', 'next_check_at' => time() + 12345 ) );
		$this->plugin->scheduler()->reschedule();

		$this->assertEqualsWithDelta( time() + 12345, $this->plugin->scheduler()->next_run(), 5 );
	}

	public function test_wp_cron_itself_carries_the_work(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'shop' );
		$this->set( array( 'enabled' => true ) );
		$process = new Process( array( dirname( __DIR__ ) . '/bin/wp', $this->env( 'name' ), 'cron', 'event', 'run', '--due-now' ) );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertStringContainsString( Scheduler::HOOK, $process->output() );
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_two_runs_at_once_call_once_for_each_domain(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		for ( $i = 0; $i < 60; $i++ ) {
			$this->plugin->sync()->domain_added( "d$i.example", 0, Row_Source::MANUAL );
		}
		$this->set( array( 'enabled' => true ) );
		$this->emulator->fault( array( 'kind' => 'latency', 'ms' => 30 ) );
		$processes = array_map( fn(): Process => $this->start_php( 'do_action( "closte_sync_run" );' ), range( 1, 3 ) );
		foreach ( $processes as $process ) {
			$this->assertSame( 0, $process->wait(), $process->output() );
		}

		$this->assertCount( 60, $this->changes() );
		$this->assertCount( 60, array_unique( $this->changes() ) );
	}

	public function test_a_domain_that_a_site_takes_during_a_run_is_not_removed_by_it(): void {
		$this->set( array( 'www' => 'never' ) );
		$domains = array_map( static fn( int $n ): string => "d$n.example", range( 1, 40 ) );
		$this->plugin->ledger()->want_new( array_fill_keys( $domains, array( 'blog_id' => 0, 'source' => Row_Source::SYNC ) ) );
		$this->plugin->ledger()->accept( ...$domains );
		$this->plugin->ledger()->unwant_all( $this->plugin->ledger()->find_all( $domains ) );
		$this->emulator->set_domains( $domains );
		$taken = null;
		add_action(
			'closte_sync_domain_removed',
			function () use ( &$taken ): void {
				if ( null === $taken ) {
					$this->assertLessThanOrEqual( 16, count( $this->changes() ), 'No more are confirmed than are sent soon.' );
					$taken = $this->emulator->domains()[0];
					$this->create_site( $taken );
				}
			}
		);
		$this->run_due();

		$this->assertSame( array( $taken ), $this->emulator->domains() );
		$this->assertNotContains( "delete $taken", $this->changes() );
	}

	public function test_a_run_says_what_it_did(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'shop' );
		$this->plugin->sync()->domain_removed( 'gone.example', 0, Row_Source::MANUAL );
		$this->emulator->set_domains( array( 'gone.example' ) );
		$summary = $this->plugin->worker()->run( 10.0 );
		$this->assertNotNull( $summary->problem );
		$this->assertSame( 0, $summary->advanced );

		$this->set( array( 'enabled' => true ) );
		$seen    = array();
		$summary = $this->plugin->worker()->run(
			10.0,
			static function ( $row, array $record ) use ( &$seen ): void {
				$seen[ $row->domain ] = $record['stage'];
			},
			Work::Calls
		);
		$this->assertSame( array( 1, 1, 2, 0, null ), array( $summary->added, $summary->removed, $summary->advanced, $summary->errors, $summary->problem ) );
		$this->assertSame( array( 'gone.example' => 'removed', $this->sub( 'shop' ) => 'checking-dns' ), $this->by_key( $seen ) );
	}

	public function test_a_callback_that_throws_leaves_the_ledger_right(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		foreach ( array( 'a.example', 'b.example', 'c.example' ) as $domain ) {
			$this->plugin->sync()->domain_added( $domain, 0, Row_Source::MANUAL );
		}
		$this->set( array( 'enabled' => true ) );
		try {
			$this->plugin->worker()->run( 10.0, self::interrupt( ... ), Work::Calls );
			$this->fail( 'It did not stop.' );
		} catch ( \DomainException ) {
			$this->assertSame( array( '' ), array_values( array_unique( array_map( static fn( $row ): string => $row->lease_owner, iterator_to_array( $this->plugin->ledger()->all(), false ) ) ) ) );
		}

		$this->let_time_pass( HOUR_IN_SECONDS );
		$this->run_due();
		$this->assertSame( array( 'a.example', 'b.example', 'c.example' ), $this->emulator->domains() );
		$this->assertCount( 3, array_unique( $this->changes() ) );
	}

	public function test_while_closte_is_down_a_run_asks_once_and_leaves_the_rows(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		foreach ( array( 'a.example', 'b.example', 'c.example' ) as $domain ) {
			$this->plugin->sync()->domain_added( $domain, 0, Row_Source::MANUAL );
		}
		$this->set( array( 'enabled' => true ) );
		$this->emulator->down( true );
		$summary = $this->plugin->worker()->run( 20.0 );

		$this->assertNotNull( $summary->problem );
		$this->assertSame( 0, $summary->advanced );
		$this->assertSame( 0, $this->row( 'a.example' )->attempts );
		// Who comes by once a minute finds the next run due each time.
		$this->assertEqualsWithDelta( time() + 45, $this->plugin->scheduler()->next_run(), 10 );
	}

	public function test_while_closte_is_down_what_it_refused_is_left_alone_and_checks_go_on(): void {
		$this->create_site( 'accepted' );
		$this->emulator->fault( array( 'kind' => 'reject', 'path' => '/adddomainalias' ) );
		$this->create_site( 'refused' );
		$this->let_time_pass( 2 * DAY_IN_SECONDS );
		$this->emulator->fault();
		$this->emulator->down( true );
		$refused = $this->row( $this->sub( 'refused' ) );
		$this->assertSame( 'add', $refused->next_call );
		$this->run_due();

		$this->assertEquals( $refused, $this->row( $this->sub( 'refused' ) ) );
		$this->assertNotSame( 0, $this->row( $this->sub( 'accepted' ) )->dns_checked_at );

		$this->emulator->down( false );
		$this->run_due();
		$this->assertTrue( $this->row( $this->sub( 'refused' ) )->is_accepted() );
	}

	public function test_a_look_at_dns_is_no_answer_of_clostes(): void {
		$this->create_site( 'accepted' );
		$this->emulator->down( true );
		$this->create_site( 'waiting' );
		$this->run_due();

		$this->assertSame( 'missing', $this->row( $this->sub( 'accepted' ) )->dns_state );
		$this->assertTrue( $this->plugin->circuit_breaker()->is_down() );
	}

	public function test_a_domain_that_closte_stumbles_over_again_and_again_keeps_its_distance(): void {
		$this->emulator->fault( array( 'kind' => '500', 'domain' => $this->sub( 'stumbles' ) ) );
		$this->create_site( 'stumbles' );
		$this->run_due();
		$tried = count( array_keys( $this->changes(), 'add ' . $this->sub( 'stumbles' ), true ) );
		for ( $i = 0; $i < 3; $i++ ) {
			$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET next_check_at = next_check_at + 600" );
			$this->run_due();
		}

		$this->assertSame( $tried, count( array_keys( $this->changes(), 'add ' . $this->sub( 'stumbles' ), true ) ) );
	}

	public function test_whoever_finds_that_closte_is_back_lets_everything_go_on(): void {
		$this->emulator->down( true );
		$this->create_site( 'waiting' );
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET next_check_at = next_check_at + 3600" );
		$this->emulator->down( false );
		$this->next_request();
		$this->plugin->circuit_breaker()->ask_again();
		$this->plugin->worker()->run( 5.0 );

		$this->assertSame( array( $this->sub( 'waiting' ) ), $this->emulator->domains() );
	}

	public function test_a_closte_that_answers_and_does_nothing_is_not_asked_for_everything(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$faults = array();
		for ( $i = 0; $i < 150; $i++ ) {
			$this->plugin->ledger()->want( "d$i.example", 0, Row_Source::MANUAL );
			$faults[] = array( 'kind' => '500', 'domain' => "d$i.example" );
		}
		$this->emulator->fault( ...$faults );
		$this->set( array( 'enabled' => true ) );
		$summary = $this->plugin->worker()->run( 60.0 );

		// After 20 failures in a row only what was under way already is finished, not all of the batch of 100.
		$this->assertGreaterThanOrEqual( 20, $summary->advanced );
		$this->assertLessThan( 40, $summary->advanced );
		$this->assertNotNull( $summary->problem );
	}

	public function test_domains_that_wait_for_the_right_key_go_out_with_it(): void {
		$this->emulator->fault( array( 'kind' => '401' ) );
		$this->create_site( 'shop' );
		$this->assertSame( 'auth', $this->row( $this->sub( 'shop' ) )->error_kind );
		$this->assertSame( 'auth', $this->plugin->circuit_breaker()->failure()['kind'] );
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET next_check_at = next_check_at + 3600" );
		$this->run_due();
		$this->emulator->fault();
		$this->run_due();

		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_the_page_of_a_firewall_marks_no_key_as_wrong_and_passes_as_an_outage_does(): void {
		$this->emulator->fault( array( 'kind' => 'challenge' ) );
		$this->create_site( 'shop' );
		$row = $this->row( $this->sub( 'shop' ) );
		$this->assertSame( array( 'transient', 'blocked' ), array( $row->error_kind, $row->error_reason ) );
		$this->assertStringContainsString( 'Just a moment...', $row->error_message );
		$this->assertSame( 'transient', $this->plugin->circuit_breaker()->failure()['kind'] );
		$this->assertStringNotContainsString( 'Nothing to do', \ClosteSync\Diagnosis\Advice::of( $row )->next );
		$found = ( new \ClosteSync\Diagnosis\Connection_Check( $this->plugin->extension(), $this->plugin->circuit_breaker() ) )->run();
		$this->assertFalse( $found->is_refusal );
		$this->assertStringContainsString( 'Something between this server and Closte answered', $found->message );

		$this->emulator->fault();
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET next_check_at = next_check_at + 3600" );
		$this->run_due();
		$this->assertSame( array( $this->sub( 'shop' ) ), $this->emulator->domains() );
	}

	public function test_closte_is_left_alone_for_as_long_as_it_asks_however_often_something_runs(): void {
		$this->emulator->fault( array( 'kind' => '429', 'retry_after' => '120' ) );
		$this->create_site( 'a.example' );
		$asked = count( $this->emulator->calls() );
		$this->assertGreaterThan( 0, $asked );
		$this->emulator->fault();

		foreach ( array( 1, 2, 3 ) as $run ) {
			$this->next_request();
			$summary = $this->plugin->worker()->run( 20.0 );
			$this->assertNotNull( $summary->problem );
			$this->assertCount( $asked, $this->emulator->calls(), "run $run" );
		}

		$this->let_time_pass( 120 );
		$this->run_due();
		$this->assertContains( 'a.example', $this->emulator->domains() );
	}

	public function test_one_domain_that_closte_stumbles_over_holds_no_other_up(): void {
		$this->set( array( 'enabled' => false ) );
		$this->create_site( 'stumbles' );
		$this->set( array( 'enabled' => true ) );
		// The question whether Closte is there, then the call with its repetitions.
		$this->emulator->fault( array( 'kind' => '500', 'path' => '/adddomainalias', 'nth' => array( 2, 3, 4 ) ) );
		$this->run_due();

		$this->assertSame( 'transient', $this->row( $this->sub( 'stumbles' ) )->error_kind );
		$this->assertFalse( $this->plugin->circuit_breaker()->is_down() );
		$this->create_site( 'other' );
		$this->assertContains( $this->sub( 'other' ), $this->emulator->domains() );
	}

	public function test_a_row_that_was_recorded_without_the_extension_is_normalised_when_it_is_there(): void {
		$this->plugin->ledger()->want( 'bücher.example', 0, Row_Source::MANUAL );
		$this->plugin->ledger()->want( 'xn--mller-kva.example', 0, Row_Source::MANUAL );
		$this->plugin->ledger()->want( 'müller.example', 0, Row_Source::MANUAL );
		$this->run_due();

		$this->assertSame( array( 'xn--bcher-kva.example', 'xn--mller-kva.example' ), $this->emulator->domains() );
		$this->assertSame( 2, $this->plugin->ledger_search()->count() );
	}

	public function test_the_circuit_breaker_forgets_a_failure_after_a_while_also_when_the_clock_was_wrong(): void {
		$now             = time();
		$circuit_breaker = new Circuit_Breaker(
			$this->plugin->extension(),
			static function () use ( &$now ): int {
				return $now;
			}
		);
		$circuit_breaker->failed( 'transient', 'No answer.' );
		$this->assertTrue( $circuit_breaker->is_down() );
		$now -= DAY_IN_SECONDS;
		$this->assertFalse( $circuit_breaker->is_down() );
		$now += DAY_IN_SECONDS + 61;
		$this->assertFalse( $circuit_breaker->is_down() );
	}

	private static function interrupt(): void {
		throw new \DomainException( 'Ctrl-C' );
	}

	/**
	 * @param array<string, string> $map
	 * @return array<string, string>
	 */
	private function by_key( array $map ): array {
		ksort( $map );

		return $map;
	}
}
