<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis\Php;

use ClosteSync\Extension\Extension;

/**
 * Says why a PHP has no extension that fits the plugin, what to do, and with which lines.
 */
final class Extension_Problem_Text {

	public readonly string $why;

	public readonly string $advice;

	/** @var list<string> To copy, one by one. */
	public readonly array $lines;

	private function __construct( string $why, string $advice, array $lines ) {
		$this->why    = $why;
		$this->advice = $advice;
		$this->lines  = $lines;
	}

	public static function of( Extension_Problem $obstacle, Facts $php ): self {
		list( $advice, $lines ) = self::advice( $obstacle, $php, new Install_Commands( $php ) );

		return new self( self::why( $obstacle, $php ), $advice, $lines );
	}

	private static function why( Extension_Problem $obstacle, Facts $php ): string {
		$library = $php->library;
		$file    = $library->path ?? '';

		return match ( $obstacle ) {
			Extension_Problem::PluginTooOld, Extension_Problem::TooOld, Extension_Problem::ManagedHosting => '',
			Extension_Problem::OldLibraryRuns    => sprintf(
				/* translators: 1: version of the extension, 2: version of PHP */
				__( 'Version %1$s is installed. PHP %2$s was started before.', 'closte-sync' ),
				(string) $library?->version,
				$php->name()
			),
			/* translators: %s: version of PHP */
			Extension_Problem::ThreadSafe        => sprintf( __( 'PHP %s is thread-safe. The extension does not support that yet.', 'closte-sync' ), $php->name() ),
			/* translators: %s: version of PHP */
			Extension_Problem::Hidden            => sprintf( __( 'PHP %s may not read its own files (open_basedir), so the cause is not known.', 'closte-sync' ), $php->name() ),
			Extension_Problem::Absent            => sprintf(
				/* translators: 1: version of PHP, 2: a folder */
				__( 'PHP %1$s has no file closte.so in %2$s.', 'closte-sync' ),
				$php->name(),
				$php->extension_dir
			),
			/* translators: 1: a php.ini, 2: a file */
			Extension_Problem::NamedFileIsGone   => sprintf( __( '%1$s names the file %2$s, which PHP cannot find.', 'closte-sync' ), (string) $php->configured_in, $file ),
			/* translators: %s: a file */
			Extension_Problem::Unreadable        => sprintf( __( 'The file %s is there, but the user that PHP runs as may not read it.', 'closte-sync' ), $file ),
			/* translators: %s: a file */
			Extension_Problem::Broken            => sprintf( __( 'The file %s is not a library. It may be empty or cut short.', 'closte-sync' ), $file ),
			Extension_Problem::OtherArchitecture => sprintf(
				/* translators: 1: a file, 2: processor that it is built for, 3: processor of this machine */
				__( 'The file %1$s is built for another architecture: %2$s. This machine is %3$s.', 'closte-sync' ),
				$file,
				(string) $library?->machine,
				$php->machine
			),
			Extension_Problem::OtherLibc         => sprintf(
				/* translators: 1: a file, 2: C library that it is built for, 3: C library of this system */
				__( 'The file %1$s is built for %2$s. This system has %3$s.', 'closte-sync' ),
				$file,
				self::libc( $library?->libc ),
				self::libc( $php->libc )
			),
			/* translators: 1: a file, 2: version of PHP */
			Extension_Problem::BuiltThreadSafe   => sprintf( __( 'The file %1$s is built for a thread-safe PHP. PHP %2$s is not thread-safe.', 'closte-sync' ), $file, $php->name() ),
			Extension_Problem::OtherPhp          => sprintf(
				/* translators: 1: a file, 2: version of PHP that it is built for, 3: version of PHP that is running */
				__( 'The file %1$s is built for PHP %2$s. This is PHP %3$s.', 'closte-sync' ),
				$file,
				Facts::php_of( (int) $library?->api ),
				$php->name()
			),
			Extension_Problem::OlderGlibc        => sprintf(
				/* translators: 1: a file, 2: version of glibc that it needs, 3: version that the system has */
				__( 'The file %1$s needs glibc %2$s or later. This system has %3$s.', 'closte-sync' ),
				$file,
				(string) $library?->glibc,
				(string) $php->glibc
			),
			/* translators: 1: a file, 2: version of PHP, 3: a php.ini or a folder of them */
			Extension_Problem::NotNamed          => sprintf( __( 'The file %1$s is there, but the line "extension=closte" is missing: PHP %2$s reads %3$s.', 'closte-sync' ), $file, $php->name(), self::settings( $php ) ),
			/* translators: 1: a file, 2: a php.ini, 3: version of PHP */
			Extension_Problem::Refused           => sprintf( __( 'The file %1$s is there and %2$s names it, but PHP %3$s does not load it.', 'closte-sync' ), $file, (string) $php->configured_in, $php->name() ),
			/* translators: 1: a file, 2: a php.ini, 3: version of PHP */
			Extension_Problem::NotReloaded       => sprintf( __( 'The file %1$s is there and %2$s names it, but PHP %3$s was started before, or refuses it.', 'closte-sync' ), $file, (string) $php->configured_in, $php->name() ),
		};
	}

