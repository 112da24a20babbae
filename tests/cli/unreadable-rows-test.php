<?php
/**
 * The commands with a row in the ledger that cannot be read.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-cli-test-case.php';

final class Unreadable_Rows_Test extends Cli_Test_Case {

	public function test_such_a_row_is_named_everywhere_and_a_retry_lets_it_begin_anew(): void {
		$this->emulator->down( true );
		$this->closte( 'domain', 'add', 'a.example', 'b.example', 'c.example' );
		$this->emulator->down( false );
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET next_check_at = 1" ); $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET stage = \'verifying\', attempts = -5 WHERE domain = \'b.example\'" );' );

		$run = $this->closte( 'run' );
		self::assert_failed( 'b.example', $run );
		self::assertStringContainsString( 'hint:', $run->stderr . $run->stdout );
		self::assertContains( 'a.example', $this->emulator->domains() );
		self::assertContains( 'c.example', $this->emulator->domains() );
		self::assertSame( 0, $this->closte( 'run' )->status );

		self::assertSame( "1\n", $this->succeed( 'closte', 'status', '--field=unreadable' )->stdout );
		$doctor = $this->closte( 'doctor' );
		self::assertSame( 1, $doctor->status );
		self::assertStringContainsString( 'wp closte domain retry b.example', $doctor->stdout );
		$listed = json_decode( $this->succeed( 'closte', 'domain', 'list', '--search=b.example', '--fields=domain,stage,problem,next_step', '--format=json' )->stdout, true );
		self::assertContains( 'verifying', array_column( $listed, 'stage' ) );
		self::assertStringContainsString( 'wp closte domain retry b.example', (string) json_encode( $listed, JSON_UNESCAPED_SLASHES ) );
		self::assertStringContainsString( 'unreadable', $this->succeed( 'closte', 'log', '--domain=b.example' )->stdout );
		$json = $this->closte( 'run', '--format=json' );
		self::assertSame( array(), json_decode( $json->stdout, true )['set_aside'] );

		$this->succeed( 'closte', 'domain', 'retry', 'b.example' );
		self::assertContains( 'b.example', $this->emulator->domains() );
		self::assertSame( "0\n", $this->succeed( 'closte', 'status', '--field=unreadable' )->stdout );
	}
}
