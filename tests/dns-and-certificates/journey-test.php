<?php
/**
 * From alias to padlock.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;

final class Journey_Test extends Dns_And_Certificates_Test_Case {

	public function test_a_mapped_domain_walks_to_done_by_wp_cron_alone(): void {
		$domain = 'journey.example';
		$this->map( $domain, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->assert_stage( 'checking-dns', $domain );

		$this->ask_for_cron( fn(): bool => 'elsewhere' === $this->row( $domain )->dns_state, 'DNS was looked at' );
		$this->assert_stage( 'checking-dns', $domain );
		$this->assertSame( array( 'elsewhere' ), $this->problems( $domain ) );
		$this->assertStringContainsString( self::ELSEWHERE, $this->row( $domain )->problems[0]['message'] );
		$this->assert_due_in( 10, $domain );

		$this->edge( array( 'delay_ms' => 600_000 ) );
		$this->dns->set( $domain, array( 'a' => array( self::HERE ) ) );
		$this->pass( 10 );
		$this->ask_for_cron( fn(): bool => 'absent' === $this->row( $domain )->certificate_state || 'self-signed' === $this->row( $domain )->certificate_state, 'the certificate was looked at' );
		$this->assert_stage( 'checking-ssl-cert', $domain );
		$this->assertSame( 'here', $this->row( $domain )->dns_state );
		$this->assert_due_in( 10, $domain );

		$this->edge();
		$this->await_edge( $domain, 'valid' );
		$this->pass( 10 );
		$this->ask_for_cron( fn(): bool => 'done' === $this->stage( $domain ), 'it is done' );
		$row = $this->row( $domain );
		$this->assertSame( array(), $row->problems );
		$this->assertSame( 'valid', $row->certificate_state );
		$this->assertGreaterThan( time() + 80 * DAY_IN_SECONDS, $row->certificate_not_after );
		$this->assertStringContainsString( 'Pebble', $row->certificate_issuer );
		$this->assert_due_in( DAY_IN_SECONDS, $domain );
		$this->assertSame( 1, $this->additions( $domain ) );
		$this->assertSame( array( "added $domain" ), $this->heard );
	}

	public function test_others_hear_of_each_station_once(): void {
		$domain = 'heard.example';
		$id     = $this->finish( $domain );
		$this->pass( DAY_IN_SECONDS );
		$this->run_due();
		wp_delete_site( $id );
		$this->end_request();

		$this->assertSame( array( "added $domain", "done $domain", "removed $domain" ), $this->heard );
	}

	public function test_a_domain_whose_dns_takes_two_days_is_done_in_the_end(): void {
		$domain = 'patient.example';
		$this->map( $domain, array( 'a' => array( self::ELSEWHERE ) ) );
		$this->run_due();

		for ( $age = 0, $looks = 0; $age < 2 * DAY_IN_SECONDS; $age += $wait, ++$looks ) {
			$this->assert_stage( 'checking-dns', $domain );
			$wait = max( 1, $this->row( $domain )->next_check_at - time() );
			$this->assertLessThanOrEqual( self::HOUR, $wait );
			// An hour of looks every ten seconds is one look.
			$wait = $age < self::HOUR ? self::HOUR : $wait;
			$this->pass( $wait );
			$this->run_due();
		}
		$this->assertGreaterThan( 48, $looks );

		$this->dns->set( $domain, array( 'a' => array( self::HERE ) ) );
		$this->await_edge( $domain, 'valid' );
		$this->run_when_due( $domain );
		$this->assert_stage( 'done', $domain );
	}

	public function test_a_wildcard_is_proven_by_dns(): void {
		$this->dns->set_default( self::HERE );
		$this->plugin->sync()->domain_added( '*.wild.example', 0, Row_Source::MANUAL );
		$this->assertContains( '*.wild.example', $this->emulator->domains() );
		$this->await_done( '*.wild.example' );
		$report = \Closte\check_certificate( 'any.wild.example', array( 'targets' => array( self::HERE ), 'port' => $this->env( 'emulator' )['edge_tls_port'] ) );
		$this->assertSame( \Closte\CertificateState::Valid, $report->state, (string) $report->error );
		$this->assertSame( array( '*.wild.example' ), $report->names );
	}

	public function test_a_stale_aaaa_keeps_a_domain_and_is_named_until_it_is_gone(): void {
		$domain = 'stale.example';
		$this->map( $domain, array( 'a' => array( self::HERE ), 'aaaa' => array( '2606:4700::1234' ) ) );
		$this->run_due();
		$this->assert_stage( 'checking-dns', $domain );
		$this->assertContains( 'stale-aaaa', $this->problems( $domain ) );
		$this->assertStringContainsString( '2606:4700::1234', $this->row( $domain )->problems[0]['message'] );

		$this->dns->set( $domain, array( 'a' => array( self::HERE ) ) );
		$this->await_edge( $domain, 'valid' );
		$this->run_when_due( $domain );
		$this->assert_stage( 'done', $domain );
		$this->assertSame( array(), $this->problems( $domain ) );
	}

	public function test_an_international_domain_arrives_in_its_ascii_form(): void {
		$domain = 'xn--bcher-kva.example';
		$this->dns->set( $domain, array( 'a' => array( self::HERE ) ) );
		$this->plugin->sync()->domain_added( 'Bücher.example', 0, Row_Source::MANUAL );
		$this->await_done( $domain );
	}

	public function test_others_decide_what_counts_as_here_how_often_is_looked_and_about_www(): void {
		add_filter( 'closte_sync_targets', static fn(): array => array( '192.0.2.1' ) );
		add_filter( 'closte_sync_check_interval', static fn(): int => 60 );
		add_filter( 'closte_sync_www_handling', static fn(): string => 'always' );
		$this->dns->set( 'www.filtered.example', array( 'cname' => 'filtered.example' ) );
		$this->map( 'filtered.example' );
		$this->run_due();

		$this->assert_stage( 'checking-dns', 'filtered.example' );
		$this->assertSame( array( 'elsewhere' ), $this->problems( 'filtered.example' ) );
		$this->assert_due_in( 60, 'filtered.example' );
		$this->assertContains( 'www.filtered.example', $this->emulator->domains() );
	}

	/**
	 * Asks for wp-cron.php as a visitor's page view does, and waits for what comes of it.
	 *
	 * @param callable(): bool $condition
	 */
	private function ask_for_cron( callable $condition, string $what ): void {
		$url     = sprintf( 'http://127.0.0.1:%d/wp-cron.php?doing_wp_cron', $this->env( 'port' ) );
		$context = stream_context_create( array( 'http' => array( 'header' => 'Host: ' . $this->env( 'domain' ) . ':' . $this->env( 'port' ) ) ) );
		$this->wait_for(
			function () use ( $url, $context, $condition ): bool {
				$this->assertNotFalse( file_get_contents( $url, false, $context ) );
				$this->next_request();
				return $condition();
			},
			$what,
			30.0
		);
	}
}
