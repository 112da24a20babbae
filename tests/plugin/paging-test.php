<?php
/**
 * The ledger page by page.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Page;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Paging_Test extends Plugin_Test_Case {

	public function test_trouble_comes_first_and_a_www_name_stands_with_its_domain_where_the_worse_of_the_two_belongs(): void {
		$this->record(
			array(
				'a.example'     => 'working',
				'www.a.example' => 'waiting',
				'b.example'     => 'owner-must-act',
				'c.example'     => 'network-must-act',
				'www.c.example' => 'working',
				'd.example'     => 'leaving',
				'www.d.example' => 'leaving',
				'e.example'     => 'working',
				'www.f.example' => 'owner-must-act',
				'g.example'     => 'something else',
			)
		);
		$expected = array( 'g.example', 'c.example', 'www.c.example', 'b.example', 'www.f.example', 'a.example', 'www.a.example', 'd.example', 'www.d.example', 'e.example' );

		foreach ( range( 1, 11 ) as $per_page ) {
			$this->assertSame( $expected, $this->forth( new Ledger_Query( orderby: 'state', per_page: $per_page ) ), "$per_page a page" );
			$this->assertSame( $expected, $this->back( new Ledger_Query( orderby: 'state', per_page: $per_page ) ), "$per_page a page" );
		}

		$down = $this->forth( new Ledger_Query( orderby: 'state', order: 'desc', per_page: 2 ) );
		$this->assertSame( array( 'e.example', 'd.example', 'www.d.example', 'a.example', 'www.a.example', 'www.f.example', 'b.example', 'c.example', 'www.c.example', 'g.example' ), $down );
	}

	public function test_a_filter_finds_a_www_name_alone(): void {
		$this->record( array( 'a.example' => 'working', 'www.a.example' => 'waiting', 'www.b.example' => 'waiting' ) );
		$this->set_rows( "stage = 'done'", 'a.example' );
		$found = fn( mixed ...$query ): array => $this->forth( new Ledger_Query( ...$query, orderby: 'state', per_page: 1 ) );

		$this->assertSame( array( 'www.a.example', 'www.b.example' ), $found( state: State::Waiting ) );
		$this->assertSame( array( 'a.example' ), $found( state: State::Working ) );
		$this->assertSame( array( 'a.example' ), $found( stage: Stage::Done ) );
		$this->assertSame( array( 'a.example', 'www.a.example' ), $found( search: 'a.ex' ) );
		$this->assertSame( array( 'www.a.example', 'www.b.example' ), $found( search: 'WWW.' ) );
		$this->assertSame( array( 'www.a.example' ), $found( search: 'www.a' ) );
		$this->assertSame( array(), $found( state: array() ) );
	}

	public function test_what_stops_all_puts_those_that_wait_after_those_with_trouble_of_their_own(): void {
		$this->record( array( 'a.example' => 'waiting', 'b.example' => 'network-must-act', 'c.example' => 'owner-must-act' ) );

		$this->assertSame( array( 'b.example', 'a.example', 'c.example' ), $this->forth( new Ledger_Query( orderby: 'state', per_page: 1, state: State::in_order( 'key' ) ) ) );
		$this->assertSame( array( 'b.example', 'a.example' ), $this->forth( new Ledger_Query( orderby: 'state', per_page: 1, state: State::NetworkMustAct->stored_under( 'key' ) ) ) );
		$this->assertSame( array( 'b.example', 'c.example', 'a.example' ), $this->forth( new Ledger_Query( orderby: 'state', per_page: 1, state: State::in_order( '' ) ) ) );
	}

	/**
	 * @testWith ["state"]
	 *           ["state_since"]
	 *           ["domain"]
	 *           ["blog_id"]
	 *           ["next_check_at"]
	 *           ["created_at"]
	 *           ["id"]
	 */
	public function test_every_row_is_on_one_page_also_while_others_change( string $orderby ): void {
		$states = array_column( State::cases(), 'value' );
		$rows   = array();

		for ( $i = 0; $i < 40; $i++ ) {
			$rows[ ( 0 === $i % 3 ? 'www.' : '' ) . 'd' . intdiv( $i * 7 % 40, 2 ) . '.example' ] = $states[ $i % 5 ];
		}

		$this->record( $rows );
		$this->set_rows( 'blog_id = id % 3, state_since = id % 4, next_check_at = id % 2, created_at = id % 7' );
		$all = array_keys( $rows );
		sort( $all );

		foreach ( array( 'asc', 'desc' ) as $order ) {
			$query = new Ledger_Query( orderby: $orderby, order: $order, per_page: 3 );
			$forth = $this->forth( $query );
			$this->assertSame( $forth, $this->back( $query ) );
			sort( $forth );
			$this->assertSame( $all, $forth );
		}

		// Rows that come, go and change between two pages do not hide one that stays as it is.
		$stays = array_values( array_filter( $all, static fn( string $domain ): bool => 1 !== preg_match( '/d[0-4]\./', $domain ) ) );
		$seen  = $this->forth(
			new Ledger_Query( orderby: $orderby, per_page: 2 ),
			function ( int $page ): void {
				$this->record( array( "new$page.example" => 'owner-must-act' ) );
				$this->set_rows( "state = 'waiting', blog_id = 9, state_since = 9, next_check_at = 9, created_at = 9", 'd' . $page % 4 . '.example' );
				$this->plugin->database()->run( 'DELETE FROM %i WHERE domain = %s', $this->plugin->schema()->table(), 'www.d' . $page % 5 . '.example' );
			}
		);

		foreach ( array_count_values( array_intersect( $seen, $stays ) ) as $domain => $times ) {
			$this->assertSame( 1, $times, $domain );
		}

		$this->assertSame( array(), array_diff( $stays, $seen ) );
	}

	/**
	 * @testWith [""]
	 *           ["nonsense"]
	 *           ["/"]
	 *           ["no such state/x"]
	 *           ["%00/'; DROP TABLE"]
	 *           ["\u00ff\ufffd/\u202e"]
	 */
	public function test_a_cursor_from_anywhere_does_no_harm( string $cursor ): void {
		$this->record( array( 'a.example' => 'waiting' ) );

		foreach ( array( 'state', 'domain', 'created_at' ) as $orderby ) {
			foreach ( array( 'after', 'before' ) as $name ) {
				$rows = $this->plugin->ledger_search()->page( new Ledger_Query( ...array( $name => $cursor ), orderby: $orderby ) )->rows;
				$this->assertLessThanOrEqual( 1, count( $rows ) );
			}
		}

		$rows = $this->plugin->ledger_search()->page( new Ledger_Query( after: "x/\xff\xfe" ) )->rows;
		$this->assertLessThanOrEqual( 1, count( $rows ) );
	}

	public function test_all_rows_are_read_in_chunks(): void {
		$owners = array();

		for ( $i = 0; $i < 1100; $i++ ) {
			$owners[ "d$i.example" ] = array( 'blog_id' => 1, 'source' => Row_Source::CORE );
		}

		$this->plugin->ledger()->want_new( $owners );
		$domains = array_column( $this->plugin->ledger_search()->query( new Ledger_Query( per_page: null ) ), 'domain' );
		sort( $domains );
		$expected = array_map( strval( ... ), array_keys( $owners ) );
		sort( $expected );
		$this->assertSame( $expected, $domains );
	}

	/**
	 * @param array<string, string> $states By domain.
	 */
	private function record( array $states ): void {
		$this->plugin->ledger()->want_new( array_fill_keys( array_keys( $states ), array( 'blog_id' => 1, 'source' => Row_Source::CORE ) ) );

		foreach ( $states as $domain => $state ) {
			$this->set_rows( "state = '$state'", $domain );
		}
	}

	/**
	 * All domains, page by page to the end.
	 *
	 * @param ?callable(int): void $between
	 * @return list<string>
	 */
	private function forth( Ledger_Query $query, ?callable $between = null ): array {
		$domains = array();
		$after   = '';
		$pages   = 0;

		do {
			$page  = $this->plugin->ledger_search()->page( $query->from( $after, $query->per_page ) );
			$after = $page->next;
			array_push( $domains, ...array_column( $page->rows, 'domain' ) );
			$this->assertLessThanOrEqual( $query->per_page + 1, count( $page->rows ) );
			$this->assertLessThan( 1000, ++$pages );
			null === $between || $between( $pages );
		} while ( '' !== $after );

		return $domains;
	}

	/**
	 * All domains, page by page from the last one.
	 *
	 * @return list<string>
	 */
	private function back( Ledger_Query $query ): array {
		$domains = array();
		$before  = Page::END;

		do {
			$page   = $this->plugin->ledger_search()->page( new Ledger_Query( ...array_merge( get_object_vars( $query ), array( 'before' => $before ) ) ) );
			$before = $page->previous;
			array_unshift( $domains, ...array_column( $page->rows, 'domain' ) );
		} while ( '' !== $before );

		return $domains;
	}
}
