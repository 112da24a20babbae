<?php
/**
 * Tests of `wp closte log`.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** `wp closte log`. */
final class Log_Command_Test extends Cli_Test_Case {

	public function test_an_empty_log_says_so(): void {
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "DELETE FROM {$wpdb->base_prefix}closte_sync_log" );' );
		$result = $this->succeed( 'closte', 'log' );

		self::assertStringContainsString( 'hint: nothing has been logged yet', $result->stderr );
		self::assertSame( "0\n", $this->succeed( 'closte', 'log', '--format=count' )->stdout );
		self::assertSame( array(), $this->succeed( 'closte', 'log', '--format=json' )->json() );
	}

	public function test_what_was_done_in_every_format_the_newest_last(): void {
		$this->succeed( 'site', 'create', '--slug=one', '--user=admin' );
		$one = 'one.' . $this->network();
		$this->succeed( 'closte', 'disable' );

		self::assertSame(
			array(
				array( 'domain' => $one, 'action' => 'add', 'outcome' => 'added', 'reason' => 'site-created', 'by' => 'wp-cli (admin)', 'message' => '' ),
				array( 'domain' => '', 'action' => 'disable', 'outcome' => 'done', 'reason' => 'by-hand', 'by' => 'wp-cli', 'message' => '' ),
			),
			$this->succeed( 'closte', 'log', '--limit=2', '--format=json', '--fields=domain,action,outcome,reason,by,message' )->json()
		);
		self::assertSame( "disable\nadd\n", $this->succeed( 'closte', 'log', '--limit=2', '--order=desc', '--field=action' )->stdout );
		self::assertSame( "domain,outcome\n,done\n", $this->succeed( 'closte', 'log', '--limit=1', '--format=csv', '--fields=domain,outcome' )->stdout );
		self::assertStringContainsString( "domain: $one", $this->succeed( 'closte', 'log', '--format=yaml' )->stdout );
		self::assertMatchesRegularExpression( "/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t$one\tadd\tadded\tsite-created/m", $this->succeed( 'closte', 'log' )->stdout );
		self::assertMatchesRegularExpression( '/^\d+ \d+\n$/', $this->succeed( 'closte', 'log', '--limit=2', '--format=ids' )->stdout );
		self::assertSame( '1', trim( $this->succeed( 'closte', 'log', '--limit=1', '--domain=' . $one, '--field=user_id' )->stdout ) );
	}

	public function test_filters(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->emulator->fault(
			array(
				'kind'   => 'reject',
				'domain' => 'two.' . $this->network(),
				'text'   => 'Too many shops ' . $this->key(),
			)
		);
		$this->succeed( 'site', 'create', '--slug=two' );
		$this->succeed( 'closte', 'disable', '--user=admin' );
		$log = fn( string ...$filters ): string => $this->succeed( 'closte', 'log', '--field=domain', '--action=add,disable', ...$filters )->stdout;

		self::assertSame( 'two.' . $this->network() . "\n", $log( '--outcome=problems' ) );
		self::assertSame( 'one.' . $this->network() . "\n", $log( '--outcome=added,already-there' ) );
		self::assertSame( 'one.' . $this->network() . "\n", $log( '--domain=ONE.' . $this->network() ) );
		self::assertSame( 'two.' . $this->network() . "\n", $log( '--search=many shops' ) );
		self::assertSame( "\n", $log( '--by=admin' ) );
		self::assertSame( "\n", $log( '--reason=by-hand' ) );
		self::assertSame( '', $log( '--by=cron' ) );
		self::assertSame( '', $log( '--since=2037-01-01' ) );
		self::assertSame( '', $log( '--until=1h' ) );
		self::assertSame( '', $log( '--blog_id=9999' ) );
		self::assertSame( 'two.' . $this->network() . "\n\n", $log( '--since=1h', '--limit=2' ) );
		self::assertSame( "3\n", $this->succeed( 'closte', 'log', '--action=add,disable', '--limit=1', '--format=count' )->stdout );
		self::assertStringNotContainsString( $this->key(), $this->succeed( 'closte', 'log', '--format=json' )->stdout );

		$none = $this->succeed( 'closte', 'log', '--domain=nobody.example' );
		self::assertStringContainsString( 'hint: no entry matches', $none->stderr );
	}

	/**
	 * @dataProvider mistakes
	 */
	public function test_a_mistake_is_named_with_what_would_be_right( string $option, string $message, string $hint ): void {
		$result = $this->closte( 'log', $option );

		self::assert_failed( $message, $result );
		self::assertStringContainsString( $hint, $result->stderr );
		self::assertSame( '', $result->stdout );
	}

	/**
	 * @return array<string, array{string, string, string}>
	 */
	public static function mistakes(): array {
		return array(
			'action'  => array( '--action=added', 'Invalid value for --action: "added".', 'hint: choose from add, remove' ),
			'outcome' => array( '--outcome=add', 'Invalid value for --outcome: "add".', ', leaving, working, problems' ),
			'reason'  => array( '--reason=whim', 'Invalid value for --reason: "whim".', 'hint: choose from site-created' ),
			'since'   => array( '--since=whenever', 'Invalid value for --since: "whenever".', 'hint: enter 2h' ),
			'limit'   => array( '--limit=-1', 'Invalid value for --limit: "-1".', 'hint: enter a whole number, 0 or more' ),
			'by'      => array( '--by=nobody', 'Invalid value for --by: "nobody".', 'hint: enter the login' ),
		);
	}

	public function test_it_needs_neither_the_extension_nor_closte(): void {
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->emulator->down( true );
		$result = $this->closte_without_extension( 'log', '--field=domain', '--action=add' );

		self::assertSame( 0, $result->status, $result->stderr );
		self::assertSame( 'one.' . $this->network() . "\n", $result->stdout );
	}

	public function test_commands_say_why(): void {
		$this->succeed( 'closte', 'domain', 'add', '*.shop.example' );
		$this->succeed( 'closte', 'domain', 'remove', '*.shop.example', '--forget', '--yes' );
		$this->succeed( 'closte', 'adopt', '*.shop.example' );
		$this->succeed( 'closte', 'sync' );
		$this->succeed( 'closte', 'run' );

		self::assertSame(
			array( 'add added by-hand', 'forget forgotten by-hand', 'adopt adopted by-hand', 'add added sync', 'key found other' ),
			array_values( array_unique( array_map( static fn( array $entry ): string => implode( ' ', $entry ), $this->succeed( 'closte', 'log', '--action=add,forget,adopt,key', '--format=json', '--fields=action,outcome,reason' )->json() ) ) )
		);
	}

	public function test_wp_cron_is_cron_also_where_wp_cli_carries_it(): void {
		$this->succeed( 'closte', 'disable' );
		$this->succeed( 'site', 'create', '--slug=one' );
		$this->succeed( 'closte', 'enable' );
		$this->succeed( 'cron', 'event', 'run', '--due-now' );

		self::assertSame( array( array( 'outcome' => 'added', 'reason' => 'run', 'by' => 'cron' ) ), $this->succeed( 'closte', 'log', '--action=add', '--limit=1', '--format=json', '--fields=outcome,reason,by' )->json() );
	}

	public function test_follow_prints_what_comes_until_it_is_interrupted(): void {
		$this->succeed( 'closte', 'domain', 'add', 'before.example' );
		$output  = tmpfile();
		$process = proc_open( array( dirname( __DIR__ ) . '/bin/wp', basename( dirname( (string) getenv( 'CLOSTE_ENV' ) ) ), 'closte', 'log', '--follow', '--limit=1', '--action=add' ), array( array( 'file', '/dev/null', 'r' ), $output, $output ), $pipes );
		try {
			$this->wait_for_text( $output, 'before.example add added (by-hand, wp-cli)' );
			$this->succeed( 'site', 'create', '--slug=one' );
			$this->wait_for_text( $output, 'one.' . $this->network() . ' add added (site-created, wp-cli)' );
		} finally {
			proc_terminate( $process, SIGINT );
			$status = proc_close( $process );
		}
		self::assertSame( 0, $status );
		self::assert_failed( '--follow prints one line for each entry', $this->closte( 'log', '--follow', '--format=csv' ) );
	}

	/**
	 * Waits until a process has printed a text.
	 *
	 * @param resource $output What it prints.
	 * @param string   $text   The text.
	 */
	private function wait_for_text( $output, string $text ): void {
		$end = microtime( true ) + 120;
		do {
			rewind( $output );
			$printed = (string) stream_get_contents( $output );
			if ( str_contains( $printed, $text ) ) {
				return;
			}
			usleep( 50_000 );
		} while ( microtime( true ) < $end );
		self::fail( "Waited in vain for: $text\n$printed" );
	}
}
