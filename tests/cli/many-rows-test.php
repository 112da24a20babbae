<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Lists of many rows, and how they are fitted to a terminal. */
final class Many_Rows_Test extends Cli_Test_Case {

	/** Bytes that several times as many rows may take more. */
	private const FEW_BYTES = 4_000_000;

	/** Prints what a command took when it ends. */
	private const MEASURE = '--exec=register_shutdown_function( static fn() => fwrite( STDERR, "took " . memory_get_peak_usage() . " " . ( $GLOBALS["wpdb"]->num_queries ?? 0 ) . "\n" ) );';

	public function test_a_list_of_many_domains_is_read_and_printed_in_chunks(): void {
		$this->fill_domains( 0, 6000 );
		$few = array_map( fn( string $format ): array => $this->measure( 'domain', 'list', "--format=$format" ), array( 'table', 'json' ) );

		foreach ( array( array( 'state', 'asc' ), array( 'state_since', 'desc' ), array( 'domain', 'desc' ) ) as list( $column, $order ) ) {
			$domains = explode( ' ', trim( $this->succeed( 'closte', 'domain', 'list', '--format=ids', "--orderby=$column", "--order=$order" )->stdout ) );
			self::assertCount( 6000, $domains, $column );
			self::assertCount( 6000, array_unique( $domains ), $column );
		}

		$this->fill_domains( 6000, 20_000 );

		foreach ( array( 'table', 'json' ) as $i => $format ) {
			$many = $this->measure( 'domain', 'list', "--format=$format" );
			self::assertLessThan( $few[ $i ]['bytes'] + self::FEW_BYTES, $many['bytes'], $format );
			self::assertLessThanOrEqual( $few[ $i ]['statements'] + 3 * 14 + 3, $many['statements'], $format );
			self::assertSame( 20_000, substr_count( $many['output'], '"' === $many['output'][2] ? '{"domain":' : "\nd" ), $format );
		}
	}

	public function test_a_log_of_many_entries_is_read_and_printed_in_chunks(): void {
		$this->fill_log( 3000 );
		$few = $this->measure( 'log', '--limit=0' );
		$this->fill_log( 12_000 );
		$many = $this->measure( 'log', '--limit=0' );

		self::assertLessThan( $few['bytes'] + self::FEW_BYTES, $many['bytes'] );
		self::assertLessThanOrEqual( $few['statements'] + 12 + 12, $many['statements'] );
		self::assertSame( 15_000, substr_count( $many['output'], "\tadd\t" ) );
		self::assertSame( 1500, substr_count( $this->measure( 'log', '--limit=1500', '--order=desc' )['output'], "\tadd\t" ) );
	}

	public function test_trouble_comes_first_and_a_terminal_has_one_line_a_domain(): void {
		$this->fill_domains( 0, 5 );
		$lines = explode( "\n", rtrim( $this->at_terminal( 80, 'domain', 'list' ) ) );

		self::assertSame( array( 80 ), array_values( array_unique( array_map( mb_strlen( ... ), $lines ) ) ) );
		self::assertCount( 9, $lines );
		self::assertStringStartsWith( '| d3.example.com | Network admin must act | ', $lines[3] );
		self::assertSame( '| d2.example.com | Owner must act         | Set A 203.0.113.7; Delete AAAA 20…', rtrim( $lines[4], ' |' ) );
		self::assertStringStartsWith( '| d0.example.com | Waiting                | ', $lines[5] );
		self::assertStringStartsWith( '| d4.example.com | Being removed          | ', $lines[6] );
		self::assertStringStartsWith( '| d1.example.com | Working                | ', $lines[7] );
		self::assertStringContainsString( '…', $lines[3] );

		self::assertStringNotContainsString( '…', $this->succeed( 'closte', 'domain', 'list' )->stdout );
		self::assertStringContainsString( 'does not accept example names.', str_replace( array( "\n", '|' ), '', $this->at_terminal( 200, 'domain', 'list', '--fields=domain,problem' ) ) );
	}

	public function test_a_long_name_leaves_room_for_what_to_do(): void {
		$this->fill_domains( 2, 3 );
		$long = str_repeat( 'a', 60 ) . '.example.com';
		$this->change( "domain = '$long', base_name = '$long', problems = REPLACE( problems, 'd2.example.com', '$long' )" );

		foreach ( explode( "\n", rtrim( $this->at_terminal( 80, 'domain', 'list' ) ) ) as $line ) {
			self::assertSame( 80, mb_strlen( $line ), $line );
		}
		self::assertStringContainsString( 'Set A 203.0.113.7', $this->at_terminal( 80, 'domain', 'list' ) );
	}

	public function test_what_does_not_fit_a_terminal_is_left_out_column_by_column(): void {
		$this->fill_log( 3 );
		$headings = fn( int $columns ): array => array_map( trim( ... ), explode( '|', trim( explode( "\n", $this->at_terminal( $columns, 'log' ) )[1], '|' ) ) );

		self::assertSame( array( 'time', 'domain', 'action', 'outcome', 'reason', 'by', 'message' ), $headings( 150 ) );
		self::assertSame( array( 'time', 'domain', 'action', 'outcome' ), array_slice( $headings( 80 ), 0, 4 ) );
		self::assertNotContains( 'reason', $headings( 80 ) );

		foreach ( array( array( 'log' ), array( 'check', 'one.example.org', str_repeat( 'b', 50 ) . '.example.org' ) ) as $arguments ) {
			$table = preg_grep( '/^[+|]/', explode( "\n", $this->wp_with( array( 'SHELL_PIPE' => '0', 'COLUMNS' => '80' ), '', 'closte', ...$arguments )->stdout ) );
			self::assertGreaterThan( 4, count( $table ) );
			self::assertLessThanOrEqual( 80, max( array_map( mb_strlen( ... ), $table ) ), implode( "\n", $table ) );
		}

		self::assertStringContainsString( '| reason ', $this->at_terminal( 80, 'log', '--fields=time,reason,by,message' ) );
		self::assertStringStartsWith( "time\tdomain\taction\toutcome\treason\tby\tmessage\n", $this->succeed( 'closte', 'log' )->stdout );
	}

