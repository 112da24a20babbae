<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis\Php;

/**
 * What a file of the extension says of itself, read without loading it.
 */
final class Library {

	/** `e_machine` of ELF, with the names that uname() has for it. */
	private const MACHINES = array(
		3   => 'i686',
		40  => 'armv7l',
		62  => 'x86_64',
		183 => 'aarch64',
		243 => 'riscv64',
		21  => 'ppc64le',
		22  => 's390x',
	);

	private const CHUNK = 1 << 20;

	/** Bytes of a chunk that are looked at again with the next one: longer than any mark. */
	private const OVERLAP = 256;

	/**
	 * @param bool    $is_there       Else nothing is known of it but its path.
	 * @param bool    $is_readable    For the user that PHP runs as.
	 * @param ?string $machine        As uname() names it; null: it is no library.
	 * @param ?string $libc           `gnu` or `musl`; null: not known.
	 * @param ?int    $api            Number of PHP's API that it is built for; null: it names none.
	 * @param bool    $is_thread_safe Whether it is built for such a PHP.
	 * @param ?string $version        Of the extension; null: before 0.2.
	 * @param ?string $glibc          The version that it needs at least.
	 */
	public function __construct(
		public readonly string $path,
		public readonly bool $is_there = true,
		public readonly bool $is_readable = true,
		public readonly ?string $machine = null,
		public readonly ?string $libc = null,
		public readonly ?int $api = null,
		public readonly bool $is_thread_safe = false,
		public readonly ?string $version = null,
		public readonly ?string $glibc = null,
	) {}

	public static function read( string $path ): self {
		if ( ! is_file( $path ) ) {
			return new self( $path, is_there: false, is_readable: false );
		}

		$file = is_readable( $path ) ? fopen( $path, 'rb' ) : false; // phpcs:ignore WordPress.WP.AlternativeFunctions

		if ( false === $file ) {
			return new self( $path, is_readable: false );
		}

		$machine = self::machine( (string) fread( $file, 20 ) ); // phpcs:ignore WordPress.WP.AlternativeFunctions
		$found   = array();
		$glibc   = null;
		$rest    = '';

		while ( null !== $machine && ! feof( $file ) ) {
			$text = $rest . fread( $file, self::CHUNK ); // phpcs:ignore WordPress.WP.AlternativeFunctions
			$rest = substr( $text, -self::OVERLAP );

			preg_match( '/API(?<api>\d{8}),(?<safety>N?TS)/', $text, $match ) && $found += $match;
			preg_match( '/closte-library-version=(?<version>\d[\w.+-]*);/', $text, $match ) && $found += $match;
			preg_match( '/libc\.(?<libc>musl-|so\.6)/', $text, $match ) && $found += $match;

			foreach ( preg_match_all( '/GLIBC_(2\.\d+)/', $text, $match ) ? $match[1] : array() as $version ) {
				$glibc = null === $glibc || version_compare( $version, $glibc, '>' ) ? $version : $glibc;
			}
		}

		fclose( $file ); // phpcs:ignore WordPress.WP.AlternativeFunctions

		return new self(
			$path,
			machine: $machine,
			libc: isset( $found['libc'] ) ? ( 'musl-' === $found['libc'] ? 'musl' : 'gnu' ) : null,
			api: isset( $found['api'] ) ? (int) $found['api'] : null,
			is_thread_safe: 'TS' === ( $found['safety'] ?? '' ),
			version: $found['version'] ?? null,
			glibc: $glibc,
		);
	}

	/**
	 * @param string $header The first bytes of a file.
	 */
	private static function machine( string $header ): ?string {
		if ( strlen( $header ) < 20 || "\x7fELF" !== substr( $header, 0, 4 ) ) {
			return null;
		}

		$number = unpack( 2 === ord( $header[5] ) ? 'n' : 'v', substr( $header, 18, 2 ) )[1];

		return self::MACHINES[ $number ] ?? "machine $number";
	}
}
