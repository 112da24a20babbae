<?php
/**
 * Each row of the lifecycle's table.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

final class Lifecycle_Test extends Dns_And_Certificates_Test_Case {

	private const DOMAIN = 'shop.customer.example';

	public function test_pending_waits_from_ten_seconds_to_an_hour_and_for_ever(): void {
		$this->emulator->fault( array( 'kind' => '503', 'domain' => self::DOMAIN ) );
		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->create_site( self::DOMAIN );
		$this->assert_stage( 'pending', self::DOMAIN );

		$waits = array();
		for ( $age = 0; $age < 4 * DAY_IN_SECONDS; $age += $wait ) {
			$this->assert_stage( 'pending', self::DOMAIN );
			$this->assertSame( 'transient', $this->row( self::DOMAIN )->error_kind );
			$wait    = max( 1, $this->row( self::DOMAIN )->next_check_at - time() );
			$waits[] = $wait;
			$this->assertLessThanOrEqual( self::HOUR, $wait );
			$this->pass( count( $waits ) > 12 ? DAY_IN_SECONDS : $wait );
			$age += count( $waits ) > 12 ? DAY_IN_SECONDS : 0;
			$this->run_due();
		}
		$this->assertLessThanOrEqual( 20, $waits[0] );
		$this->assertGreaterThan( 2_600, max( $waits ) );

		$this->emulator->fault();
		$this->run_when_due( self::DOMAIN );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->pass( 10 );
		$this->run_due();
		$this->assert_stage( 'done', self::DOMAIN );
	}

	public function test_pending_fails_when_closte_says_no_and_is_tried_again_each_day(): void {
		$this->emulator->fault( array( 'kind' => 'reject', 'text' => 'The plan has no room for another domain', 'path' => '/adddomainalias' ) );
		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->create_site( self::DOMAIN );
		$this->assert_stage( 'failed', self::DOMAIN );
		$this->assertStringContainsString( 'no room for another domain', $this->row( self::DOMAIN )->error_message );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );
		$this->assertSame( array( 'failed ' . self::DOMAIN ), $this->heard );

		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'failed', self::DOMAIN );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );

		$this->emulator->fault();
		$this->run_when_due( self::DOMAIN );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->pass( 10 );
		$this->run_due();
		$this->assert_stage( 'done', self::DOMAIN );
	}

	public function test_dns_is_asked_at_the_interval_for_an_hour_then_ever_more_rarely(): void {
		$this->map( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->run_due();
		$this->assert_due_in( 10, self::DOMAIN );

		$this->pass( self::HOUR - 60 );
		$this->run_due();
		$this->assert_due_in( 10, self::DOMAIN );

		$this->pass( 90 );
		$this->run_due();
		$this->assertGreaterThanOrEqual( 20, $this->wait_of( self::DOMAIN ) );
		$this->assertLessThan( 90, $this->wait_of( self::DOMAIN ) );

		$this->pass( 3 * self::HOUR );
		$this->run_due();
		$this->assert_due_in( self::HOUR, self::DOMAIN );
		$this->assertSame( 1, $this->additions( self::DOMAIN ) );
	}

	public function test_dns_that_is_wrong_for_three_days_has_failed_and_is_looked_at_each_day(): void {
		$this->map( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->run_due();
		$this->pass( 71 * self::HOUR );
		$this->run_due();
		$this->assert_stage( 'checking-dns', self::DOMAIN );

		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'failed', self::DOMAIN );
		$this->assertSame( array( 'elsewhere' ), $this->problems( self::DOMAIN ) );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );
		$this->assertContains( 'failed ' . self::DOMAIN, $this->heard );

		$this->dns->set( self::DOMAIN, array() );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'failed', self::DOMAIN );
		$this->assertSame( 'missing', $this->row( self::DOMAIN )->dns_state );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assertSame( array( 'added ' . self::DOMAIN, 'failed ' . self::DOMAIN, 'done ' . self::DOMAIN ), $this->heard );
	}

	public function test_dns_that_nobody_answers_for_is_never_wrong(): void {
		$this->map( self::DOMAIN, array( 'servfail' => true ) );
		$this->run_due();
		$this->assert_stage( 'checking-dns', self::DOMAIN );
		$this->assertSame( 'unknown', $this->row( self::DOMAIN )->dns_state );

		$this->pass( 100 * self::HOUR );
		$this->run_due();
		$this->assert_stage( 'checking-dns', self::DOMAIN );
		$this->assert_due_in( self::HOUR, self::DOMAIN );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
	}

	public function test_a_certificate_that_is_late_is_waited_for_and_asked_for_again_each_hour(): void {
		$this->edge( array( 'delay_ms' => 86_400_000 ) );
		$this->map( self::DOMAIN );
		$this->run_due();
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->assert_due_in( 10, self::DOMAIN );
		$this->assertSame( 1, $this->additions( self::DOMAIN ) );

		$this->pass( self::HOUR - 60 );
		$this->run_due();
		$this->assertSame( 1, $this->additions( self::DOMAIN ) );
		foreach ( array( 2, 3, 4 ) as $additions ) {
			$this->pass( self::HOUR + 60 );
			$this->run_due();
			$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
			$this->assertSame( $additions, $this->additions( self::DOMAIN ) );
		}
		$this->assert_due_in( self::HOUR, self::DOMAIN );

		$this->edge();
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assertSame( 4, $this->additions( self::DOMAIN ) );
	}

	/**
	 * @dataProvider bad_certificates
	 */
	public function test_a_certificate_that_stays_bad_for_a_day_has_failed_and_says_how( string $serve, string $state ): void {
		$this->edge( array( 'deny' => array( self::DOMAIN ), 'serve' => array( self::DOMAIN => $serve ) ) );
		$this->map( self::DOMAIN );
		$this->run_due();
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->assertSame( $state, $this->row( self::DOMAIN )->certificate_state );
		$this->assertSame( array( "certificate-$state" ), $this->problems( self::DOMAIN ) );

		$this->pass( 24 * self::HOUR );
		$this->run_due();
		$this->assert_stage( 'ssl-failed', self::DOMAIN );
		$this->assertSame( array( "certificate-$state" ), $this->problems( self::DOMAIN ) );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );
		$this->assertContains( 'failed ' . self::DOMAIN, $this->heard );

		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'ssl-failed', self::DOMAIN );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );

		$this->edge();
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assertContains( 'done ' . self::DOMAIN, $this->heard );
	}

	/** @return array<string, array{string, string}> */
	public static function bad_certificates(): array {
		return array(
			'denied'      => array( 'none', 'absent' ),
			'expired'     => array( 'expired', 'expired' ),
			'self-signed' => array( 'self-signed', 'self-signed' ),
			'foreign'     => array( 'foreign', 'wrong-host' ),
			'untrusted'   => array( 'untrusted', 'untrusted' ),
		);
	}

	public function test_a_certificate_that_nobody_can_look_at_is_not_called_bad(): void {
		$nobody = static fn(): array => array( self::ELSEWHERE );
		add_filter( 'closte_sync_targets', $nobody );
		$this->map( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->run_due();
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->assertSame( array( 'certificate-unknown' ), $this->problems( self::DOMAIN ) );
		$this->assert_due_in( 10, self::DOMAIN );

		$this->pass( 2 * self::HOUR );
		$this->run_due();
		$this->assertSame( 2, $this->additions( self::DOMAIN ) );
		foreach ( array( 23, 24 ) as $hours ) {
			$this->pass( $hours * self::HOUR );
			$this->run_due();
			$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
			$this->assert_due_in( self::HOUR, self::DOMAIN );
			$this->assertStringContainsString( 'port 443', \ClosteSync\Diagnosis\Advice::of( $this->row( self::DOMAIN ) )->next );
		}
		$this->assertSame( 2, $this->additions( self::DOMAIN ), 'Closte is not asked for ever' );
		$this->assertSame( array( 'added ' . self::DOMAIN ), $this->heard );

		remove_filter( 'closte_sync_targets', $nobody );
		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
	}

	public function test_a_caa_record_that_forbids_is_named_and_its_end_is_noticed(): void {
		$this->map( self::DOMAIN, array( 'a' => array( self::HERE ), 'caa' => 'other-issuer.example' ) );
		$this->await_edge( self::DOMAIN, 'failed' );
		$this->run_due();
		$this->assertContains( 'caa-forbids', $this->problems( self::DOMAIN ) );

		$this->pass( 24 * self::HOUR );
		$this->run_due();
		$this->assertContains( $this->stage( self::DOMAIN ), array( 'checking-dns', 'ssl-failed' ) );
		$this->assertContains( 'caa-forbids', $this->problems( self::DOMAIN ) );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
	}

	public function test_done_is_looked_at_each_day_and_warns_of_a_certificate_that_ends(): void {
		$this->finish( self::DOMAIN );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );
		$this->heard = array();

		$this->edge( array( 'serve' => array( self::DOMAIN => 'ending' ) ) );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assertSame( array( 'certificate-ending' ), $this->problems( self::DOMAIN ) );
		$this->assertSame( array( 'warning ' . self::DOMAIN ), $this->heard );
		$this->assertStringContainsString( self::DOMAIN, $this->health( 'certificates', 'recommended' ) );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );

		$this->run_when_due( self::DOMAIN );
		$this->assertSame( array( 'warning ' . self::DOMAIN ), $this->heard );

		$this->edge();
		$this->run_when_due( self::DOMAIN );
		$this->assertSame( array(), $this->problems( self::DOMAIN ) );
		$this->health( 'certificates', 'good' );
	}

	public function test_done_goes_back_when_its_dns_breaks(): void {
		$this->finish( self::DOMAIN );
		$this->health( 'moved_away', 'good' );
		$this->heard = array();
		$this->dns->set( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );

		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'checking-dns', self::DOMAIN );
		$this->assertContains( 'elsewhere', $this->problems( self::DOMAIN ) );
		$this->assertSame( array( 'warning ' . self::DOMAIN ), $this->heard );
		$this->assertStringContainsString( self::DOMAIN, $this->health( 'moved_away', 'recommended' ) );
		$this->assert_due_in( 10, self::DOMAIN );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->health( 'moved_away', 'good' );
	}

	public function test_done_goes_back_when_its_certificate_breaks(): void {
		$this->finish( self::DOMAIN );
		$this->heard = array();
		$this->edge( array( 'serve' => array( self::DOMAIN => 'expired' ) ) );

		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->assertSame( array( 'certificate-expired' ), $this->problems( self::DOMAIN ) );
		$this->assertSame( array( 'warning ' . self::DOMAIN ), $this->heard );
		$this->assert_due_in( 10, self::DOMAIN );

		$this->edge();
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
	}

	public function test_done_stays_done_while_nobody_answers(): void {
		$this->finish( self::DOMAIN );
		$this->dns->set( self::DOMAIN, array( 'servfail' => true ) );
		$this->run_when_due( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
		$this->assert_due_in( DAY_IN_SECONDS, self::DOMAIN );
	}

	public function test_a_failed_domain_is_looked_at_at_once_on_demand(): void {
		$this->map( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->run_due();
		$this->pass( 80 * self::HOUR );
		$this->run_due();
		$this->assert_stage( 'failed', self::DOMAIN );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->next_request();
		$this->plugin->sync()->retry( self::DOMAIN );
		$this->assert_stage( 'checking-ssl-cert', self::DOMAIN );
		$this->run_due();
		$this->assert_stage( 'done', self::DOMAIN );
	}

	public function test_a_failed_certificate_is_looked_at_at_once_on_demand(): void {
		$this->edge( array( 'deny' => array( self::DOMAIN ) ) );
		$this->map( self::DOMAIN );
		$this->run_due();
		$this->pass( 25 * self::HOUR );
		$this->run_due();
		$this->assert_stage( 'ssl-failed', self::DOMAIN );

		$this->edge();
		$this->await_edge( self::DOMAIN, 'valid' );
		$this->next_request();
		$this->plugin->sync()->retry( self::DOMAIN );
		$this->assert_stage( 'done', self::DOMAIN );
	}

	public function test_removing_goes_on_until_the_domain_is_gone(): void {
		$id = $this->finish( self::DOMAIN );
		$this->emulator->fault( array( 'kind' => '503', 'path' => '/deletedomainalias' ) );
		wp_delete_site( $id );
		$this->end_request();
		$this->assert_stage( 'removing', self::DOMAIN );

		foreach ( array( 10, self::HOUR, 5 * DAY_IN_SECONDS ) as $seconds ) {
			$this->pass( $seconds );
			$this->run_due();
			$this->assert_stage( 'removing', self::DOMAIN );
			$wait = $this->row( self::DOMAIN )->next_check_at - time();
			$this->assertGreaterThan( 0, $wait );
			$this->assertLessThanOrEqual( self::HOUR, $wait );
		}

		$this->emulator->fault();
		$this->run_when_due( self::DOMAIN );
		$this->assertNull( $this->stage( self::DOMAIN ) );
		$this->assertNotContains( self::DOMAIN, $this->emulator->domains() );
		$this->assertContains( 'removed ' . self::DOMAIN, $this->heard );
	}

	/**
	 * The label of a test of Site Health, which must have this status.
	 */
	private function health( string $test, string $status ): string {
		wp_set_current_user( $this->create_user( 'super' ) );
		$this->next_request();
		$tests  = ( new \ClosteSync\Diagnosis\Site_Health( $this->plugin, '', '' ) )->add_tests( array() );
		$result = ( $tests['direct'][ "closte_sync_$test" ]['test'] )();
		$this->assertSame( $status, $result['status'], $result['label'] );

		return $result['label'];
	}
}
