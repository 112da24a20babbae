<?php
/**
 * Answers that are written together, where the database fails at some of them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Sync\Result_Buffer;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Recorder_Test extends Plugin_Test_Case {

	private const REFUSED = 'the database does not take this';

	/** @var list<string> What was announced. */
	private array $announced = array();

	protected function setUp(): void {
		parent::setUp();
		add_action( 'closte_sync_domain_removed', fn( string $domain ) => $this->announced[] = "removed $domain" );
		add_action( 'closte_sync_domain_advanced', fn( string $domain ) => $this->announced[] = "advanced $domain" );
	}

	/**
	 * @dataProvider statements
	 * @param list<string> $announced
	 */
	public function test_what_was_written_is_announced_where_the_database_fails_at_something_else( string $broken, array $announced ): void {
		list( $rows, $records ) = $this->answers( array( 'a', 'b' ), array( 'c', 'd' ), array( 'changed' ) );
		$this->plugin->ledger()->unwant( 'changed.example', 0, Row_Source::MANUAL );
		$this->break_statements( $broken );

		$this->assert_fails( fn() => $this->plugin->recorder()->record_all( $rows, $records ) );
		$this->assertSame( $announced, $this->announced );
	}

	/** @return array<string, array{string, list<string>}> */
	public function statements(): array {
		$removed  = array( 'removed a.example', 'removed b.example' );
		$advanced = array( 'advanced c.example', 'advanced d.example' );

		return array(
			'counting what is current'             => array( '/^SELECT COUNT\(\*\) FROM .* revision/', array() ),
			'reading what is current'              => array( '/^SELECT id FROM/', array() ),
			'deleting the rows of removed domains' => array( '/^DELETE/', $advanced ),
			'writing the other rows'               => array( '/^UPDATE .* stage = /s', $removed ),
			'ending the leases of changed rows'    => array( '/^UPDATE .* may_have_landed = 1,/s', array( ...$removed, ...$advanced ) ),
		);
	}

	public function test_a_row_that_the_database_refuses_keeps_no_other_from_its_answer(): void {
		list( $rows, $records ) = $this->answers( array(), array( 'a', 'refused', 'b' ) );
		$refused                = array_key_first( array_filter( $rows, static fn( Ledger_Row $row ): bool => 'refused.example' === $row->domain ) );
		$this->break_statements( '/' . self::REFUSED . '/' );
		$records[ $refused ]['error_message'] = self::REFUSED;

		$this->assert_fails( fn() => $this->plugin->recorder()->record_all( $rows, $records ) );
		$this->assertSame( array( 'advanced a.example', 'advanced b.example' ), $this->announced );
		$this->assertSame( array( 'done', 'pending', 'done' ), array_map( $this->stage( ... ), array( 'a.example', 'refused.example', 'b.example' ) ) );
		$this->assertSame( 'one', $this->row( 'refused.example' )->lease_owner, 'Nobody repeats its call at once' );
	}

	public function test_rows_that_others_hold_are_not_waited_for_one_by_one(): void {
		list( $rows, $records ) = $this->answers( array(), array( 'a', 'b', 'c' ) );
		$statements             = 0;
		add_filter(
			'query',
			static function ( string $sql ) use ( &$statements ): string {
				if ( ! str_starts_with( $sql, 'UPDATE' ) ) {
					return $sql;
				}

				++$statements;

				return 'SELECT * FROM `deadlock found`';
			}
		);

		$this->assert_fails( fn() => $this->plugin->recorder()->record_all( $rows, $records ) );
		$this->assertSame( 4, $statements, 'One statement, which is tried again' );
	}

	public function test_a_row_that_cannot_be_forgotten_keeps_no_other_from_being_announced(): void {
		list( $rows, $records ) = $this->answers( array(), array( 'pointless', 'b' ) );
		$pointless              = array_key_first( $rows );
		$rows[ $pointless ]     = $this->absent( 'never-there.example' );
		$rows                   = array_column( $rows, null, 'id' );
		$records                = array_combine( array_keys( $rows ), $records );
		$records[ array_key_first( $rows ) ]['outcome'] = 'protected';
		$this->break_statements( '/^DELETE/' );

		$this->assert_fails( fn() => $this->plugin->recorder()->record_all( $rows, $records ) );
		$this->assertSame( array( 'advanced b.example' ), $this->announced );
	}

	public function test_who_follows_a_run_hears_of_what_was_written_before_the_database_failed(): void {
		list( $rows, $records ) = $this->answers( array( 'a' ), array( 'b' ) );
		$heard                  = array();
		$answers                = new Result_Buffer(
			$this->plugin->recorder(),
			$rows,
			100,
			static function ( Ledger_Row $row ) use ( &$heard ): void {
				$heard[] = $row->domain;
			}
		);
		array_map( $answers->add( ... ), $records );
		$this->break_statements( '/^UPDATE/' );

		$this->assert_fails( $answers->write( ... ) );
		$this->assertSame( array( 'a.example' ), $heard );
	}

	public function test_a_row_that_is_claimed_again_while_its_call_is_under_way_is_called_for_once(): void {
		list( $rows, $records ) = $this->answers( array(), array( 'a', 'b', 'c' ) );
		list( $a, $b, $c )      = array_values( $rows );
		$answers                = new Result_Buffer( $this->plugin->recorder(), array( $a, $b ), 100 );
		$answers->add( $records[ $b->id ] );

		$this->assertSame( array( $c ), $answers->expect( array( $a, $b, $c ) ) );
		array_map( $answers->add( ... ), array( $records[ $a->id ], $records[ $c->id ] ) );
		$answers->write();
		$this->assertSame( array(), $answers->missing() );
		$this->assertSame( array( 'done', 'done', 'done' ), array_map( $this->stage( ... ), array( 'a.example', 'b.example', 'c.example' ) ) );
	}

	public function test_answers_that_say_the_same_of_closte_are_kept_once_and_failures_each(): void {
		list( $rows, $records ) = $this->answers( array(), array( 'a', 'b', 'c', 'd', 'e', 'f' ) );
		$answers                = new Result_Buffer( $this->plugin->recorder(), $rows, 100 );
		$kinds                  = array( '', '', 'rejected', 'rejected', 'transient', 'transient' );

		foreach ( array_values( $records ) as $i => $record ) {
			$kind = $kinds[ $i ];
			$answers->add( array( 'outcome' => '' === $kind ? 'added' : 'failed', 'error_kind' => $kind, 'error_message' => "of call $i" ) + $record );
		}

		$this->assertSame( array( '', 'rejected', 'transient', 'transient' ), array_column( $answers->calls(), 'error_kind' ) );
	}

	/**
	 * Rows as they were claimed, and answers to them.
	 *
	 * @param list<string> $removed Whose domain is gone.
	 * @param list<string> ...$done Whose domain is done.
	 * @return array{array<int, Ledger_Row>, array<int, array<string, mixed>>} By the ids of the rows.
	 */
	private function answers( array $removed, array ...$done ): array {
		$rows = $records = array();

		foreach ( array( ...$removed, ...array_merge( ...$done ) ) as $name ) {
			$row                 = in_array( $name, $removed, true ) ? $this->absent( "$name.example" ) : $this->claimed( $this->plugin->ledger()->want( "$name.example", 0, Row_Source::MANUAL ) );
			$rows[ $row->id ]    = $row;
			$records[ $row->id ] = array( 'id' => $row->id, 'stage' => in_array( $name, $removed, true ) ? 'removed' : 'done', 'next_check_at' => time() + HOUR_IN_SECONDS ) + $row->to_record();
		}

		return array( $rows, $records );
	}

	private function absent( string $domain ): Ledger_Row {
		return $this->claimed( $this->plugin->ledger()->unwant( $domain, 0, Row_Source::MANUAL ) );
	}

	private function claimed( Ledger_Row $row ): Ledger_Row {
		return $this->plugin->leases()->claim( $row->id, 'one', 60 );
	}

	private function break_statements( string $pattern ): void {
		add_filter( 'query', static fn( string $sql ): string => str_contains( $sql, 'closte_sync_domains' ) && 1 === preg_match( $pattern, $sql ) ? 'SELECT nothing FROM nowhere WHERE' : $sql );
	}

	/** @param callable(): mixed $task */
	private function assert_fails( callable $task ): void {
		try {
			$task();
		} catch ( Database_Exception ) {
			return;
		}

		$this->fail( 'The failure was not said.' );
	}
}
