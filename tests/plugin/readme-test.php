<?php
/**
 * What the README and the documents show is what happens.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Runs their example and compares their tables with what is in force. */
final class Readme_Test extends Test_Case {

	public function test_the_php_example_adds_and_lists_a_domain(): void {
		$this->assertSame( 1, preg_match( '/```php\n(use Closte.*?)```/s', $this->document( 'docs/php-api.md' ), $match ) );
		$script = tempnam( sys_get_temp_dir(), 'closte-readme-' );
		file_put_contents( $script, "<?php\n" . $match[1] );

		$environment = array( 'CLOSTE_CLIENT_API_KEY' => $this->env( 'key' ) ) + getenv();
		$process     = new Process( array( PHP_BINARY, $script ), $environment );
		$status      = $process->wait();
		unlink( $script );

		$this->assertSame( 0, $status, $process->output() );
		$this->assertSame( "shop.example.com\n", $process->output() );
		$this->assertSame( array( 'shop.example.com' ), $this->emulator->domains() );
	}

	public function test_the_table_of_php_settings_is_complete_and_true(): void {
		$document = $this->document( 'docs/configuration.md' );

		foreach ( ini_get_all( 'closte' ) as $name => $entry ) {
			$this->assertSame( 1, preg_match( "/^\| `$name` \| (.*?) \|/m", $document, $match ), $name );
			$default = trim( $match[1], '` ' );
			if ( is_numeric( $default ) ) {
				$this->assertSame( $default, $entry['global_value'], $name );
			}
			$this->assertSame( INI_SYSTEM, $entry['access'], $name );
		}
	}

	public function test_each_command_of_the_table_is_there(): void {
		$this->assertGreaterThan( 5, preg_match_all( '/^\| `wp closte ([a-z ]*[a-z])/m', $this->document( 'docs/wp-cli.md' ), $matches ) );
		foreach ( array_unique( $matches[1] ) as $command ) {
			$process = new Process(
				array( dirname( __DIR__ ) . '/bin/wp', $this->env( 'name' ), 'cli', 'has-command', "closte $command" )
			);
			$this->assertSame( 0, $process->wait(), "wp closte $command: " . $process->output() );
		}
	}

	public function test_what_is_ours_is_said_in_the_same_words_everywhere(): void {
		foreach ( array( 'README.md', 'docs/domains.md', 'docs/decisions.md', 'wp-plugin/closte-sync/readme.txt' ) as $document ) {
			$text = (string) preg_replace( '/\s+/', ' ', $this->document( $document ) );
			$this->assertStringContainsString( 's a domain that a site or mapping of this network has had, whether the plugin added it at Closte or found it there', $text, $document );
			$this->assertMatchesRegularExpression( '/two (networks|installations)( cannot)? share one (API )?key/i', $text, $document );
		}
	}

	private function document( string $path ): string {
		return (string) file_get_contents( dirname( __DIR__, 2 ) . "/$path" );
	}
}
