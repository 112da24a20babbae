<?php
/**
 * What the tests share that count statements and what the database reads for them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;

require_once __DIR__ . '/class-plugin-test-case.php';

/**
 * Counted on MariaDB: WordPress's drop-in for SQLite asks questions of its own.
 */
abstract class Statement_Test_Case extends Plugin_Test_Case {

	/** Rows of a ledger whose whole reading would be felt. */
	protected const MANY = 3000;

	/** @var list<string> */
	protected array $statements = array();

	protected function setUp(): void {
		parent::setUp();

		if ( $this->plugin->database()->is_sqlite() ) {
			$this->markTestSkipped( 'Statements are counted on MariaDB only.' );
		}

		// A network that has had sites before: tables, schedule and options are there.
		$this->create_site( 'earlier' );
		$this->run_due();
		$this->warm_up();
	}

	/** @return list<array{string, int}> Statements, and the rows that the storage reads for each. */
	protected function rows_read_by_statement( callable $task ): array {
		$statements = array();
		$is_asking  = false;
		$before     = 0;
		$read       = fn(): int => array_sum( array_column( $this->wpdb->get_results( "SHOW SESSION STATUS LIKE 'Handler_read%'", ARRAY_A ), 'Value' ) );
		$note       = static function ( string $sql ) use ( &$statements, &$is_asking, &$before, $read ): string {
			if ( ! $is_asking ) {
				$is_asking = true;
				array() === $statements || $statements[ array_key_last( $statements ) ][1] = $read() - $before;
				$statements[] = array( $sql, 0 );
				$before       = $read();
				$is_asking    = false;
			}

			return $sql;
		};

		add_filter( 'query', $note );
		$task();
		$this->wpdb->query( 'SELECT 1' );
		remove_filter( 'query', $note );

		return $statements;
	}

	/** A ledger whose whole reading would be felt, with pairs that are alike and pairs that are not. */
	protected function fill_ledger(): void {
		$owners = array();

		for ( $i = 0; $i < self::MANY / 2; $i++ ) {
			$owners[ "d$i.example" ]     = array( 'blog_id' => 1, 'source' => Row_Source::CORE );
			$owners[ "www.d$i.example" ] = array( 'blog_id' => 1, 'source' => Row_Source::WWW );
		}

		$table = $this->plugin->schema()->table();
		$this->plugin->ledger()->want_new( $owners );
		$this->wpdb->query(
			"UPDATE $table SET stage = CASE id % 5 WHEN 0 THEN 'failed' WHEN 1 THEN 'checking-dns' ELSE 'done' END, next_call = '',
			state = CASE id % 50 WHEN 0 THEN 'owner-must-act' WHEN 1 THEN 'network-must-act' WHEN 3 THEN 'waiting' ELSE 'working' END,
			next_check_at = next_check_at + id, state_since = 1000 + id % 7, created_at = 2000 + id % 3, blog_id = 1 + id % 5"
		);
		$this->wpdb->query( "OPTIMIZE TABLE $table" );
		$this->warm_up();
		$this->plugin->ledger();
	}

	/** How many rows, or entries of an index, the storage reads. */
	protected function rows_read( callable $task ): int {
		$read   = fn(): int => array_sum( array_column( $this->wpdb->get_results( "SHOW SESSION STATUS LIKE 'Handler_read%'", ARRAY_A ), 'Value' ) );
		$before = $read();
		$task();

		return $read() - $before;
	}

	protected function count_statements_more( callable $task ): void {
		$so_far = $this->statements;
		$this->count_statements( $task );
		$this->statements = array( ...$so_far, ...$this->statements );
	}

	/** WordPress has read what it reads before a request is the plugin's. */
	protected function warm_up(): void {
		$this->next_request();
		wp_load_alloptions();
		wp_load_core_site_options();
		get_main_site_id( get_main_network_id() );
	}

	protected function count_statements( callable $task ): void {
		$this->statements = array();
		$own              = dirname( ( new \ReflectionClass( \ClosteSync\Container::class ) )->getFileName() );
		$count            = function ( string $sql ) use ( $own ): string {
			foreach ( debug_backtrace( DEBUG_BACKTRACE_IGNORE_ARGS ) as $frame ) {
				if ( str_starts_with( $frame['file'] ?? '', $own ) ) {
					$this->statements[] = trim( (string) preg_replace( '/\s+/', ' ', $sql ) );
					break;
				}
			}

			return $sql;
		};

		add_filter( 'query', $count );
		$task();
		remove_filter( 'query', $count );
	}

	protected function assert_at_most( int $most ): void {
		$this->assertLessThanOrEqual( $most, count( $this->statements ), implode( "\n", array_map( static fn( string $sql ): string => substr( $sql, 0, 200 ), $this->statements ) ) );
	}
}
