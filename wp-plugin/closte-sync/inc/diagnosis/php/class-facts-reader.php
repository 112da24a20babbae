<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis\Php;

use ClosteSync\Extension\Extension;

/**
 * Reads what this PHP is. It starts no process, and what `open_basedir` or a file's rights keep it from is not known. Where the
 * extension is well, its file is not looked for.
 */
final class Facts_Reader {

	/** Where Debian, Red Hat and Arch have glibc. */
	private const GLIBC = array( '/lib/%s-linux-gnu/libc.so.6', '/lib64/libc.so.6', '/usr/lib/libc.so.6' );

	/**
	 * Once for each request: the library may be large.
	 */
	public static function read(): Facts {
		static $facts;

		return $facts ??= self::quietly();
	}

	private static function quietly(): Facts {
		// A file out of reach is a warning, which is nobody's business here.
		set_error_handler( static fn(): bool => true ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_set_error_handler

		try {
			return self::gather();
		} finally {
			restore_error_handler();
		}
	}

	private static function gather(): Facts {
		$version     = phpversion( 'closte' );
		$dir         = rtrim( (string) ini_get( 'extension_dir' ), '/' );
		$machine     = php_uname( 'm' );
		$release     = self::os_release();
		$is_well     = Extension::is_loaded();
		$line        = $is_well ? null : Settings_Files::line();
		$library     = $is_well ? null : self::library( $dir, $line['library'] ?? null );
		$folders     = Settings_Files::folders();
		$scan_dir    = (string) end( $folders );
		$is_idle     = null !== $library && false === $version;
		$minor       = PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
		$has_modules = str_starts_with( $scan_dir, '/etc/php/' ) && is_dir( Facts::modules_dir( $minor ) );
		$systems     = array( $release['ID'] ?? '', ...explode( ' ', $release['ID_LIKE'] ?? '' ) );

		return new Facts(
			version: PHP_VERSION,
			sapi: PHP_SAPI,
			host: (string) gethostname(),
			extension: false === $version ? null : $version,
			is_thread_safe: (bool) PHP_ZTS,
			machine: $machine,
			systems: array_values( array_filter( $systems ) ),
			release: $release['VERSION_ID'] ?? '',
			libc: self::libc( $systems ),
			glibc: $is_idle ? self::glibc( $machine ) : null,
			extension_dir: $dir,
			ini_file: (string) php_ini_loaded_file(),
			scan_dir: $scan_dir,
			configured_in: $line['file'] ?? null,
			is_line_new: $line['is_new'] ?? false,
			library: $library,
			sees_files: is_dir( $dir ),
			has_modules: $has_modules,
			own_has_line: $is_well ? null : Settings_Files::has_line( Facts::file_of( $minor, $scan_dir, $has_modules ) ),
			is_image: is_file( '/usr/local/bin/docker-php-ext-enable' ),
			application: defined( 'CLOSTE_APP_ID' ) ? (string) constant( 'CLOSTE_APP_ID' ) : '',
		);
	}

	/**
	 * @return array<string, string>
	 */
	private static function os_release(): array {
		preg_match_all( '/^(\w+)=["\']?(.*?)["\']?$/m', (string) file_get_contents( '/etc/os-release' ), $match );

		return array_combine( $match[1], $match[2] );
	}

	/**
	 * Where PHP would find the extension, else where it is for another PHP of this machine.
	 *
	 * @param ?string $named As php.ini names it.
	 */
	private static function library( string $dir, ?string $named ): ?Library {
		if ( null !== $named && str_contains( $named, '/' ) ) {
			return Library::read( $named );
		}

		foreach ( array( "$dir/closte.so", ...self::list( dirname( $dir ) . '/*/closte.so' ) ) as $path ) {
			if ( is_file( $path ) ) {
				return Library::read( $path );
			}
		}

		return null;
	}

	/**
	 * @param list<string> $systems
	 */
	private static function libc( array $systems ): ?string {
		return match ( true ) {
			in_array( 'alpine', $systems, true ), array() !== self::list( '/lib/ld-musl-*.so.1' ) => 'musl',
			array() !== self::list( '/lib*/ld-linux*.so.*' )                                      => 'gnu',
			default                                                                               => null,
		};
	}

	private static function glibc( string $machine ): ?string {
		foreach ( self::GLIBC as $pattern ) {
			$text = (string) file_get_contents( sprintf( $pattern, $machine ) );

			if ( preg_match( '/GNU C Library .{0,200}?version (2\.\d+)/s', $text, $match ) ) {
				return $match[1];
			}
		}

		return null;
	}

	/**
	 * @return list<string>
	 */
	private static function list( string $pattern ): array {
		$files = glob( $pattern );

		return false === $files ? array() : $files;
	}
}
