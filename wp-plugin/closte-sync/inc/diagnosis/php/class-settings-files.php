<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis\Php;

/**
 * The files that this PHP reads its settings from: what it read when it was started, and what is there now.
 */
final class Settings_Files {

	private const LINE = '/^[ \t]*extension[ \t]*=[ \t]*["\']?([^"\'\s;]*closte[^"\'\s;]*)/mi';

	/**
	 * The folders of further settings, in the order in which PHP reads them. Packages put their files into the last.
	 *
	 * @return list<string>
	 */
	public static function folders(): array {
		$named = getenv( 'PHP_INI_SCAN_DIR' );
		// PHP-FPM hides its environment from the pages, so what it read tells more.
		$dirs  = match ( true ) {
			'' === $named              => array(),
			false !== $named           => explode( PATH_SEPARATOR, $named ),
			array() === self::scanned() => array( PHP_CONFIG_FILE_SCAN_DIR ),
			default                    => array_map( dirname( ... ), self::scanned() ),
		};
		$dirs  = array_map( static fn( string $dir ): string => rtrim( '' === $dir ? PHP_CONFIG_FILE_SCAN_DIR : $dir, '/' ), $dirs );

		return array_values( array_unique( array_filter( $dirs ) ) );
	}

	/**
	 * The line that names the extension. A file that was added since this PHP was started wins, then the one that was read last.
	 *
	 * @return ?array{file: string, library: string, is_new: bool}
	 */
	public static function line(): ?array {
		$read  = array_filter( array( (string) php_ini_loaded_file(), ...self::scanned() ) );
		$added = array();
		$found = null;

		foreach ( self::folders() as $dir ) {
			$there = glob( "$dir/*.ini" );
			$added = array( ...$added, ...array_diff( false === $there ? array() : $there, $read ) );
		}

		foreach ( array( ...$read, ...$added ) as $file ) {
			$library = self::library( $file );

			if ( null !== $library ) {
				$found = array(
					'file'    => $file,
					'library' => $library,
					'is_new'  => in_array( $file, $added, true ),
				);
			}
		}

		return $found;
	}

	/**
	 * Whether a file has such a line; null: there is no such file.
	 */
	public static function has_line( string $file ): ?bool {
		return is_file( $file ) ? null !== self::library( $file ) : null;
	}

	private static function library( string $file ): ?string {
		return 1 === preg_match( self::LINE, (string) file_get_contents( $file ), $match ) ? $match[1] : null;
	}

	/**
	 * @return list<string>
	 */
	private static function scanned(): array {
		return array_values( array_filter( array_map( trim( ... ), explode( ',', (string) php_ini_scanned_files() ) ) ) );
	}
}
