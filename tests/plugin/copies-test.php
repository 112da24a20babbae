<?php
/**
 * Several copies of the plugin in one installation, and its files opened by their address.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Ledger\Row_Source;

require_once __DIR__ . '/class-plugin-test-case.php';

final class Copies_Test extends Plugin_Test_Case {

	private const COPY = 'closte-sync-1/closte-sync.php';

	protected function setUp(): void {
		parent::setUp();
		$this->plugin->ledger()->want( 'kept.example', 0, Row_Source::MANUAL );
		self::assertSame( 0, ( new Process( array( 'cp', '-RL', $this->env( 'plugin' ), $this->folder() ) ) )->wait() );
	}

	protected function tearDown(): void {
		( new Process( array( 'rm', '-rf', $this->folder() ) ) )->wait();
		$this->plugin->schema()->upgrade( repair: true );
		parent::tearDown();
	}

	/** @dataProvider states */
	public function test_uninstalling_a_second_copy_leaves_what_the_first_one_has_recorded( string ...$options ): void {
		$this->assertSame( 'done', $this->php( 'uninstall_plugin( "' . self::COPY . '" ); echo "done";', ...$options ) );

		$this->next_request();
		$this->assertNotNull( $this->row( 'kept.example' ) );
		$this->assertNotSame( 0, $this->plugin->schema()->installed_version() );
		$this->assertTrue( \ClosteSync\Settings\Settings::load()->enabled );
	}

	/** @return array<string, list<string>> */
	public function states(): array {
		return array(
			'the first is active'   => array(),
			'the first is inactive' => array( '--skip-plugins' ),
		);
	}

	public function test_of_two_links_to_one_folder_the_first_that_goes_leaves_everything_to_the_other(): void {
		( new Process( array( 'rm', '-rf', $this->folder() ) ) )->wait();
		symlink( (string) realpath( $this->env( 'plugin' ) ), $this->folder() );

		$this->assertSame( 'done', $this->php( 'uninstall_plugin( "' . self::COPY . '" ); echo "done";', '--skip-plugins' ) );
		$this->assertNotNull( $this->row( 'kept.example' ) );
	}

	public function test_the_last_copy_takes_everything_along_though_one_that_was_loaded_is_deleted_by_then(): void {
		$code = 'define( "CLOSTE_SYNC_FILE", "/nowhere/closte-sync/closte-sync.php" );
			wp_cache_set( "plugins", array( "" => array( "' . self::COPY . '" => array( "Name" => "Closte Sync" ) ) ), "plugins" );
			uninstall_plugin( "' . self::COPY . '" ); echo "done";';

		$this->assertSame( 'done', $this->php( $code, '--skip-plugins' ) );
		$this->assertSame( array(), $this->wpdb->get_col( "SHOW TABLES LIKE '%closte%'" ) );
	}

	public function test_two_active_copies_break_no_page_and_the_admin_is_told_which_one_works(): void {
		$this->assertStringContainsString( 'activated: NULL', $this->php( 'echo "activated: "; var_export( activate_plugin( "' . self::COPY . '", "", true ) );' ) );
		$told = $this->php( 'wp_set_current_user( 1 ); do_action( "network_admin_notices" );' );

		// WordPress loads them in the order of their names.
		$this->assertStringContainsString( 'The copy in closte-sync-1 works, the copy in closte-sync does nothing', $told );
		$this->assertStringContainsString( 'made 1', $this->php( 'echo "made ", (int) is_int( wp_insert_site( array( "domain" => "shop.network.test", "path" => "/", "network_id" => 1 ) ) );' ) );
		$this->assertSame( array( 'add shop.network.test' ), $this->changes() );
	}

	public function test_no_file_of_the_plugin_answers_anything_when_it_is_opened_by_its_address(): void {
		$folder = $this->folder();
		$files  = new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( $folder, \FilesystemIterator::SKIP_DOTS ) );
		$wrong  = array();
		$seen   = 0;

		// A web server without WordPress, which shows what fails.
		$socket = stream_socket_server( 'tcp://127.0.0.1:0' );
		$place  = stream_socket_get_name( $socket, false );
		fclose( $socket );
		$server  = new Process( array( PHP_BINARY, '-n', '-d', 'display_errors=1', '-d', 'error_reporting=-1', '-S', $place, '-t', $folder ) );
		// proof.php says "not found", without a word.
		$context = stream_context_create( array( 'http' => array( 'ignore_errors' => true ) ) );
		$get     = static fn( string $path ): string|false => @file_get_contents( "http://$place$path", context: $context ); // phpcs:ignore Generic.PHP.NoSilencedErrors -- false says it.
		$this->wait_for( static fn(): bool => false !== $get( '/readme.txt' ), 'the web server' );

		foreach ( $files as $file ) {
			if ( 'php' === $file->getExtension() ) {
				$answer = $get( substr( $file->getPathname(), strlen( $folder ) ) );
				++$seen;

				if ( '' !== $answer ) {
					$wrong[ $file->getFilename() ] = $answer;
				}
			}
		}

		$server->kill();
		$this->assertGreaterThan( 100, $seen );
		$this->assertSame( array(), $wrong );
	}

	/** What PHP code prints, in a process of the network's own. */
	private function php( string $code, string ...$options ): string {
		$process = new Process( array( dirname( __DIR__ ) . '/bin/wp', $this->env( 'name' ), ...$options, 'eval', "require_once ABSPATH . 'wp-admin/includes/plugin.php'; $code" ) );

		$this->assertSame( 0, $process->wait(), $process->output() );
		$this->assertStringNotContainsString( 'Fatal error', $process->output() );

		return trim( $process->output() );
	}

	private function folder(): string {
		return $this->env( 'wordpress' ) . '/wp-content/plugins/' . dirname( self::COPY );
	}
}
