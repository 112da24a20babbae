<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use PHPUnit\Framework\TestCase;

/** Line 12 of the list, and all of it: the key is nowhere but where it is defined and in the request that carries it. */
final class Secrets_Test extends TestCase {

	/** What has the key by its nature: its definition, and the emulated Closte with its own copy. */
	private const HAVE_IT = array( 'wordpress/wp-config.php', 'env.json' );

	/** WordPress's own files, which nothing here writes to. */
	private const UNTOUCHED = array( 'emulator', 'wordpress/wp-admin', 'wordpress/wp-includes', 'wordpress/wp-content/plugins' );

	/** @var array<string, mixed> */
	private static array $env;

	private static Key_Matcher $matcher;

	private static Leak_Scanner $scanner;

	private static Scenario $scenario;

	public static function setUpBeforeClass(): void {
		self::$env     = json_decode( (string) file_get_contents( (string) getenv( 'CLOSTE_ENV' ) ), true, 16, JSON_THROW_ON_ERROR );
		self::$matcher  = new Key_Matcher( self::$env['key'] );
		self::$scanner = new Leak_Scanner( self::$matcher );
		self::$scenario   = new Scenario( self::$env, self::$matcher, self::$scanner );
		self::$scenario->run();
	}

	/** @dataProvider disguises */
	public function test_the_search_finds_the_key( callable $disguise ): void {
		$this->assertNotSame( array(), self::$matcher->find( 'before ' . $disguise( self::$matcher->key() ) . ' after' ) );
		$this->assertSame( array(), self::$matcher->find( '••••••••' . self::$matcher->tail() ) );
	}

	/** @return array<string, array{callable(string): string}> */
	public static function disguises(): array {
		return array(
			'as it is'               => array( static fn( string $key ): string => $key ),
			'its first ten'          => array( static fn( string $key ): string => substr( $key, 0, 10 ) ),
			'without its first ten'  => array( static fn( string $key ): string => substr( $key, 10 ) ),
			'in capitals'            => array( 'strtoupper' ),
			'URL'                    => array( 'rawurlencode' ),
			'HTML'                   => array( 'htmlspecialchars' ),
			'JSON'                   => array( 'json_encode' ),
			'Base64'                 => array( 'base64_encode' ),
			'Base64 of a record'     => array( static fn( string $key ): string => base64_encode( "apikey=$key&domain=" ) ),
			'Base64 of another one'  => array( static fn( string $key ): string => base64_encode( "{\"k\":\"$key\"}" ) ),
			'hexadecimal'            => array( 'bin2hex' ),
			'backwards'              => array( 'strrev' ),
			'serialised'             => array( 'serialize' ),
			'UTF-16'                 => array( static fn( string $key ): string => mb_convert_encoding( $key, 'UTF-16LE' ) ),
		);
	}

	public function test_closte_got_it_where_it_belongs_and_nowhere_else(): void {
		$journal = self::$scenario->emulator->journal();

		$this->assertGreaterThan( 30, count( $journal ) );
		$this->assertSame( array( 'key1' ), array_values( array_unique( array_column( $journal, 'key' ) ) ) );
		$this->assertSame( array(), array_merge( ...array_column( $journal, 'violations' ) ) );
		foreach ( $journal as $entry ) {
			unset( $entry['answer'] );
			$this->assertSame( array(), self::$matcher->find( (string) json_encode( $entry ) ) );
		}
	}

	public function test_line_12_no_screen_and_no_other_answer_of_the_web_server_has_it(): void {
		$this->assertStringContainsString( self::$matcher->tail(), self::$scenario->settings_screen );
		$places = self::$scanner->places( 'web' );
		$this->assertGreaterThan( 100, count( $places ) );
		foreach ( array( 'admin: GET /wp-admin/network/settings.php?page=closte-sync', 'admin: GET /wp-json/closte-sync/v1/health/connection', 'subscriber: GET /wp-admin/', 'nobody: GET /' ) as $place ) {
			$this->assertContains( $place, $places );
		}
		$this->assert_not_found( 'web' );
	}