	public function test_states_are_those_that_the_screens_show(): void {
		$this->fill_domains( 0, 10 );
		$list = fn( string ...$options ): string => $this->succeed( 'closte', 'domain', 'list', '--format=ids', ...$options )->stdout;

		self::assertSame( "d2.example.com d7.example.com\n", $list( '--state=owner-must-act' ) );
		self::assertSame( "d3.example.com d8.example.com d0.example.com d5.example.com\n", $list( '--state=waiting,network-must-act' ) );
		self::assertSame( "d0.example.com d5.example.com d3.example.com d8.example.com\n", $list( '--state=waiting,network-must-act', '--orderby=stage' ) );
		self::assertSame( "4\n", $this->succeed( 'closte', 'domain', 'list', '--state=waiting,network-must-act', '--format=count' )->stdout );

		// Without a key nothing passes while one waits.
		$no_key = '--exec=define( "CLOSTE_CLIENT_API_KEY", "" );';
		self::assertSame( "d3.example.com d8.example.com d0.example.com d5.example.com\n", $list( '--state=network-must-act', $no_key ) );
		self::assertSame( "\n", $list( '--state=waiting', $no_key ) );
	}

	/**
	 * @return array{bytes: int, statements: int, output: string}
	 */
	private function measure( string ...$arguments ): array {
		$result = $this->succeed( 'closte', ...array( ...$arguments, self::MEASURE ) );
		self::assertSame( 1, preg_match( '/^took (\d+) (\d+)$/m', $result->stderr, $took ), $result->stderr );

		return array( 'bytes' => (int) $took[1], 'statements' => (int) $took[2], 'output' => $result->stdout );
	}

	private function at_terminal( int $columns, string ...$arguments ): string {
		$result = $this->wp_with( array( 'SHELL_PIPE' => '0', 'COLUMNS' => (string) $columns ), '', 'closte', ...$arguments );
		self::assertSame( 0, $result->status, $result->stderr );

		return $result->stdout;
	}

	/**
	 * Domains d0, d1, … of every state in turn.
	 */
	private function fill_domains( int $from, int $to ): void {
		$problem = array(
			'waiting'          => '',
			'working'          => '',
			'owner-must-act'   => '[{"code":"wrong-address","message":"It points elsewhere.","records":[{"action":"set","type":"A","name":"%s","value":"203.0.113.7"},{"action":"delete","type":"AAAA","name":"%s","value":"2001:db8::1"}]}]',
			'network-must-act' => '[{"code":"refused","message":"Closte refused this domain, because it does not accept example names."}]',
			'leaving'          => '',
		);
		$this->insert(
			'closte_sync_domains',
			'domain, base_name, source, wanted, stage, state, state_since, stage_since, problems, next_check_at, created_at, updated_at, dns_checked_at, error_message',
			'$problems = ' . var_export( $problem, true ) . ';
			$stages   = array( "checking-dns", "done", "checking-dns", "failed", "removing" );
			for ( $i = ' . $from . '; $i < ' . $to . '; $i++ ) {
				$state = array_keys( $problems )[ $i % 5 ];
				yield array( "d$i.example.com", "d$i.example.com", "manual", $i % 5 === 4 ? "absent" : "present", $stages[ $i % 5 ], $state, time() - $i % 7, time(), str_replace( "%s", "d$i.example.com", $problems[ $state ] ), time() + 999, time(), time(), 1, "" );
			}'
		);
	}

	private function fill_log( int $count ): void {
		$this->insert(
			'closte_sync_log',
			'logged_at, domain, blog_id, action, outcome, reason, source, actor, user_id, message',
			'for ( $i = 0; $i < ' . $count . '; $i++ ) {
				yield array( time(), "shop.example.com", 1, "add", "added", "sync", "core", "cron", 0, "" );
			}'
		);
	}

	/**
	 * Past WordPress, which would translate each statement for SQLite.
	 *
	 * @param string $rows Code that yields the values of each.
	 */
	private function insert( string $table, string $columns, string $rows ): void {
		$this->succeed(
			'eval',
			sprintf(
				'$pdo    = new PDO( "sqlite:" . DB_DIR . DB_FILE, options: array( PDO::ATTR_ERRMODE => PDO::ERRMODE_EXCEPTION ) );
				$insert = $pdo->prepare( "INSERT INTO {$GLOBALS["wpdb"]->base_prefix}%s ( %s ) VALUES ( %s )" );
				$pdo->beginTransaction();
				foreach ( ( static function () { %s } )() as $row ) {
					$insert->execute( $row );
				}
				$pdo->commit();',
				$table,
				$columns,
				implode( ', ', array_fill( 0, substr_count( $columns, ',' ) + 1, '?' ) ),
				$rows
			)
		);
	}

	private function change( string $assignments ): void {
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET ' . $assignments . '" );' );
	}
}
