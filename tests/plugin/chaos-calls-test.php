<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Chaos\By_Hand;
use ClosteSync\Chaos\Calls;
use ClosteSync\Chaos\Invariants;
use ClosteSync\Chaos\Lives;
use ClosteSync\Chaos\Request;
use PHPUnit\Framework\TestCase;

foreach ( array( 'names', 'request', 'history', 'lives', 'by-hand', 'calls', 'mapping-events', 'invariants' ) as $closte_chaos_class ) {
	require_once dirname( __DIR__ ) . "/chaos/class-$closte_chaos_class.php";
}

/**
 * The judgement of the chaos suite: it finds what it looks for, and nothing else.
 */
final class Chaos_Calls_Test extends TestCase {

	/** Site 7 has shop.example from the beginning. */
	private const HISTORY = array( array( 0.0, '', 7, 'shop.example' ) );

	public function test_a_removal_of_what_was_wanted_all_the_time_is_found(): void {
		$this->assertSame(
			array( 'request 1 of worker-1 in 1/0 run asked to remove shop.example, which was wanted all the time' ),
			$this->judge( self::HISTORY, array( $this->request( '1/0', 'run', 10.0, 12.0 ) ), array( $this->removal( 11.0, 'shop.example' ) ) )
		);
	}

	public function test_a_removal_after_the_owner_went_is_right_also_where_another_came_during_the_call(): void {
		$requests = array( $this->request( '1/0', 'delete_site', 10.0, 12.0 ), $this->request( '2/0', 'create_site', 10.2, 11.5, 'worker-2' ) );
		$history  = array( ...self::HISTORY, array( 10.1, '1/0', 7, '' ), array( 10.3, '2/0', 8, 'shop.example' ) );

		$this->assertSame( array(), $this->judge( $history, $requests, array( $this->removal( 11.0, 'shop.example' ) ) ) );
	}

	public function test_a_removal_between_two_owners_of_one_request_is_found(): void {
		$history = array( ...self::HISTORY, array( 10.1, '1/0', 7, 'between.example' ), array( 10.9, '1/0', 8, 'shop.example' ) );

		$this->assertSame(
			array( 'request 1 of worker-1 in 1/0 swap asked to remove shop.example, which this request took from one owner and gave to another' ),
			$this->judge( $history, array( $this->request( '1/0', 'swap', 10.0, 12.0 ) ), array( $this->removal( 10.5, 'shop.example' ) ) )
		);
		// Another request has taken it away since.
		$taken = array( ...$history, array( 10.95, '2/0', 8, '' ) );
		$this->assertSame( array(), $this->judge( $taken, array( $this->request( '1/0', 'swap', 10.0, 12.0 ), $this->request( '2/0', 'delete_site', 10.8, 11.0, 'worker-2' ) ), array( $this->removal( 11.5, 'shop.example' ) ) ) );
		// Over two requests it is nobody's between them.
		$history  = array( ...self::HISTORY, array( 10.1, '1/0', 7, 'between.example' ), array( 10.9, '1/0.1', 8, 'shop.example' ) );
		$requests = array( $this->request( '1/0', 'swap', 10.0, 10.8 ), $this->request( '1/0.1', '…', 10.8, 12.0 ) );
		$this->assertSame( array(), $this->judge( $history, $requests, array( $this->removal( 10.5, 'shop.example' ) ) ) );
	}

	public function test_a_removal_of_what_this_network_never_had_is_found(): void {
		$wrong = $this->judge(
			self::HISTORY,
			array( $this->request( '1/0', 'map', 10.0, 12.0 ) ),
			array( $this->removal( 11.0, 'foreign.example' ), $this->removal( 11.0, 'other.example' ), $this->removal( 11.0, 'www.network.test', null ) )
		);

		$this->assertStringContainsString( 'foreign.example, which is never to be removed', $wrong[0] );
		$this->assertStringContainsString( 'other.example, which no site or mapping of this network has had', $wrong[1] );
		$this->assertStringContainsString( 'of nobody known', $wrong[2] );
	}

	public function test_an_add_that_nobody_wants_is_found(): void {
		$request = $this->request( '1/1', 'run', 20.0, 22.0 );
		$history = array( ...self::HISTORY, array( 10.1, '1/0', 7, '' ) );
		$deleted = $this->request( '1/0', 'delete_site', 10.0, 12.0 );

		$this->assertStringContainsString( 'added shop.example, which nobody wanted', $this->judge( $history, array( $deleted, $request ), array( $this->call( 21.0, '/adddomainalias', 'shop.example' ) ) )[0] );
		$this->assertSame( array(), $this->judge( self::HISTORY, array( $request ), array( $this->call( 21.0, '/adddomainalias', 'www.shop.example' ) ) ) );
	}

