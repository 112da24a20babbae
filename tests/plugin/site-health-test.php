<?php
/**
 * Tests of Site Health.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Domains\Domain_Cells;
use ClosteSync\Admin\Domains\Domain_Line;
use ClosteSync\Diagnosis\Finding;
use ClosteSync\Diagnosis\Network_Check;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Diagnosis\Site_Health;
use ClosteSync\Ledger\Row_Source;

require_once __DIR__ . '/class-screens-test-case.php';

/** What Site Health says. */
final class Site_Health_Test extends Screens_Test_Case {

	protected function setUp(): void {
		parent::setUp();
		$this->log_in( 'super' );
	}

	public function test_a_healthy_network_has_nothing_to_do(): void {
		$this->create_site( 'one' );
		$this->row_is( 'one', "stage = 'done', state = 'working', certificate_checked_at = 1, certificate_not_after = " . ( time() + 60 * DAY_IN_SECONDS ) . ', next_check_at = ' . ( time() + DAY_IN_SECONDS ) );

		foreach ( $this->results() as $name => $result ) {
			self::assertSame( 'good', $result['status'], "$name: {$result['label']}" );
		}
	}

	public function test_a_certificate_that_ends_soon(): void {
		$this->create_site( 'one' );
		$this->row_is( 'one', "stage = 'done', certificate_not_after = " . ( time() + 10 * DAY_IN_SECONDS ) );

		$result = $this->results()['closte_sync_certificates'];

		self::assertSame( 'recommended', $result['status'] );
		self::assertStringContainsString( $this->sub( 'one' ), $result['label'] );
	}

	public function test_a_domain_that_stopped_pointing_here(): void {
		$this->create_site( 'one' );
		$this->row_is( 'one', "stage = 'checking-dns', dns_state = 'elsewhere', certificate_checked_at = 1" );

		$result = $this->results()['closte_sync_moved_away'];

		self::assertSame( 'recommended', $result['status'] );
		self::assertStringContainsString( $this->sub( 'one' ), $result['label'] );
	}

	public function test_a_domain_that_failed(): void {
		$this->create_site( 'one' );
		$this->row_is( 'one', "stage = 'ssl-failed'" );

		self::assertSame( Severity::Warning, $this->without_certificate()->severity );
	}

	public function test_every_domain_without_a_certificate_is_counted_wherever_it_stands(): void {
		$this->set( array( 'enabled' => false, 'www' => 'never' ) );
		$stages = array( 'pending', 'checking-dns', 'checking-ssl-cert', 'failed', 'ssl-failed' );
		for ( $i = 0; $i < 17; $i++ ) {
			$this->plugin->sync()->domain_added( "d$i." . $this->env( 'domain' ), 0, Row_Source::MANUAL );
			$this->row_is( "d$i", "stage = '{$stages[ $i % 5 ]}'" );
		}
		$this->plugin->sync()->domain_added( $this->sub( 'fine' ), 0, Row_Source::MANUAL );
		$this->row_is( 'fine', "stage = 'done', certificate_state = 'valid', certificate_not_after = " . ( time() + 60 * DAY_IN_SECONDS ) );

		$result = array( 'label' => $this->without_certificate()->message );
		self::assertSame( Severity::Warning, $this->without_certificate()->severity );
		self::assertStringContainsString( '17 domains have no certificate', $result['label'] );
		self::assertStringContainsString( 'Checking DNS: 4', $result['label'] );
		self::assertStringNotContainsString( $this->sub( 'fine' ), $result['label'] );
	}

