<?php
/**
 * The extension in other versions.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** Libraries that say they have a certain version. */
final class Other_Library {

	/**
	 * Whether there are a compiler and the headers of this PHP.
	 */
	public static function can_be_compiled(): bool {
		$version  = new Process( array( 'php-config', '--version' ) );
		$compiler = new Process( array( 'cc', '--version' ) );

		return 0 === $version->wait() && PHP_VERSION === trim( $version->output() ) && 0 === $compiler->wait();
	}

	/**
	 * Makes one with that version and without anything that the plugin could call.
	 *
	 * @param string $version Its version.
	 * @param string $file    Where it goes.
	 */
	public static function make_empty( string $version, string $file ): void {
		$headers = new Process( array( 'php-config', '--includes' ) );
		self::expect( 0 === $headers->wait(), $headers->output() );
		$compiler = new Process(
			array(
				'cc',
				'-shared',
				'-fPIC',
				...explode( ' ', trim( $headers->output() ) ),
				sprintf( '-DCLOSTE_VERSION="%s"', $version ),
				'-o',
				$file,
				__DIR__ . '/empty-closte.c',
			)
		);
		self::expect( 0 === $compiler->wait(), $compiler->output() );
	}

	/**
	 * Copies the library whole, but for its version. It is put in place as an update does it: by rename.
	 *
	 * @param string $library The library as it was built.
	 * @param string $version As long as the library's own.
	 * @param string $file    Where it goes.
	 */
	public static function make_whole( string $library, string $version, string $file ): void {
		$own  = self::version_of( $library );
		$mark = static fn( string $version ): string => "closte-library-version=$version;";
		self::expect( strlen( $own ) === strlen( $version ), "A version as long as $own is wanted, and $version is not." );
		$bytes = str_replace( $mark( $own ), $mark( $version ), (string) file_get_contents( $library ), $count );
		self::expect( 1 === $count, "$library says $count times which version it has." );
		file_put_contents( "$file.new", $bytes );
		rename( "$file.new", $file );
	}

	/**
	 * The version that is written in a library.
	 */
	public static function version_of( string $library ): string {
		$has_version = 1 === preg_match( '/closte-library-version=(\d[\w.+-]*);/', (string) file_get_contents( $library ), $match );
		self::expect( $has_version, "$library does not say which version it has." );

		return $match[1];
	}

	/**
	 * Ends the test unless that holds.
	 */
	private static function expect( bool $holds, string $else ): void {
		if ( ! $holds ) {
			throw new \RuntimeException( $else );
		}
	}
}
