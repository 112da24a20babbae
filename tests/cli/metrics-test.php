<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** `wp closte status --format=openmetrics`. */
final class Metrics_Test extends Cli_Test_Case {

	public function test_it_says_what_an_operator_asks_for(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => 'two.' . $this->network() ) );
		$this->succeed( 'site', 'create', '--slug=two' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET state_since = state_since - 7200, certificate_not_after = " . ( time() + 86400 ) );' );
		$before  = time();
		$gauges  = $this->gauges();
		$seconds = time() - $before + 30;

		self::assertSame(
			array( 'state="network-must-act"' => 1.0, 'state="owner-must-act"' => 0.0, 'state="waiting"' => 1.0, 'state="leaving"' => 0.0, 'state="working"' => 0.0 ),
			$gauges['closte_sync_domains']
		);
		self::assertEqualsWithDelta( 7200, $gauges['closte_sync_oldest_domain_seconds']['state="waiting"'], $seconds );
		self::assertSame( 0.0, $gauges['closte_sync_oldest_domain_seconds']['state="owner-must-act"'] );
		self::assertEqualsWithDelta( 86_400, $gauges['closte_sync_next_certificate_expiry_seconds'][''], $seconds );
		self::assertSame( 1.0, $gauges['closte_sync_calls_last_day']['action="add",outcome="added",failed="no"'] );
		self::assertSame( 1.0, $gauges['closte_sync_calls_last_day']['action="add",outcome="rejected",failed="yes"'] );
		self::assertSame( 0.0, $gauges['closte_sync_calls_last_day']['action="remove",outcome="removed",failed="no"'] );
		self::assertEqualsWithDelta( time(), $gauges['closte_sync_last_change_timestamp_seconds'][''], $seconds );

		foreach ( array( 'enabled', 'extension_loaded', 'api_key_present' ) as $name ) {
			self::assertSame( array( '' => 1.0 ), $gauges[ "closte_sync_$name" ] );
		}
		foreach ( array( 'network_differs', 'circuit_breaker_open' ) as $name ) {
			self::assertSame( array( '' => 0.0 ), $gauges[ "closte_sync_$name" ] );
		}
	}

	public function test_it_says_what_is_wrong(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET next_check_at = " . ( time() - 3600 ) );' );
		$this->emulator->fault( array( 'kind' => '401' ) );
		$this->succeed( 'site', 'create', '--slug=two' );
		$refused = $this->gauges();
		$no_key  = $this->gauges( '--exec=define( "CLOSTE_CLIENT_API_KEY", "" );' );

		self::assertSame( 1.0, $refused['closte_sync_circuit_breaker_open'][''] );
		self::assertGreaterThanOrEqual( 3600, $refused['closte_sync_overdue_seconds'][''] );
		self::assertGreaterThanOrEqual( 1, $refused['closte_sync_due_domains'][''] );
		self::assertSame( 0.0, $no_key['closte_sync_api_key_present'][''] );
		self::assertSame( 0.0, $no_key['closte_sync_domains']['state="waiting"'] );
		self::assertSame( 2.0, $no_key['closte_sync_domains']['state="network-must-act"'] );
	}

	public function test_an_empty_list_has_metrics_too_and_fields_do_not_go_with_them(): void {
		self::assertSame( 0.0, array_sum( $this->gauges()['closte_sync_domains'] ) );
		self::assert_failed( '--format=openmetrics prints all metrics.', $this->closte( 'status', '--format=openmetrics', '--field=key' ) );
	}

	public function test_it_says_what_it_knows_where_the_log_is_gone(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "DROP TABLE {$wpdb->base_prefix}closte_sync_log" );' );
		$gauges = $this->gauges();

		self::assertSame( 1.0, $gauges['closte_sync_domains']['state="waiting"'] );
		self::assertArrayNotHasKey( 'closte_sync_calls_last_day', $gauges );
	}

	/**
	 * @return array<string, array<string, float>>
	 */
	private function gauges( string ...$options ): array {
		return Metrics_Text::gauges( $this->succeed( 'closte', 'status', '--format=openmetrics', ...$options )->stdout );
	}
}