	public function test_all_checks_read_the_rows_once_and_keep_those_that_are_named(): void {
		$domains = array_map( static fn( int $n ): string => "d$n.example", range( 1, 12 ) );
		$this->plugin->ledger()->want_new( array_fill_keys( $domains, array( 'blog_id' => 0, 'source' => Row_Source::SYNC ) ) );
		$this->set_rows( "stage = 'failed', certificate_checked_at = 5, certificate_not_after = 6", null );
		$network = new Network_Check( $this->plugin->ledger(), $this->plugin->ledger_search(), $this->plugin->scheduler(), $this->plugin->domain_names(), time() );
		$read    = 0;
		$count   = static function ( string $sql ) use ( &$read ): string {
			$read += (int) str_contains( $sql, 'ORDER BY id LIMIT' );
			return $sql;
		};
		add_filter( 'query', $count );

		foreach ( array( $network->unreadable(), $network->failed(), $network->moved_away(), $network->certificates() ) as $n => $finding ) {
			0 === $n || self::assertStringContainsString( 'd10.example, …', $finding->message );
			0 === $n || self::assertMatchesRegularExpression( '/\b12 /', $finding->message );
		}

		self::assertSame( 2, $read, 'The second statement finds no more.' );
		$kept = ( new \ReflectionProperty( $network, 'samples' ) )->getValue( $network )['failed'];
		self::assertSame( array( 12, 11 ), array( $kept->count, count( $kept->first ) ) );
	}

	public function test_a_certificate_that_has_ended_is_not_one_that_ends_soon(): void {
		$this->create_site( 'one' );
		$this->create_site( 'two' );
		$this->row_is( 'one', "stage = 'done', certificate_not_after = " . ( time() - DAY_IN_SECONDS ) );
		$this->row_is( 'two', "stage = 'done', certificate_not_after = " . ( time() + 10 * DAY_IN_SECONDS ) );
		$result = $this->results()['closte_sync_certificates'];

		self::assertSame( 'critical', $result['status'] );
		self::assertStringContainsString( 'The certificate of 1 domain has expired: ' . $this->sub( 'one' ), $result['label'] );
		self::assertStringContainsString( 'The certificate of 1 domain expires within 14 days: ' . $this->sub( 'two' ), $result['label'] );
		self::assertStringContainsString( '1 domain has no certificate', $this->without_certificate()->message );
	}

	/**
	 * @testWith [ 9, 82800, "expires in 9 days" ]
	 *           [ 1, 1, "expires in 1 day" ]
	 *           [ 0, 3600, "expires within a day" ]
	 *           [ -2, 0, "expired" ]
	 *           [ 14, 60, "expires in 14 days" ]
	 */
	public function test_days_are_counted_in_one_way( int $days, int $seconds, string $said ): void {
		$this->create_site( 'one' );
		$end = time() + $days * DAY_IN_SECONDS + $seconds + 30;
		$this->row_is( 'one', "stage = 'done', certificate_state = 'valid', certificate_checked_at = 1, certificate_not_after = $end" );
		$line = Domain_Line::of( array( $this->row( $this->sub( 'one' ) ) ), '' )[0];
		$cell = ( new Domain_Cells( $this->plugin, '' ) )->html( $line, 'certificate' );

		self::assertStringContainsString( $said, $cell );
		self::assertSame( $days, \Closte\Lifecycle::daysLeft( $end, time() ) );
		self::assertSame( $days >= 14, 'good' === $this->results()['closte_sync_certificates']['status'] );
	}

	public function test_domains_that_need_somebody(): void {
		foreach ( array( 'a.example' => 'network-must-act', 'b.example' => 'owner-must-act', 'c.example' => 'owner-must-act' ) as $domain => $state ) {
			$this->plugin->ledger()->want( $domain, 0, Row_Source::MANUAL );
			$this->set_rows( "state = '$state', stage = 'checking-dns', next_call = '', problems = '[{\"code\":\"elsewhere\",\"message\":\"Set its A record.\"}]'", $domain );
		}
		$results = $this->results();

		self::assertSame( 'critical', $results['closte_sync_network']['status'] );
		self::assertStringContainsString( '1 domain needs a network admin: a.example.', $results['closte_sync_network']['label'] );
		self::assertSame( 'recommended', $results['closte_sync_owner']['status'] );
		self::assertStringContainsString( '2 domains need a change by their owners: b.example, c.example.', $results['closte_sync_owner']['label'] );
		self::assertStringContainsString( 'Set its A record.', $results['closte_sync_owner']['description'] );
	}

