<?php
/**
 * A database that is restarted in the middle of an event.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

final class Outage_Test extends Plugin_Test_Case {

	public function test_a_database_that_is_away_for_a_moment_neither_ends_the_page_nor_loses_the_domain(): void {
		for ( $n = 1, $writes = 1; $n <= $writes; $n++ ) {
			$this->start_over();
			$process = $this->start_php(
				sprintf(
					'require %s; $writes = new ClosteSync\Tests\Ledger_Writes( function ( int $n ) { if ( %d === $n ) { exec( %s ); } } );
					wp_insert_site( array( "domain" => "customer.example", "path" => "/", "network_id" => 1, "user_id" => 1 ) ); echo "survived ", $writes->count();',
					var_export( dirname( __DIR__ ) . '/support/class-ledger-writes.php', true ),
					$n,
					var_export( $this->restart_command(), true )
				)
			);
			$this->assertSame( 0, $process->wait(), $process->output() );
			$this->assertSame( 1, sscanf( $process->output(), 'survived %d', $writes ), $process->output() );
			$this->wait_for( fn(): bool => $this->wpdb->check_connection( false ), 'the database' );

			for ( $minutes = 0; $minutes < 4; $minutes++ ) {
				$this->let_time_pass( 120 );
				$this->run_due();
			}
			$message = "Away before write $n";
			$this->assertSame( array( 'customer.example', 'www.customer.example' ), $this->emulator->domains(), $message );
			$this->assertFalse( $this->plugin->leases()->awaits_call(), $message );
			$this->assertCount( 2, $this->changes(), "$message: each domain was added once" );
		}
		$this->assertGreaterThan( 4, $n, 'It went away a few times' );
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
