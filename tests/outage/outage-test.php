<?php
/**
 * A database that is restarted in the middle of an event.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

final class Outage_Test extends Plugin_Test_Case {

	/** @dataProvider moments */
	public function test_a_database_that_is_away_for_a_moment_neither_ends_the_page_nor_loses_the_domain( string $step ): void {
		$process = $this->start_php(
			sprintf(
				'add_action( "closte_sync_step", function ( $step ) { static $done = false; if ( ! $done && %s === $step ) { $done = true; exec( %s ); } } );
				wp_insert_site( array( "domain" => "customer.example", "path" => "/", "network_id" => 1, "user_id" => 1 ) ); echo "survived";',
				var_export( $step, true ),
				var_export( $this->restart_command(), true )
			)
		);
		$this->assertSame( 0, $process->wait( 60 ), $process->output() );
		$this->assertStringContainsString( 'survived', $process->output() );
		$this->wait_for( fn(): bool => $this->wpdb->check_connection( false ), 'the database', 60 );

		for ( $minutes = 0; $minutes < 4; $minutes++ ) {
			$this->let_time_pass( 120 );
			$this->run_due();
		}
		$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains() );
		$this->assertFalse( $this->plugin->ledger()->awaits_closte() );
		$this->assertCount( 2, $this->changes(), 'Each domain was added once' );
	}

	/** @return array<string, array{string}> */
	public function moments(): array {
		return array(
			'the wish is recorded' => array( 'recorded-wish' ),
			'the row is claimed'   => array( 'claimed' ),
			'the answer is there'  => array( 'answered' ),
			'and recorded'         => array( 'recorded' ),
		);
	}

	/** Ends the server in an orderly way, and starts it as it was. */
	private function restart_command(): string {
		$file = $this->env( 'dir' ) . '/mariadb/mariadb.pid';
		// It may take connections before it has written that.
		$this->wait_for( static fn(): bool => is_file( $file ) && (int) file_get_contents( $file ) > 0, 'the process id of the database' );
		$pid     = (int) file_get_contents( $file );
		$command = implode( ' ', array_map( 'escapeshellarg', explode( "\0", rtrim( (string) file_get_contents( "/proc/$pid/cmdline" ), "\0" ) ) ) );

		return "kill $pid; while kill -0 $pid 2>/dev/null && ! grep -q '^State:.Z' /proc/$pid/status; do sleep 0.05; done; setsid $command </dev/null >/dev/null 2>&1 &";
	}
}