	public function test_a_domain_that_waits_for_too_long(): void {
		foreach ( array( 'a.example', 'b.example', 'www.c.example' ) as $domain ) {
			$this->plugin->ledger()->want( $domain, 0, Row_Source::MANUAL );
		}
		$this->set_rows( "state = 'waiting', stage = 'checking-dns', next_call = '', state_since = " . ( time() - 5 * DAY_IN_SECONDS ) );
		$this->set_rows( 'state_since = ' . ( time() - 3 * DAY_IN_SECONDS ), 'b.example' );
		$this->set_rows( "source = 'www', dns_state = 'missing'", 'www.c.example' );
		$result = $this->results()['closte_sync_waiting'];

		self::assertSame( 'recommended', $result['status'] );
		self::assertStringContainsString( 'longer than expected: a.example.', $result['label'] );

		$this->set( array( 'enabled' => false ) );
		self::assertSame( 'good', $this->results()['closte_sync_waiting']['status'] );
	}

	public function test_the_information_counts_by_state(): void {
		$this->create_site( 'one' );
		$fields = ( new Site_Health( $this->plugin, '', '' ) )->add_information( array() )['closte-sync']['fields'];

		self::assertSame( array( '0', '0', '1' ), array_map( static fn( string $state ): string => $fields[ "state_$state" ]['value'], array( 'network-must-act', 'owner-must-act', 'waiting' ) ) );
		self::assertSame( 'Possible', $fields['hindrance']['value'] );
		self::assertStringEndsWith( ' UTC', $fields['next_run']['value'] );
		self::assertMatchesRegularExpression( '/^\d+\.\d+/', $fields['plugin']['value'] );
	}

	public function test_runs_that_nobody_starts(): void {
		$this->create_site( 'one' );
		$this->row_is( 'one', 'next_check_at = ' . ( time() - HOUR_IN_SECONDS ) );

		$result = $this->results()['closte_sync_cron'];

		self::assertSame( 'critical', $result['status'] );
		self::assertStringContainsString( 'wp closte run', $result['description'] );
	}

	public function test_the_connection(): void {
		self::assertSame( 'good', ( new Site_Health( $this->plugin, '', '' ) )->test_connection()['status'] );

		$this->emulator->down( true );
		self::assertSame( 'critical', ( new Site_Health( $this->plugin, '', '' ) )->test_connection()['status'] );

		$this->set( array( 'enabled' => false ) );
		self::assertSame( 'good', ( new Site_Health( $this->plugin, '', '' ) )->test_connection()['status'] );
	}

	public function test_the_information_does_not_hold_the_key(): void {
		$info = ( new Site_Health( $this->plugin, '', '' ) )->add_information( array() );
		$text = (string) wp_json_encode( $info, JSON_UNESCAPED_UNICODE );

		self::assertStringContainsString( 'the constant CLOSTE_CLIENT_API_KEY', $text );
		self::assertStringNotContainsString( $this->env( 'key' ), $text );
		self::assertStringNotContainsString( substr( $this->env( 'key' ), -4 ), $text );
	}

	/**
	 * @dataProvider outsiders
	 */
	public function test_it_is_for_those_who_manage_the_network( string $role ): void {
		$this->log_in( $role );
		$health = new Site_Health( $this->plugin, '', '' );

		self::assertSame( array(), $health->add_tests( array() ) );
		self::assertSame( array(), $health->add_information( array() ) );
	}

	/** What `wp closte doctor` says. */
	private function without_certificate(): Finding {
		return ( new Network_Check(
			$this->plugin->ledger(),
			$this->plugin->ledger_search(),
			$this->plugin->scheduler(),
			$this->plugin->domain_names(),
			time()
		) )->failed();
	}

	/**
	 * The results of the direct tests.
	 *
	 * @return array<string, array<string, mixed>>
	 */
	private function results(): array {
		$tests = ( new Site_Health( $this->plugin, '', '' ) )->add_tests( array() );
		self::assertArrayHasKey( 'closte_sync_connection', $tests['async'] );

		return array_map( static fn( array $test ): array => $test['test'](), $tests['direct'] );
	}

	/**
	 * Changes the row of a subdomain.
	 *
	 * @param string $label Its label.
	 * @param string $set   SQL.
	 */
	private function row_is( string $label, string $set ): void {
		$this->wpdb->query( $this->wpdb->prepare( "UPDATE %i SET $set WHERE domain = %s", $this->wpdb->base_prefix . 'closte_sync_domains', $this->sub( $label ) ) );
	}
}
