<?php
/**
 * Tests of `wp closte key`.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

require_once __DIR__ . '/class-terminal-process.php';

/** `wp closte key set`, `delete` and `status`, and what the other commands say of a stored key. */
final class Key_Command_Test extends Cli_Test_Case {

	private const WITHOUT_CONSTANT = '--exec=define( "CLOSTE_CLIENT_API_KEY", "" );';
	private const OTHER_SALTS      = '--exec=define( "SECURE_AUTH_KEY", "another phrase" );';

	public function test_set_reads_the_key_from_a_pipe_and_tests_it(): void {
		$result = $this->type( $this->key() . "\n", 'set' );

		self::assertSame( 0, $result->status, $result->stderr );
		self::assertSame( 1, preg_match( '/^Success: The API key ••••••••7f3a is stored, encrypted\.\nSuccess: Closte answers and accepts the key \(\d+ ms\)\.\n$/', $result->stdout ), $result->stdout );
		self::assertStringNotContainsString( $this->key(), $result->stdout . $result->stderr );
		self::assertSame( "settings\n", $this->without_constant( 'status', '--field=key_source' )->stdout );
		self::assertSame( "••••••••7f3a\n", $this->without_constant( 'status', '--field=key' )->stdout );
		self::assertStringNotContainsString( $this->key(), $this->succeed( 'network', 'meta', 'get', '1', 'closte_sync_key' )->stdout );

		$verify = $this->without_constant( 'verify' );
		self::assertStringContainsString( 'accepts the key', $verify->stdout );
		$doctor = $this->without_constant( 'doctor' );
		self::assertStringContainsString( 'The API key ••••••••7f3a comes from the settings of this network.', $doctor->stdout );
		self::assertStringContainsString( 'ok       Stored API key: The API key that was entered is encrypted with WordPress’s salts', $doctor->stdout );
	}

	public function test_set_asks_at_a_terminal_and_does_not_show_what_is_typed(): void {
		$terminal = new Terminal_Process( array( dirname( __DIR__ ) . '/bin/wp', $this->env( 'name' ), self::WITHOUT_CONSTANT, 'closte', 'key', 'set' ) );
		$terminal->wait_for( fn(): bool => str_contains( $terminal->shown(), 'API key: ' ) && ! $terminal->echoes() );
		$terminal->type( $this->key() . "\n" );
		$terminal->wait_for( fn(): bool => ! $terminal->is_running() );

		self::assertStringContainsString( 'The API key ••••••••7f3a is stored, encrypted.', $terminal->shown() );
		self::assertStringNotContainsString( $this->key(), $terminal->shown() );
		self::assertSame( "yes\n", $this->succeed( 'closte', 'key', 'status', '--field=stored' )->stdout );
	}

	public function test_set_takes_no_argument_and_does_not_repeat_it(): void {
		$result = $this->without_constant( 'key', 'set', 'a-key-on-the-command-line' );

		self::assert_failed( 'The API key cannot be given as an argument', $result );
		self::assertStringContainsString( 'hint: ', $result->stderr );
		self::assertStringNotContainsString( 'a-key-on', $result->stdout . $result->stderr );
		self::assertSame( "no\n", $this->succeed( 'closte', 'key', 'status', '--field=stored' )->stdout );
	}

	public function test_set_with_what_is_no_key(): void {
		foreach ( array( '' => 'Enter an API key', "two words\n" => 'contains spaces', "two\nlines\n" => 'contains spaces', str_repeat( 'long', 5000 ) => 'too long' ) as $input => $says ) {
			$result = $this->type( $input, 'set' );
			self::assert_failed( $says, $result );
			self::assertStringContainsString( 'Nothing was changed', $result->stderr );
		}
		self::assertSame( "no\n", $this->succeed( 'closte', 'key', 'status', '--field=stored' )->stdout );
	}

	public function test_set_where_the_constant_gives_it(): void {
		$result = $this->wp_with( array(), 'another-key-0000', 'closte', 'key', 'set' );

		self::assert_failed( 'The API key is defined in the constant CLOSTE_CLIENT_API_KEY, which takes precedence over a key that is entered.', $result );
		self::assertSame( "no\n", $this->succeed( 'closte', 'key', 'status', '--field=stored' )->stdout );
	}

