<?php
/**
 * `wp closte watch` where nothing else starts a run.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

final class Watch_Test extends Dns_And_Certificates_Test_Case {

	private const DOMAIN = 'watched.example';

	public function test_it_keeps_an_interval_that_wp_cron_cannot_and_ends_on_ctrl_c(): void {
		$this->edge( array( 'delay_ms' => 600_000 ) );
		$this->map( self::DOMAIN, array( 'a' => array( self::ELSEWHERE ) ) );
		$watch = new Process( array( dirname( __DIR__ ) . '/bin/wp', $this->env( 'name' ), 'closte', 'watch', self::DOMAIN ) );
		$this->wait_for( static fn(): bool => str_contains( $watch->output(), self::DOMAIN . ': Owner must act (checking-dns). ' . self::DOMAIN . ' points to ' . self::ELSEWHERE ), 'the first look' );

		$looked = $this->look_of( 'dns_checked_at' );
		$this->wait_for( fn(): bool => $this->look_of( 'dns_checked_at' ) > $looked, 'the second look' );
		$interval = $this->look_of( 'dns_checked_at' ) - $looked;
		$this->assertGreaterThanOrEqual( 9, $interval );
		$this->assertLessThan( MINUTE_IN_SECONDS, $interval, 'WP-Cron could do that' );

		$this->dns->set( self::DOMAIN, array( 'a' => array( self::HERE ) ) );
		$this->wait_for( static fn(): bool => str_contains( $watch->output(), self::DOMAIN . ': Waiting (checking-ssl-cert)' ), 'the next stage' );

		$watch->signal( SIGINT );
		$this->assertSame( 0, $watch->wait(), $watch->output() );
		$this->assertStringContainsString( 'Stopped. Background runs continue.', $watch->output() );
		$this->next_request();
		$this->assertSame( '', $this->row( self::DOMAIN )->lease_owner );
		$this->assertGreaterThan( time(), $this->row( self::DOMAIN )->next_check_at );
	}

	private function look_of( string $column ): int {
		wp_cache_flush();

		return $this->row( self::DOMAIN )->$column;
	}
}