	/**
	 * @return array{string, list<string>}
	 */
	private static function advice( Extension_Problem $obstacle, Facts $php, Install_Commands $lines ): array {
		return match ( $obstacle ) {
			Extension_Problem::PluginTooOld => array(
				/* translators: %s: version of the extension */
				sprintf( __( 'Update the plugin to the version that came with extension %s: upload its zip at Network Admin → Plugins → Add New → Upload Plugin, or run:', 'closte-sync' ), (string) $php->extension ),
				array( 'wp plugin install ./closte-sync-*.zip --force' ),
			),
			Extension_Problem::ThreadSafe   => array( __( 'Use a PHP that is not thread-safe, such as PHP-FPM.', 'closte-sync' ), array() ),
			Extension_Problem::Refused      => array( __( 'PHP says why:', 'closte-sync' ), array( 'php --ri closte' ) ),
			default                => '' === $php->application
				? self::as_root( $obstacle, $php, $lines )
				: self::at_closte( $obstacle, $lines ),
		};
	}

	/**
	 * @return array{string, list<string>}
	 */
	private static function as_root( Extension_Problem $obstacle, Facts $php, Install_Commands $lines ): array {
		return match ( $obstacle ) {
			Extension_Problem::OldLibraryRuns => self::reload( $lines ),
			Extension_Problem::Unreadable     => array(
				__( 'Let everybody read it, then reload PHP:', 'closte-sync' ),
				array( 'chmod 644 ' . ( $php->library->path ?? '' ), ...$lines->reload() ),
			),
			Extension_Problem::NotNamed       => array( __( 'Add the line, then reload PHP:', 'closte-sync' ), $lines->name_it() ),
			Extension_Problem::NotReloaded    => self::reload( $lines, __( 'Reload PHP. If that does not help, its error log says why.', 'closte-sync' ) ),
			default                  => self::install( $php, $lines ),
		};
	}

	/**
	 * On Closte's own hosting, where nobody else is root.
	 *
	 * @return array{string, list<string>}
	 */
	private static function at_closte( Extension_Problem $obstacle, Install_Commands $lines ): array {
		return match ( $obstacle ) {
			Extension_Problem::OldLibraryRuns, Extension_Problem::NotReloaded => array(
				__( 'Ask Closte’s support to reload PHP. The letter:', 'closte-sync' ),
				$lines->letter_to_reload(),
			),
			default                                         => array(
				/* translators: %s: name of a file */
				sprintf( __( 'At Closte, only its support can load a PHP extension. Write to it and attach %s. The letter:', 'closte-sync' ), $lines->tarball() ),
				$lines->letter(),
			),
		};
	}

	/**
	 * @return array{string, list<string>}
	 */
	private static function reload( Install_Commands $lines, ?string $text = null ): array {
		$commands = $lines->reload();

		$text ??= array() === $commands ? __( 'Restart PHP.', 'closte-sync' ) : __( 'Reload PHP:', 'closte-sync' );

		return array( $text, $commands );
	}

	/**
	 * @return array{string, list<string>}
	 */
	private static function install( Facts $php, Install_Commands $lines ): array {
		return match ( true ) {
			! $lines->is_ready_made()    => array(
				/* translators: %s: name of a file */
				sprintf( __( 'Not every release has a library for this system. If yours has %s, its README says how to install it. Otherwise compile it here, with Rust and PHP’s headers:', 'closte-sync' ), $lines->tarball() ),
				$lines->compile(),
			),
			$php->is_shared_hosting()    => array(
				/* translators: 1: name of a file, 2: path of a php.ini */
				sprintf( __( 'Put closte.so from %1$s into your home folder, and add this line to the php.ini that PHP reads (%2$s). A .user.ini does not work. If your host does not allow it, ask the host to install the file.', 'closte-sync' ), $lines->tarball(), self::settings( $php ) ),
				$lines->home(),
			),
			$php->is_image               => array(
				/* translators: %s: name of a file */
				sprintf( __( 'Unpack %s beside the Dockerfile, add these lines to it, build the image and replace the container:', 'closte-sync' ), $lines->tarball() ),
				$lines->image(),
			),
			$lines->is_packaged()        => array( __( 'Install the Debian package as root, then reload PHP:', 'closte-sync' ), $lines->package() ),
			/* translators: %s: name of a file */
			default                      => array( sprintf( __( 'Install it from %s as root, then reload PHP:', 'closte-sync' ), $lines->tarball() ), $lines->unpack() ),
		};
	}

	private static function libc( ?string $libc ): string {
		return match ( $libc ) {
			'gnu'   => 'glibc',
			'musl'  => 'musl',
			default => '',
		};
	}

	/**
	 * Where this PHP reads its settings.
	 */
	private static function settings( Facts $php ): string {
		return implode( ', ', array_filter( array( $php->ini_file, $php->scan_dir ) ) );
	}
}
