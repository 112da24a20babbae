<?php
/**
 * What the tests of large networks share.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Sites are rows of WordPress's table: what makes a domain wanted, without the tables that take the time. */
abstract class Size_Test_Case extends Plugin_Test_Case {

	/** As closte.max_in_flight has it by default. */
	protected const MAX_IN_FLIGHT = 8;

	protected const LATENCY_MS = 20;

	protected function setUp(): void {
		parent::setUp();
		$this->set( array( 'www' => 'never' ) );
		$this->emulator->set_domains( array( $this->env( 'domain' ) ) );
	}

	protected function tearDown(): void {
		// Row by row would take long.
		$this->wpdb->query( "DELETE FROM {$this->wpdb->blogs} WHERE blog_id > 1" );
		parent::tearDown();
	}

	/** How many domains: few in each test run, as many as a large host has in the long form. */
	protected function size(): int {
		return (int) ( getenv( 'CLOSTE_SIZE' ) ?: 500 );
	}

	/** @return list<string> The domains of the sites. */
	protected function make_sites( int $count ): array {
		$domains = array_map( static fn( int $n ): string => "site-$n.example", range( 1, $count ) );
		foreach ( array_chunk( $domains, 1000 ) as $chunk ) {
			$this->wpdb->query( "INSERT INTO {$this->wpdb->blogs} ( site_id, domain, path ) VALUES " . implode( ', ', array_map( static fn( string $domain ): string => "( 1, '$domain', '/' )", $chunk ) ) );
		}

		return $domains;
	}

	protected function slow_down(): void {
		$this->emulator->fault(
			array(
				'kind' => 'latency',
				'ms'   => self::LATENCY_MS,
			)
		);
	}

	protected function wp( string ...$arguments ): Process {
		return new Process( array( dirname( __DIR__ ) . '/bin/wp', $this->env( 'name' ), ...$arguments ) );
	}

	/** How many requests were in the air at a time: each is for as long as the latency lasts, and some is given for the clock. */
	protected function most_at_a_time( array $journal ): int {
		$times = array_column( $journal, 'time_ms' );
		sort( $times );
		$most = 0;
		foreach ( $times as $n => $time ) {
			$first ??= 0;
			while ( $times[ $first ] <= $time - self::LATENCY_MS + 3 ) {
				++$first;
			}
			$most = max( $most, $n - $first + 1 );
		}

		return $most;
	}

	/** Each domain was added once. */
	protected function assert_added_once( array $domains ): void {
		$added = array_column( array_column( $this->additions(), 'params' ), 'domain' );
		sort( $added );
		sort( $domains );
		$this->assertSame( $domains, $added );
	}

	/** @return list<array<string, mixed>> Without the calls that only ask whether Closte is there. */
	protected function additions(): array {
		return array_values( array_filter( $this->emulator->journal( '/adddomainalias' ), static fn( array $entry ): bool => '' !== ( $entry['params']['domain'] ?? '' ) ) );
	}
}