	public function test_a_key_that_closte_refuses_is_stored_and_an_error(): void {
		$result = $this->type( 'wrong-key-of-nobody-0000', 'set' );

		self::assert_failed( 'Error: The API key ••••••••0000 is stored, but Closte refused it: ', $result );
		self::assertMatchesRegularExpression( '/^hint: Compare it with the key .* wp closte key set$/m', $result->stderr );
		self::assertSame( "yes\n", $this->succeed( 'closte', 'key', 'status', '--field=stored' )->stdout );
		self::assertStringNotContainsString( 'wrong-key', $result->stdout . $result->stderr );

		$this->succeed( 'site', 'create', '--slug=waits' );
		$this->type( $this->key(), 'set' );
		$this->without_constant( 'run' );
		self::assertContains( 'waits.' . $this->network(), $this->emulator->domains() );
	}

	public function test_a_key_that_closte_cannot_be_asked_about_is_stored_with_a_warning(): void {
		$this->emulator->down( true );

		$result = $this->type( $this->key(), 'set' );

		self::assertSame( 0, $result->status, $result->stderr );
		self::assertStringContainsString( 'Success: The API key ••••••••7f3a is stored, encrypted.', $result->stdout );
		self::assertStringContainsString( 'Warning: ', $result->stderr );
	}

	public function test_delete_asks_and_forgets(): void {
		self::assertStringContainsString( 'Success: No API key is stored.', $this->succeed( 'closte', 'key', 'delete' )->stdout );
		$this->type( $this->key(), 'set' );

		$this->wp_with( array(), "n\n", 'closte', 'key', 'delete' );
		self::assertSame( "yes\n", $this->succeed( 'closte', 'key', 'status', '--field=stored' )->stdout );

		self::assertStringContainsString( 'Success: The stored API key was deleted.', $this->succeed( 'closte', 'key', 'delete', '--yes' )->stdout );
		self::assertSame( array( 'key' => 'missing', 'source' => '', 'stored' => 'no', 'salts' => 'wp-config' ), $this->without_constant( 'key', 'status', '--format=json' )->json() );
		self::assert_failed( 'There is no API key.', $this->without_constant( 'verify' ) );
	}

	public function test_a_stored_key_beside_the_constant_is_named(): void {
		$this->type( $this->key(), 'set' );

		self::assertSame( array( 'key' => '••••••••7f3a', 'source' => 'constant', 'stored' => 'yes', 'salts' => 'wp-config' ), $this->succeed( 'closte', 'key', 'status', '--format=json' )->json() );
		$doctor = $this->closte( 'doctor' );
		self::assertStringContainsString( 'warning  Stored API key: The API key that was entered is not used: the one in the constant CLOSTE_CLIENT_API_KEY takes precedence.', $doctor->stdout );
	}

	public function test_changed_salts(): void {
		$this->type( $this->key(), 'set' );
		$calls = count( $this->emulator->journal() );
		$after = fn( string ...$arguments ): Cli_Result => $this->wp( self::WITHOUT_CONSTANT, self::OTHER_SALTS, 'closte', ...$arguments );

		self::assertSame( array( 'key' => 'unreadable', 'source' => '', 'stored' => 'unreadable', 'salts' => 'wp-config' ), $after( 'key', 'status', '--format=json' )->json() );
		self::assertSame( "unreadable\n", $after( 'status', '--field=key' )->stdout );
		foreach ( array( 'verify', 'run', 'sync' ) as $command ) {
			self::assert_failed( 'The stored API key can no longer be read because WordPress’s salts have changed. Enter it again', $after( $command ) );
		}
		self::assertStringContainsString( 'error    API key: The stored API key can no longer be read because WordPress’s salts have changed', $after( 'doctor' )->stdout );
		self::assertCount( $calls, $this->emulator->journal() );

		// It can be read again with the salts it was entered under.
		self::assertStringContainsString( 'accepts the key', $this->without_constant( 'verify' )->stdout );
	}

	public function test_status_needs_no_extension(): void {
		$this->type( $this->key(), 'set' );
		$status = $this->closte_without_extension( 'key', 'status', '--field=stored' );
		self::assertSame( "yes\n", $status->stdout, $status->stderr );
	}

	private function type( string $input, string ...$arguments ): Cli_Result {
		return $this->wp_with( array(), $input, self::WITHOUT_CONSTANT, 'closte', 'key', ...$arguments );
	}

	private function without_constant( string ...$arguments ): Cli_Result {
		return $this->wp( self::WITHOUT_CONSTANT, 'closte', ...$arguments );
	}
}
