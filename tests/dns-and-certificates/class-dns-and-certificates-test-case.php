<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Real DNS, a real ACME server and an edge that serves what it issues. Domains are looked at every ten seconds.
 */
abstract class Dns_And_Certificates_Test_Case extends Plugin_Test_Case {

	protected const HERE      = '127.0.0.1';
	protected const ELSEWHERE = '192.0.2.7';
	protected const HOUR      = HOUR_IN_SECONDS;

	/** How far a time may be from the one that is meant: what a step takes, and the parts of a second. */
	protected const SLACK = 8;

	/** Every column that is a time. */
	private const TIMES = array( 'stage_since', 'next_check_at', 'lease_until', 'accepted_at', 'last_added_at', 'dns_checked_at', 'certificate_checked_at', 'created_at', 'updated_at' );

	protected Name_Server $dns;

	/**
	 * Names of hooks of others that fired, with their domain, oldest first.
	 *
	 * @var list<string>
	 */
	protected array $heard = array();

	protected function setUp(): void {
		parent::setUp();
		$this->dns = new Name_Server( $this->env( 'emulator' )['dns_control'] );
		$this->edge();
		$this->set( array( 'check_interval' => 10, 'www' => 'never' ) );
		foreach ( array( 'added', 'done', 'failed', 'removed', 'warning' ) as $event ) {
			add_action( "closte_sync_domain_$event", fn( string $domain ) => $this->heard[] = "$event $domain" );
		}
	}

	protected function tearDown(): void {
		$this->edge();
		$this->dns->reset();
		parent::tearDown();
	}

	/**
	 * How the edge behaves; what is left out is as usual.
	 *
	 * @param array{delay_ms?: int, deny?: list<string>, serve?: array<string, string>} $behaviour As the emulator's --help has it.
	 */
	protected function edge( array $behaviour = array() ): void {
		$this->emulator->call( 'PUT', '/edge', $behaviour + array( 'delay_ms' => 0, 'deny' => array(), 'serve' => new \stdClass() ) );
	}

	/**
	 * Waits until the edge has come to a state with a domain.
	 */
	protected function await_edge( string $domain, string $state ): void {
		$this->wait_for(
			fn(): bool => ( $this->emulator->call( 'GET', '/edge' )['domains'][ $domain ]['state'] ?? '' ) === $state,
			"the edge has $domain $state"
		);
	}

	/**
	 * A site with this domain, accepted by Closte.
	 *
	 * @param string                    $domain  The domain.
	 * @param ?array<string, mixed>     $records What DNS has of it; null: that it leads here.
	 */
	protected function map( string $domain, ?array $records = null ): int {
		$this->dns->set( $domain, $records ?? array( 'a' => array( self::HERE ) ) );
		$id = $this->create_site( $domain );
		$this->assertContains( $domain, $this->emulator->domains() );

		return $id;
	}

	/** A site whose domain is done. */
	protected function finish( string $domain ): int {
		$id = $this->map( $domain );
		$this->await_done( $domain );

		return $id;
	}

	/** Waits for the domain's certificate, and sees that a run finds it, also where another process has looked too early. */
	protected function await_done( string $domain ): void {
		$this->await_edge( $domain, 'valid' );
		$this->run_due();
		if ( 'done' !== $this->stage( $domain ) ) {
			$this->pass( 10 );
			$this->run_due();
		}
		$this->assert_stage( 'done', $domain );
	}

	/**
	 * Lets time pass for everything that the plugin remembers, and plans runs anew as the next request would.
	 */
	protected function pass( int $seconds ): void {
		$columns = implode( ', ', array_map( static fn( string $column ): string => "$column = CASE WHEN $column = 0 THEN 0 ELSE $column - $seconds END", self::TIMES ) );
		$this->wpdb->query( "UPDATE {$this->wpdb->base_prefix}closte_sync_domains SET $columns" );
		delete_network_option( get_main_network_id(), 'closte_sync_unreachable' );
		$this->next_request();
		$this->plugin->scheduler()->reschedule();
	}

	/** Lets time pass until the domain is due, and takes that run. */
	protected function run_when_due( string $domain ): void {
		$this->pass( max( 0, $this->row( $domain )->next_check_at - time() ) );
		$this->run_due();
	}

	protected function assert_stage( string $stage, string $domain ): void {
		$this->assertSame( $stage, $this->stage( $domain ), (string) json_encode( $this->row( $domain )?->to_array(), JSON_PRETTY_PRINT ) );
	}

	/** The domain is looked at again after this many seconds. */
	protected function assert_due_in( int $seconds, string $domain ): void {
		$this->assertEqualsWithDelta( $seconds, $this->wait_of( $domain ), self::SLACK );
	}

	/** For how many seconds a domain was left alone when it was looked at, however long ago that was. */
	protected function wait_of( string $domain ): int {
		$row = $this->row( $domain );

		return $row->next_check_at - $row->updated_at;
	}

	/**
	 * Codes of what is wrong with a domain, worst first.
	 *
	 * @return list<string>
	 */
	protected function problems( string $domain ): array {
		return array_column( $this->row( $domain )->problems, 'code' );
	}

	/** How often Closte was asked to add a domain. */
	protected function additions( string $domain ): int {
		return count( array_keys( $this->changes(), "add $domain", true ) );
	}
}
