<?php
/**
 * Why a PHP has no extension, and what to do about it.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Diagnosis\Extension_Check;
use ClosteSync\Diagnosis\Php\Extension_Problem;
use ClosteSync\Diagnosis\Php\Extension_Problem_Text;
use ClosteSync\Diagnosis\Php\Facts;
use ClosteSync\Diagnosis\Php\Install_Commands;
use ClosteSync\Diagnosis\Php\Library;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Extension_Watch;
use ClosteSync\Extension\Proof;

require_once __DIR__ . '/class-plugin-test-case.php';
require_once __DIR__ . '/trait-php-facts.php';
require_once dirname( __DIR__ ) . '/support/class-other-library.php';

final class Extension_Check_Test extends Plugin_Test_Case {

	use Php_Facts;

	private string $dir;

	protected function setUp(): void {
		parent::setUp();
		// Libraries for other PHPs are looked for beside the folder, and /tmp has those of other tests.
		$this->dir = sys_get_temp_dir() . '/closte-extension-' . bin2hex( random_bytes( 6 ) ) . '/20220829';
		mkdir( $this->dir, recursive: true );
	}

	protected function tearDown(): void {
		array_map( 'unlink', (array) glob( "$this->dir/*" ) );
		rmdir( $this->dir );
		rmdir( dirname( $this->dir ) );
		parent::tearDown();
	}

	/**
	 * @dataProvider obstacles
	 *
	 * @param string                $case  Word of the obstacle; '': none.
	 * @param array<string, mixed>  $php   What is not as in a PHP 8.2 of Debian 12 without the extension.
	 * @param ?array<string, mixed> $file  What is not as in a library that fits; null: no library.
	 * @param string                $why   What is said.
	 * @param string                $line  One of the lines to copy; '': there is none.
	 */
	public function test_each_obstacle_is_told_from_the_others( string $case, array $php, ?array $file, string $why, string $line ): void {
		$facts = self::php( $php, $file );
		self::assertSame( $case, Extension_Problem::of( $facts )?->value );
		$text = Extension_Problem_Text::of( Extension_Problem::from( $case ), $facts );

		self::assertStringContainsString( $why, $text->why );
		self::assertNotSame( '', $text->advice );
		self::assertSame( '' !== $line, in_array( $line, $text->lines, true ), implode( "\n", $text->lines ) );
		self::assertStringNotContainsString( ' > ', implode( "\n", $text->lines ), 'replaces a file' );
	}

	/** @return array<string, array{string, array<string, mixed>, ?array<string, mixed>, string, string}> */
	public function obstacles(): array {
		$named = array( 'configured_in' => '/etc/php/8.2/fpm/conf.d/20-closte.ini' );

		return array(
			'nothing there'               => array( 'absent', array(), null, 'has no file closte.so in /usr/lib/php/20220829', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'a file that php.ini names'   => array( 'named-file-is-gone', $named, array( 'is_there' => false, 'is_readable' => false ), '20-closte.ini names the file', 'systemctl reload php8.2-fpm' ),
			'a file of another user'      => array( 'unreadable', $named, array( 'is_readable' => false ), 'may not read it', 'chmod 644 /usr/lib/php/20220829/closte.so' ),
			'half a file'                 => array( 'broken', $named, array( 'machine' => null ), 'is not a library', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'a file for ARM'              => array( 'other-architecture', $named, array( 'machine' => 'aarch64' ), 'another architecture: aarch64. This machine is x86_64', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'a file for musl'             => array( 'other-libc', $named, array( 'libc' => 'musl' ), 'is built for musl. This system has glibc', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'a file for glibc on Alpine'  => array( 'other-libc', $named + array( 'libc' => 'musl', 'systems' => array( 'alpine' ) ), array(), 'is built for glibc. This system has musl', 'PHP_CONFIG=/usr/bin/php-config8.2 make install' ),
			'a thread-safe file'          => array( 'built-thread-safe', $named, array( 'is_thread_safe' => true ), 'is built for a thread-safe PHP', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'a file for another PHP'      => array( 'other-php', $named, array( 'api' => 20240924 ), 'is built for PHP 8.4. This is PHP 8.2.36 (fpm-fcgi)', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'a file for an unknown PHP'   => array( 'other-php', $named, array( 'api' => 20301231 ), 'is built for PHP 20301231', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'a file for a newer system'   => array( 'older-glibc', $named + array( 'glibc' => '2.28' ), array( 'glibc' => '2.34' ), 'needs glibc 2.34 or later. This system has 2.28', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'no line in php.ini'          => array( 'not-named', array(), array(), 'PHP 8.2.36 (fpm-fcgi) reads /etc/php/8.2/fpm/php.ini, /etc/php/8.2/fpm/conf.d', 'phpenmod -v 8.2 closte' ),
			'settings without the line'   => array( 'not-named', array( 'own_has_line' => false ), array(), 'is missing', 'echo extension=closte >> /etc/php/8.2/mods-available/closte.ini' ),
			'a module that is disabled'   => array( 'not-named', array( 'own_has_line' => true ), array(), 'is missing', 'phpenmod -v 8.2 closte' ),
			'the same without modules'    => array( 'not-named', array( 'has_modules' => false, 'scan_dir' => '/etc/php.d' ), array(), 'is missing', 'echo extension=closte >> /etc/php.d/closte.ini' ),
			'no reload'                   => array( 'not-reloaded', $named, array(), 'was started before', 'systemctl reload php8.2-fpm' ),
			'a command that still runs'   => array( 'not-reloaded', $named + array( 'sapi' => 'cli', 'is_line_new' => true ), array(), 'was started before', '' ),
			'the command line refuses it' => array( 'refused', $named + array( 'sapi' => 'cli' ), array(), 'does not load it', 'php --ri closte' ),
			'a thread-safe PHP'           => array( 'thread-safe', array( 'is_thread_safe' => true, 'sapi' => 'frankenphp' ), null, 'PHP 8.2.36 (frankenphp) is thread-safe', '' ),
			'open_basedir'                => array( 'hidden', array( 'sees_files' => false ), null, 'open_basedir', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'Closte’s own hosting'        => array( 'managed-hosting', array( 'application' => 'app-12' ), null, '', 'extension=/the/folder/closte.so' ),
			'there without open_basedir'  => array( 'managed-hosting', array( 'application' => 'app-12', 'sees_files' => false ), null, '', 'extension=/the/folder/closte.so' ),
			'there without a reload'      => array( 'not-reloaded', $named + array( 'application' => 'app-12' ), array(), 'was started before', 'Please reload PHP for our application app-12: it was started before the PHP extension "closte" was installed.' ),
			'there for another PHP'       => array( 'other-php', $named + array( 'application' => 'app-12' ), array( 'api' => 20240924 ), 'is built for PHP 8.4', 'extension=/the/folder/closte.so' ),
			'there without the line'      => array( 'not-named', array( 'application' => 'app-12' ), array(), 'is missing', 'extension=/the/folder/closte.so' ),
			'there with a thread-safe PHP' => array( 'thread-safe', array( 'application' => 'app-12', 'is_thread_safe' => true ), null, 'is thread-safe', '' ),
			'there with an old one'       => array( 'old-library-runs', array( 'application' => 'app-12', 'extension' => '0.0.9' ), array(), 'was started before', 'Please reload PHP for our application app-12: it was started before the PHP extension "closte" was installed.' ),
			'an old extension'            => array( 'too-old', array( 'extension' => '0.0.9' ), array( 'version' => '0.0.9' ), '', 'apt install ./php8.2-closte_*_amd64.deb' ),
			'an old one that still runs'  => array( 'old-library-runs', array( 'extension' => '0.0.9' ), array(), 'PHP 8.2.36 (fpm-fcgi) was started before', 'systemctl reload php8.2-fpm' ),
			'an old one at Closte'        => array( 'managed-hosting', array( 'extension' => '0.0.9', 'application' => 'app-12' ), null, '', 'extension=/the/folder/closte.so' ),
			'a newer extension'           => array( 'plugin-too-old', array( 'extension' => '99.0.0' ), null, '', 'wp plugin install ./closte-sync-*.zip --force' ),
		);
	}

	public function test_an_extension_that_fits_is_no_obstacle(): void {
		self::assertNull( Extension_Problem::of( self::php( array( 'extension' => Extension::plugin_version() ), null ) ) );
	}

	/**
	 * @dataProvider systems
	 *
	 * @param array<string, mixed> $php   What is not as in a PHP 8.2 of Debian 12.
	 * @param string               $says  Part of the advice.
	 * @param list<string>         $lines To copy.
	 */
	public function test_each_system_has_its_lines( array $php, string $says, array $lines ): void {
		$text = Extension_Problem_Text::of( Extension_Problem::Absent, self::php( $php, null ) );

		self::assertStringContainsString( $says, $text->advice );
		self::assertSame( $lines, $text->lines );
	}

	/** @return array<string, array{array<string, mixed>, string, list<string>}> */
	public function systems(): array {
		$folder = 'closte-*-php8.2-linux-gnu-x86_64';
		$plain  = array( 'has_modules' => false );

		return array(
			'Debian 12'                  => array( array(), 'Debian package', array( 'apt install ./php8.2-closte_*_amd64.deb', 'systemctl reload php8.2-fpm' ) ),
			'Debian 13'                  => array( array( 'release' => '13', 'version' => '8.4.11', 'sapi' => 'apache2handler' ), 'Debian package', array( 'apt install ./php8.4-closte_*_amd64.deb', 'systemctl reload apache2' ) ),
			'Ubuntu'                     => array(
				array( 'systems' => array( 'ubuntu', 'debian' ), 'release' => '24.04' ),
				"$folder.tar.gz",
				array( "tar -xzf $folder.tar.gz", "install -m 644 $folder/closte.so /usr/lib/php/20220829/closte.so", "install -m 644 $folder/closte.ini /etc/php/8.2/mods-available/closte.ini", 'phpenmod -v 8.2 closte', 'systemctl reload php8.2-fpm' ),
			),
			'another PHP of sury.org'    => array( array( 'version' => '8.3.1' ), 'If yours has closte-*-php8.3-linux-gnu-x86_64.tar.gz, its README', array( ...self::source(), 'PHP_CONFIG=/usr/bin/php-config8.3 make install', 'systemctl reload php8.3-fpm' ) ),
			'Debian on ARM'              => array( array( 'machine' => 'aarch64' ), 'closte-*-php8.2-linux-gnu-aarch64.tar.gz', array( ...self::source(), 'PHP_CONFIG=/usr/bin/php-config8.2 make install', 'systemctl reload php8.2-fpm' ) ),
			'Alpine'                     => array( $plain + array( 'systems' => array( 'alpine' ), 'libc' => 'musl' ), 'closte-*-php8.2-linux-musl-x86_64.tar.gz', array( ...self::source(), 'make install', 'rc-service php-fpm82 reload' ) ),
			'RHEL’s kin'                 => array(
				$plain + array( 'systems' => array( 'rocky', 'rhel', 'centos', 'fedora' ), 'extension_dir' => '/usr/lib64/php/modules', 'ini_file' => '/etc/php.ini', 'scan_dir' => '/etc/php.d' ),
				"$folder.tar.gz",
				array( "tar -xzf $folder.tar.gz", "install -m 644 $folder/closte.so /usr/lib64/php/modules/closte.so", "install -m 644 $folder/closte.ini /etc/php.d/closte.ini", 'restorecon -v /usr/lib64/php/modules/closte.so /etc/php.d/closte.ini', 'systemctl reload php-fpm' ),
			),
			'a PHP with one php.ini'     => array(
				$plain + array( 'systems' => array(), 'scan_dir' => '', 'ini_file' => '/opt/php/php.ini', 'sapi' => 'cgi-fcgi', 'extension_dir' => '/opt/php/ext' ),
				"$folder.tar.gz",
				array( "tar -xzf $folder.tar.gz", "install -m 644 $folder/closte.so /opt/php/ext/closte.so", 'echo extension=closte >> /opt/php/php.ini' ),
			),
			'the official image'         => array(
				$plain + array( 'is_image' => true, 'extension_dir' => '/usr/local/lib/php/extensions/no-debug-non-zts-20220829', 'scan_dir' => '/usr/local/etc/php/conf.d', 'ini_file' => '' ),
				'beside the Dockerfile',
				array( "COPY $folder/closte.so /usr/local/lib/php/extensions/no-debug-non-zts-20220829/", "COPY $folder/closte.ini /usr/local/etc/php/conf.d/" ),
			),
			'cPanel'                     => array( $plain + array( 'extension_dir' => '/opt/cpanel/ea-php82/root/usr/lib64/php/modules', 'sapi' => 'litespeed' ), 'A .user.ini does not work', array( 'extension=/home/you/closte/closte.so' ) ),
			'CloudLinux'                 => array( $plain + array( 'ini_file' => '/opt/alt/php82/etc/php.ini', 'sapi' => 'litespeed' ), 'A .user.ini does not work', array( 'extension=/home/you/closte/closte.so' ) ),
			'LiteSpeed'                  => array(
				$plain + array( 'sapi' => 'litespeed', 'extension_dir' => '/usr/local/lsws/lsphp82/lib/php/20220829', 'scan_dir' => '/usr/local/lsws/lsphp82/etc/php/8.2/mods-available' ),
				"$folder.tar.gz",
				array( "tar -xzf $folder.tar.gz", "install -m 644 $folder/closte.so /usr/local/lsws/lsphp82/lib/php/20220829/closte.so", "install -m 644 $folder/closte.ini /usr/local/lsws/lsphp82/etc/php/8.2/mods-available/closte.ini", 'systemctl restart lsws' ),
			),
			'the command line of Debian' => array( array( 'sapi' => 'cli' ), 'Debian package', array( 'apt install ./php8.2-closte_*_amd64.deb' ) ),
		);
	}

	/** @return list<string> */
	private static function source(): array {
		return array( 'tar -xzf closte-' . Extension::plugin_version() . '.tar.gz', 'cd closte-' . Extension::plugin_version() );
	}

	/**
	 * @dataProvider settings
	 *
	 * @param array<string, mixed> $php   What is not as in a PHP of Red Hat.
	 * @param list<string>         $lines To copy, after those that install the library.
	 */
	public function test_settings_that_are_there_are_not_replaced( array $php, array $lines ): void {
		$php  += array( 'has_modules' => false, 'systems' => array(), 'scan_dir' => '/etc/php.d', 'sapi' => 'cli' );
		$facts = self::php( $php, array( 'api' => 20240924 ) );

		self::assertSame( $lines, array_slice( ( new Install_Commands( $facts ) )->unpack(), 2 ) );
		self::assertNotContains( 'COPY closte-*-php8.2-linux-gnu-x86_64/closte.ini /etc/php.d/', ( new Install_Commands( $facts ) )->image() );
	}

	/** @return array<string, array{array<string, mixed>, list<string>}> */
	public function settings(): array {
		return array(
			'named'                 => array( array( 'configured_in' => '/etc/php.d/closte.ini', 'own_has_line' => true ), array() ),
			'named elsewhere'       => array( array( 'configured_in' => '/etc/php.ini' ), array() ),
			'a file without a line' => array( array( 'own_has_line' => false ), array( 'echo extension=closte >> /etc/php.d/closte.ini' ) ),
			'a disabled module'     => array( array( 'has_modules' => true, 'own_has_line' => true ), array( 'phpenmod -v 8.2 closte' ) ),
		);
	}

	/** What the plugin says of releases, bin/dist makes and .github/workflows/release.yml publishes. */
	public function test_what_is_said_to_be_ready_made_is_released(): void {
		$root     = dirname( __DIR__, 2 );
		$workflow = (string) file_get_contents( "$root/.github/workflows/release.yml" );
		$guide    = (string) file_get_contents( "$root/docs/install.md" );

		self::assertSame( Install_Commands::READY_MADE, array_values( Install_Commands::PACKAGES ) );
		self::assertStringContainsString( 'any Linux with glibc, PHP ' . implode( ' or ', Install_Commands::READY_MADE ) . ', x86-64', $guide );

		foreach ( array( '12' => 'bookworm', '13' => 'trixie' ) as $release => $name ) {
			self::assertStringContainsString( "- debian:$name\n", $workflow );
			self::assertStringContainsString( sprintf( 'Debian %s with PHP %s', $release, Install_Commands::PACKAGES[ $release ] ), $guide );
		}
	}

	/** The documentation has the same lines. */
	public function test_the_lines_are_those_of_the_documentation(): void {
		$guide = (string) file_get_contents( dirname( __DIR__, 2 ) . '/docs/install.md' );
		$lines = new Install_Commands( self::php( array( 'application' => 'app-12' ), null ) );

		foreach ( array( ...$lines->package(), $lines->unpack()[0], $lines->unpack()[3], ...$lines->home(), 'add this line to php.ini: `extension=/the/folder/closte.so`' ) as $line ) {
			self::assertStringContainsString( $line, $guide );
		}
	}

	public function test_a_library_is_read_without_being_loaded(): void {
		$library = Library::read( $this->library() );
		self::assertSame( array( php_uname( 'm' ), 'gnu', self::own_api(), false, Extension::plugin_version() ), array( $library->machine, $library->libc, $library->api, $library->is_thread_safe, $library->version ) );
		self::assertMatchesRegularExpression( '/^2\.\d+$/', (string) $library->glibc );

		file_put_contents( "$this->dir/cut.so", substr( (string) file_get_contents( $this->library() ), 0, 12 ) );
		self::assertNull( Library::read( "$this->dir/cut.so" )->machine );
		file_put_contents( "$this->dir/page.so", '<html>404 Not Found, and more than twenty bytes of it' );
		self::assertNull( Library::read( "$this->dir/page.so" )->machine );
		file_put_contents( "$this->dir/arm.so", "\x7fELF\x02\x01\x01" . str_repeat( "\0", 9 ) . "\x03\x00\xb7\x00" . str_repeat( 'x', ( 1 << 20 ) - 10 ) . "API20240924,TS\0libc.musl-aarch64.so.1" );
		$arm = Library::read( "$this->dir/arm.so" );
		self::assertSame( array( 'aarch64', 'musl', 20240924, true, null, null ), array( $arm->machine, $arm->libc, $arm->api, $arm->is_thread_safe, $arm->version, $arm->glibc ) );
		self::assertFalse( Library::read( "$this->dir/none.so" )->is_there );
	}

	/**
	 * What the PHP of this machine says that has the trouble for real.
	 *
	 * @dataProvider troubles
	 *
	 * @param string       $case     Word of the obstacle.
	 * @param list<string> $settings Of PHP; `{dir}` and `{library}` stand for the folder and the built library.
	 * @param ?string      $change   What is made of the library, in the folder; null: it is not there.
	 * @param ?string      $later    A file with the line, added to the folder while that PHP runs.
	 */
	public function test_a_php_that_lacks_it_finds_out_why( string $case, array $settings, ?string $change, ?string $later = null ): void {
		if ( null !== $change ) {
			$bytes = (string) file_get_contents( $this->library() );
			$own   = (string) self::own_api();
			$bytes = match ( $change ) {
				'whole'   => $bytes,
				'cut'     => substr( $bytes, 0, 10 ),
				'php'     => str_replace( "API$own,NTS", 'API20210902,NTS', $bytes ),
				'machine' => substr_replace( $bytes, "\xb7\x00", 18, 2 ),
			};
			file_put_contents( "$this->dir/closte.so", $bytes );
		}
		file_put_contents( "$this->dir/10-dir.ini", implode( "\n", str_replace( '{dir}', $this->dir, $settings ) ) );
		$added   = null === $later ? '' : sprintf( 'file_put_contents( "%s/%s", "extension=closte\n" ); ', $this->dir, $later );
		$code    = $added . 'function get_file_data() { return array( "version" => "' . Extension::plugin_version() . '" ); } const CLOSTE_SYNC_FILE = "";
			spl_autoload_register( function ( $class ) { foreach ( array( "class", "enum" ) as $kind ) { $parts = explode( "/", strtolower( strtr( substr( $class, 11 ), array( "\\\\" => "/", "_" => "-" ) ) ) ); $name = array_pop( $parts ); $file = "' . $this->env( 'plugin' ) . '/inc/" . implode( "/", $parts ) . "/$kind-$name.php"; if ( is_file( $file ) ) { require $file; } } } );
			$php = ClosteSync\Diagnosis\Php\Facts_Reader::read(); echo ClosteSync\Diagnosis\Php\Extension_Problem::of( $php )?->value, " ", error_get_last()["message"] ?? "";';
		$process = new Process( array( PHP_BINARY, '-d', 'display_startup_errors=0', '-d', 'log_errors=0', '-r', $code ), array( 'PHP_INI_SCAN_DIR' => $this->dir ) + getenv() );

		self::assertSame( 0, $process->wait(), $process->output() );
		self::assertSame( $case, trim( (string) strtok( $process->output(), ' ' ) ), $process->output() );
	}

	/** @return array<string, array{0: string, 1: list<string>, 2: ?string, 3?: string}> */
	public function troubles(): array {
		$line = array( 'extension_dir={dir}', 'extension=closte' );

		return array(
			'no file'                => array( 'absent', array( 'extension_dir={dir}' ), null ),
			'no line'                => array( 'not-named', array( 'extension_dir={dir}' ), 'whole' ),
			'no reload'              => array( 'not-reloaded', array( 'extension_dir={dir}' ), 'whole', '20-closte.ini' ),
			'a file that is not read' => array( 'not-named', array( 'extension_dir={dir}' ), 'whole', 'closte.ini.dpkg-new' ),
			'no reload, no file'     => array( 'absent', array( 'extension_dir={dir}' ), null, '20-closte.ini' ),
			'a line and no file'     => array( 'named-file-is-gone', array( 'extension={dir}/closte.so' ), null ),
			'a cut file'             => array( 'broken', $line, 'cut' ),
			'a file for another PHP' => array( 'other-php', $line, 'php' ),
			'a file for ARM'         => array( 'other-architecture', $line, 'machine' ),
			'open_basedir'           => array( 'hidden', array( 'extension_dir=/nowhere', 'open_basedir=' . dirname( __DIR__, 2 ) ), null ),
		);
	}

	public function test_the_command_line_says_what_web_servers_lack(): void {
		$this->note( self::php( array(), array( 'api' => 20240924 ) ), time() - 300 );
		$findings = $this->check()->elsewhere();

		self::assertCount( 1, $findings );
		self::assertSame( Severity::Error, $findings[0]->severity );
		self::assertStringContainsString( 'The web server’s PHP 8.2.36 (fpm-fcgi) on web1 has no extension that fits', $findings[0]->message );
		self::assertStringContainsString( 'is built for PHP 8.4. This is PHP 8.2.36 (fpm-fcgi). Seen 5 minutes ago.', $findings[0]->message );
		self::assertContains( 'systemctl reload php8.2-fpm', $findings[0]->lines );
	}

	public function test_the_web_is_told_what_the_command_line_lacks(): void {
		$this->note( self::php( array( 'sapi' => 'cli' ), null ), time() );
		$this->note( self::php( array( 'host' => 'web2' ), null ), time() );
		$findings = ( new Extension_Check( $this->plugin->extension(), time(), self::php( array( 'extension' => Extension::plugin_version() ), null ) ) )->elsewhere();

		self::assertSame( array( Severity::Warning ), array_column( $findings, 'severity' ) );
		self::assertStringContainsString( 'The command line’s PHP 8.2.36 (cli) on web1 has no extension that fits: WP-CLI records changes', $findings[0]->message );
	}

	public function test_the_command_line_says_that_it_knows_no_web_server_yet(): void {
		self::assertSame( array( Severity::Skipped ), array_column( $this->check()->elsewhere(), 'severity' ) );
	}

	public function test_the_command_line_says_which_web_servers_run_another_version(): void {
		$this->note( self::php( array( 'extension' => Extension::plugin_version(), 'host' => 'web1' ), null ), time() );
		$this->note( self::php( array( 'extension' => Extension::plugin_version() . '.1', 'host' => 'web2' ), null ), time() );
		$findings = ( new Extension_Check( new Extension( new Proof(), Extension::plugin_version() ), time() ) )->elsewhere();

		self::assertSame( array( Severity::Warning ), array_column( $findings, 'severity' ) );
		self::assertStringContainsString( 'on web2 has the extension ' . Extension::plugin_version() . '.1, and this PHP has ', $findings[0]->message );
	}

	public function test_who_lacks_it_is_told_that_the_other_has_it(): void {
		$this->note( self::php( array( 'extension' => Extension::plugin_version(), 'sapi' => 'cli', 'scan_dir' => '/etc/php/8.2/cli/conf.d' ), null ), time() );
		$finding = ( new Extension_Check( new Extension( new Proof(), false ), time(), self::php( array(), array() ) ) )->here();

		self::assertStringContainsString( 'The command line’s PHP 8.2.36 (cli), with settings in /etc/php/8.2/cli/conf.d, has the extension.', $finding->message );
		self::assertSame( array( 'phpenmod -v 8.2 closte', 'systemctl reload php8.2-fpm' ), array_slice( $finding->lines, -2 ) );
	}

	public function test_a_note_that_cannot_be_read_is_left_out(): void {
		$note = array( 'at' => time() ) + self::php( array(), array() )->to_array();
		update_network_option( get_main_network_id(), Extension_Watch::OPTION, array( 'a' => 'b', 'c' => array( 'of_tomorrow' => 1 ) + $note, 'd' => array( 'at' => time() ), 'e' => array( 'extension' => array() ) + $note ) );
		self::assertSame( array( Severity::Skipped ), array_column( $this->check()->elsewhere(), 'severity' ) );

		self::assertEquals( self::php( array(), array() ), Facts::from_array( self::php( array(), array() )->to_array() ) );
	}

	/** What another PHP has noted. */
	private function note( Facts $php, int $at ): void {
		$notes = (array) get_network_option( get_main_network_id(), Extension_Watch::OPTION, array() );
		update_network_option( get_main_network_id(), Extension_Watch::OPTION, array( "$php->sapi@$php->host" => array( 'at' => $at ) + $php->to_array() ) + $notes );
	}

	private function check(): Extension_Check {
		return new Extension_Check( $this->plugin->extension(), time() );
	}

	private static function own_api(): int {
		return ( new Facts( PHP_VERSION, PHP_SAPI ) )->api();
	}

	/** The library that was built. */
	private function library(): string {
		return 1 === preg_match( '/^extension=(.+)$/m', (string) file_get_contents( $this->env( 'dir' ) . '/php.d/closte.ini' ), $match ) ? $match[1] : '';
	}
}