	public function test_an_add_after_one_that_was_told_is_found_unless_its_connection_was_reset(): void {
		$requests = array( $this->request( '1/0', 'map', 10.0, 12.0 ), $this->request( '1/1', 'run', 13.0, 15.0 ) );
		$add      = fn( float $at, array $with ): array => array_merge( $this->call( $at, '/adddomainalias', 'www.shop.example' ), $with );
		$journal  = static fn( string $domain, int $connection ): array => array(
			$add( 11.0, array( 'effect' => 'added' ) ),
			$add( 11.0, array( 'params' => array( 'domain' => $domain ), 'fault' => 'reset-before', 'status' => null, 'connection' => $connection ) ),
			$add( 14.0, array( 'effect' => 'already' ) ),
		);

		$this->assertSame( array(), $this->judge( self::HISTORY, $requests, $journal( 'shop.example', 1 ) ) );
		$this->assertStringContainsString( 'added www.shop.example again', $this->judge( self::HISTORY, $requests, $journal( 'shop.example', 2 ) )[0] );
	}

	public function test_what_is_made_again_and_deleted_before_its_request_is_over_is_as_unheard_as_it_was(): void {
		$history = array( ...self::HISTORY, array( 10.5, '1/0', 7, '' ), array( 20.5, '1/1', 8, 'shop.example' ), array( 21.0, '2/0', 8, '' ) );
		$lives   = fn( bool $hears, float $over ): Lives => new Lives(
			$this->changes( $history ),
			array( new Request( '1/0', 'delete_site', 'worker-1', $hears, 10.0, 11.0, false ), $this->request( '1/1', 'create_site', 20.0, $over ), $this->request( '2/0', 'delete_site', 20.8, 21.2, 'worker-2' ) )
		);

		$this->assertTrue( $lives( false, 22.0 )->is_unheard( 'shop.example' ) );
		$this->assertFalse( $lives( true, 22.0 )->is_unheard( 'shop.example' ) );
		$this->assertFalse( $lives( false, 20.7 )->is_unheard( 'shop.example' ) );
	}

	public function test_whatever_a_copy_sends_is_found(): void {
		$request = $this->request( 'copy/0', 'run', 10.0, 12.0, 'silent-copy-1' );
		$calls   = array( $this->removal( 11.0, 'shop.example', 'silent-copy-1' ), $this->call( 11.0, '/adddomainalias', 'shop.example', 'silent-copy-1' ) );

		$this->assertCount( 2, $this->judge( self::HISTORY, array( $request ), $calls ) );
	}

	public function test_a_record_that_is_taken_off_the_web_is_found(): void {
		$change = static fn( string $stage ): array => array( 'source' => 'wp_wu_domain_mappings', 'id' => 1, 'site' => 7, 'domain' => 'shop.example', 'stage' => $stage, 'request' => '1/0', 'at' => 1.0 );

		$off    = array( $change( 'done-without-ssl' ), $change( 'done' ), $change( 'failed' ) );

		$this->assertCount( 1, Invariants::of_stages( $off, array( $this->request( '1/0', 'run', 0.0, 2.0 ) ) ) );
		$this->assertSame( array(), Invariants::of_stages( array( $change( 'checking-dns' ), $change( 'failed' ), $change( 'done' ) ), array() ) );
		// Somebody saved the record as it had been read before.
		$ready = array( 'request' => '2/0' ) + $change( 'done' );
		$saves = array( $this->request( '1/0', 'move_record', 0.0, 2.0 ) );
		$this->assertSame( array(), Invariants::of_stages( array( $ready, $change( 'failed' ) ), $saves ) );
		$this->assertCount( 1, Invariants::of_stages( array( $change( 'done' ), $change( 'failed' ) ), $saves ), 'What comes later in the request is ours' );
	}

	/**
	 * @param list<array{float, string, int, string}> $history  When, by whom, which site, its domain.
	 * @param list<Request>                            $requests
	 * @param list<array<string, mixed>>               $journal
	 * @return list<string>
	 */
	private function judge( array $history, array $requests, array $journal ): array {
		return ( new Calls( new Lives( $this->changes( $history ), $requests ), $requests, array(), new By_Hand( array() ) ) )->judge( $journal );
	}

	/**
	 * @param list<array{float, string, int, string}> $history
	 * @return list<array<string, mixed>>
	 */
	private function changes( array $history ): array {
		return array_map(
			static fn( array $change ): array => array(
				'at'      => $change[0],
				'request' => $change[1],
				'source'  => 'wp_blogs',
				'id'      => $change[2],
				'site'    => $change[2],
				'domain'  => $change[3],
				'stage'   => '',
			),
			$history
		);
	}

	private function request( string $id, string $what, float $begin, float $over, string $via = 'worker-1' ): Request {
		return new Request( $id, $what, $via, true, $begin, $over, false );
	}

	/** @return array<string, mixed> */
	private function removal( float $at, string $domain, ?string $via = 'worker-1' ): array {
		return $this->call( $at, '/deletedomainalias', $domain, $via );
	}

	/** @return array<string, mixed> */
	private function call( float $at, string $path, string $domain, ?string $via = 'worker-1' ): array {
		return array(
			'n'          => 1,
			'time_ms'    => (int) ( $at * 1000 ),
			'via'        => $via,
			'connection' => 1,
			'path'       => $path,
			'params'     => array( 'domain' => $domain ),
			'violations' => array(),
			'fault'      => null,
			'status'     => 200,
			'effect'     => 'removed',
			'answer'     => '{"success":true}',
		);
	}
}
