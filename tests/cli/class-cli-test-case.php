<?php
/**
 * What every test of the commands starts from.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use PHPUnit\Framework\TestCase;

/**
 * A network with its main site alone, an empty ledger, the integration on, and a Closte that is up and has no domains.
 */
abstract class Cli_Test_Case extends TestCase {

	/** The emulated Closte. */
	protected Emulator $emulator;

	/**
	 * The environment, as in its env.json.
	 *
	 * @var array<string, mixed>
	 */
	private array $env;

	/**
	 * Resets everything.
	 */
	protected function setUp(): void {
		parent::setUp();
		$this->env      = json_decode( (string) file_get_contents( (string) getenv( 'CLOSTE_ENV' ) ), true, 16, JSON_THROW_ON_ERROR );
		$this->emulator = new Emulator( $this->env['emulator']['control'], $this->env['key'] );
		$this->emulator->clear();
		$this->succeed( 'eval', 'require ' . var_export( __DIR__ . '/reset.php', true ) . ';' );
		$this->emulator->clear();
	}

	/**
	 * Runs WP-CLI and waits for it.
	 *
	 * @param string ...$arguments What comes after `wp`.
	 */
	protected function wp( string ...$arguments ): Cli_Result {
		return $this->wp_with( array(), '', ...$arguments );
	}

	/**
	 * Runs `wp closte`.
	 *
	 * @param string ...$arguments What comes after it.
	 */
	protected function closte( string ...$arguments ): Cli_Result {
		return $this->wp( 'closte', ...$arguments );
	}

	/**
	 * Runs WP-CLI with something else in its environment or typed into it.
	 *
	 * @param array<string, string> $environment Variables.
	 * @param string                $input       What is typed.
	 * @param string                ...$arguments What comes after `wp`.
	 */
	protected function wp_with( array $environment, string $input, string ...$arguments ): Cli_Result {
		return Cli_Result::of( array( dirname( __DIR__ ) . '/bin/wp', $this->env['name'], ...$arguments ), $input, $environment );
	}

	/**
	 * Runs `wp closte` in a PHP without the extension.
	 *
	 * @param string ...$arguments What comes after it.
	 */
	protected function closte_without_extension( string ...$arguments ): Cli_Result {
		$phar = dirname( __DIR__, 2 ) . '/target/wp-files/wp-cli/wp-cli.phar';
		return Cli_Result::of(
			array( PHP_BINARY, $phar, 'closte', ...$arguments ),
			'',
			array(
				'WP_CLI_CONFIG_PATH' => $this->env['dir'] . '/wp-cli.yml',
				'WP_CLI_ALLOW_ROOT'  => '1',
			)
		);
	}

	/**
	 * Runs WP-CLI, and fails the test when the command fails.
	 *
	 * @param string ...$arguments What comes after `wp`.
	 */
	protected function succeed( string ...$arguments ): Cli_Result {
		$result = $this->wp( ...$arguments );
		self::assertSame( 0, $result->status, implode( ' ', $arguments ) . "\n" . $result->stdout . $result->stderr );
		return $result;
	}

	/**
	 * Something of the environment.
	 *
	 * @param string $name A key of env.json.
	 */
	protected function env( string $name ): mixed {
		return $this->env[ $name ];
	}

	/**
	 * The network's own domain.
	 */
	protected function network(): string {
		return $this->env['domain'];
	}

	/**
	 * The key.
	 */
	protected function key(): string {
		return $this->env['key'];
	}

	/**
	 * That a command failed as commands do: status 1, an error on STDERR, and nothing that looks like a result.
	 *
	 * @param string     $message What the error must say.
	 * @param Cli_Result $result  What it did.
	 */
	protected static function assert_failed( string $message, Cli_Result $result ): void {
		self::assertSame( 1, $result->status, $result->stdout . $result->stderr );
		self::assertStringContainsString( $message, $result->stderr );
		self::assertStringNotContainsString( 'Success:', $result->stdout );
		self::assertStringNotContainsString( 'Fatal error', $result->stdout . $result->stderr );
	}
}