	public function test_line_12_no_command_prints_it(): void {
		$places = implode( "\n", self::$scanner->places( 'commands' ) );
		foreach ( array( 'adopt', 'check', 'doctor', 'domain add', 'domain get', 'domain list', 'domain remove', 'domain retry', 'run', 'status', 'sync', 'verify', 'watch' ) as $command ) {
			$this->assertStringContainsString( "wp --debug closte $command", $places );
		}
		$this->assert_not_found( 'commands' );
	}

	public function test_line_12_no_dump_and_no_uncaught_exception_has_it(): void {
		$this->assertCount( 7, self::$scanner->places( 'dumps' ) );
		$this->assert_not_found( 'dumps' );
	}

	public function test_line_12_no_process_shows_it(): void {
		$places = implode( "\n", self::$scanner->places( 'processes' ) );
		$this->assertStringContainsString( 'closte verify', $places );
		$this->assertStringContainsString( 'php-fpm', $places );
		$this->assert_not_found( 'processes' );
	}

	public function test_line_12_no_log_no_mail_and_no_other_file_has_it(): void {
		$files = $this->files( self::$env['dir'], self::$env['run_dir'] );
		foreach ( array( '/logs/php.log', '/logs/debug.log', '/logs/mail.log', '/fpm.log' ) as $file ) {
			$this->assertNotSame( array(), preg_grep( "#$file$#", $files ), "$file is there" );
		}
		foreach ( $files as $file ) {
			self::$scanner->scan_file( 'files', $file );
		}
		$this->assert_not_found( 'files' );
	}

	public function test_line_12_the_database_does_not_have_it(): void {
		$dump = self::$scenario->wp( 'eval', 'foreach ( $GLOBALS["wpdb"]->get_col( "SHOW TABLES" ) as $table ) { echo $table, "\n"; echo json_encode( $GLOBALS["wpdb"]->get_results( "SELECT * FROM `$table`" ), JSON_INVALID_UTF8_SUBSTITUTE ), "\n"; }' )->stdout;
		foreach ( array( 'wp_sitemeta', 'wp_closte_sync_domains', 'wp_options', 'wp_usermeta', '*.customer.example' ) as $part ) {
			$this->assertStringContainsString( $part, $dump );
		}
		self::$scanner->scan( 'database', 'rows', $dump );
		if ( 'mariadb' === self::$env['db']['engine'] ) {
			exec( 'mariadb-dump --no-defaults --all-databases --hex-blob --user=root --socket=' . escapeshellarg( self::$env['db']['socket'] ), $lines, $status );
			$this->assertSame( 0, $status );
			self::$scanner->scan( 'database', 'mariadb-dump', implode( "\n", $lines ) );
		}
		// They may be links to folders in memory.
		$raw = $this->files( (string) realpath( self::$env['dir'] . '/sqlite' ), (string) realpath( self::$env['dir'] . '/mariadb' ) );
		$this->assertNotSame( array(), $raw );
		$this->assertSame( self::$scenario->is_defined(), ! str_contains( $dump, '"closte_sync_key"' ) );
		foreach ( $raw as $file ) {
			self::$scanner->scan_file( 'database', $file );
		}
		$this->assert_not_found( 'database' );
	}

	private function assert_not_found( string $area ): void {
		$this->assertSame( array(), self::$scanner->found( $area ) );
	}

	/**
	 * The files below some folders that the network may have written to.
	 *
	 * @return list<string>
	 */
	private function files( string ...$dirs ): array {
		$files = array();
		foreach ( $dirs as $dir ) {
			$all = new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( $dir, \FilesystemIterator::SKIP_DOTS ) );
			foreach ( $all as $file ) {
				$name = substr( (string) $file, strlen( $dir ) + 1 );
				if ( $file->isFile() && ! in_array( $name, self::HAVE_IT, true ) && ! preg_match( '#^(' . implode( '|', self::UNTOUCHED ) . ')/#', $name ) ) {
					$files[] = (string) $file;
				}
			}
		}

		return $files;
	}
}
