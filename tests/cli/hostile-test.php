<?php
/**
 * Tests of what the commands print of hostile input.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** What customers and strange servers write reaches neither the terminal nor a shell as anything but text. */
final class Hostile_Test extends Cli_Test_Case {

	/** What a terminal acts upon, or the eye cannot see. */
	private const UNSEEN = '/[\x00-\x08\x0b-\x1f\x7f\x{80}-\x{9f}\x{200b}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{feff}]/u';

	/** Names as customers may have written them. */
	private const NAMES = array( "\e[31mred\e]0;owned\x07.example", "\u{9b}2Jshop.example", "shop\u{202e}elpmaxe.example", "two\nlines.example", '--exec=touch(chr(46));', '$(reboot).example', '=cmd|calc!A1.example', '%r%kshop_.example' );

	public function test_no_format_lets_a_name_act_on_the_terminal(): void {
		$this->record( ...self::NAMES );

		foreach ( array( 'table', 'csv', 'json', 'yaml', 'ids', 'count' ) as $format ) {
			$list = $this->closte( 'domain', 'list', "--format=$format", '--fields=domain,unicode,stage,problem,next_step' );
			$this->assert_plain( $list );
			if ( 'json' === $format ) {
				self::assertCount( count( self::NAMES ), $list->json() );
			}
		}
		$this->assert_plain( $this->closte( 'domain', 'retry', '--all' ) );
		$this->assert_plain( $this->closte( 'sync', '--dry-run' ) );
		$this->assert_plain( $this->closte( 'run' ) );
		$this->assert_plain( $this->closte( 'watch', '--timeout=1' ) );
		$this->assert_plain( $this->closte( 'doctor' ) );
	}

	public function test_a_name_that_was_typed_comes_back_as_text(): void {
		$name = "\e[31m\u{9b}2Jshop\u{202e}\nSuccess: x.example";
		foreach ( array( array( 'domain', 'add' ), array( 'domain', 'get' ), array( 'domain', 'retry' ), array( 'domain', 'remove', '--yes' ), array( 'check' ), array( 'watch' ), array( 'adopt' ), array( 'doctor' ) ) as $command ) {
			$result = $this->closte( ...array( ...$command, $name ) );
			self::assertSame( 1, $result->status, implode( ' ', $command ) . $result->stdout . $result->stderr );
			self::assertDoesNotMatchRegularExpression( '/^Success: x/m', $result->stdout . $result->stderr );
			$this->assert_plain( $result );
		}
		self::assertSame( array(), $this->emulator->domains() );
	}

	public function test_the_list_for_a_shell_has_host_names_alone(): void {
		$this->record( 'good.example', '*.wild.example', ...self::NAMES );

		$result = $this->closte( 'domain', 'list', '--format=ids' );
		self::assertSame( "*.wild.example good.example\n", $result->stdout );
		self::assertStringContainsString( count( self::NAMES ) . ' domains are left out', $result->stderr );
		self::assertStringContainsString( 'hint: see them with --format=json', $result->stderr );
	}

	public function test_what_closte_says_comes_as_text(): void {
		$this->emulator->fault( array( 'kind' => 'reject', 'text' => "No\e[2J\u{9b}31m \u{202e}way\nSuccess: Added 1 of 1 domains." ) );
		foreach ( array( array( 'verify' ), array( 'doctor' ), array( 'domain', 'add', 'shop.example' ), array( 'status' ), array( 'domain', 'list', '--fields=domain,problem' ), array( 'sync' ) ) as $command ) {
			$result = $this->closte( ...$command );
			$this->assert_plain( $result );
			self::assertDoesNotMatchRegularExpression( '/^Success: Added/m', $result->stdout . $result->stderr );
		}
	}

	public function test_what_closte_lists_comes_as_text(): void {
		$this->emulator->set_domains( self::NAMES );
		$this->assert_plain( $this->closte( 'sync', '--dry-run', '--format=json' ) );
		$this->assert_plain( $this->closte( 'sync' ) );
		self::assertSame( array(), $this->emulator->journal( '/deletedomainalias' ) );
	}

	public function test_a_name_that_looks_like_another_is_printed_in_its_a_label_form(): void {
		$added = $this->closte( 'domain', 'add', 'раypal.example' );
		self::assertStringContainsString( 'Added xn--ypal-43d9g.example.', $added->stdout );
		self::assertStringContainsString( 'xn--ypal-43d9g.example', $this->closte( 'domain', 'list' )->stdout );
		self::assertStringContainsString( 'xn--ypal-43d9g.example', $this->closte( 'domain', 'get', 'раypal.example' )->stdout );
	}

	public function test_ten_megabytes_of_a_domain_are_refused_in_a_sentence(): void {
		// No argument of a command can be as long as that; a file with one can.
		$this->succeed( 'eval', 'WP_CLI::runcommand( "closte domain list --search=" . str_repeat( "a", 10000000 ), array( "launch" => false ) );' );
		$result = $this->wp( 'eval', 'try { WP_CLI::runcommand( "closte domain add " . str_repeat( "a", 10000000 ) . ".example", array( "launch" => false, "exit_error" => false ) ); } catch ( Throwable $e ) { echo get_class( $e ); }' );
		self::assertStringContainsString( 'is too long', $result->stderr );
		self::assertLessThan( 5_000, strlen( $result->stdout . $result->stderr ) );
		self::assertSame( array(), $this->emulator->journal( '/adddomainalias' ) );
	}

	/** Puts names into the ledger as a mapping plugin's event does. */
	private function record( string ...$names ): void {
		$this->succeed( 'eval', 'foreach ( unserialize( base64_decode( ' . var_export( base64_encode( serialize( $names ) ), true ) . ' ) ) as $name ) { ( new ClosteSync\Ledger\Ledger( $GLOBALS["wpdb"] ) )->want( $name, 0, ClosteSync\Ledger\Row_Source::MANUAL ); }' );
	}

	private function assert_plain( Cli_Result $result ): void {
		self::assertDoesNotMatchRegularExpression( self::UNSEEN, $result->stdout . $result->stderr );
		self::assertStringNotContainsString( 'Fatal error', $result->stdout . $result->stderr );
	}
}
