<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis\Php;

use ClosteSync\Extension\Extension;

/**
 * The lines to copy that install the extension, or have a PHP load it: for the system and the PHP of these facts. The same are in
 * docs/install.md, for everybody.
 */
final class Install_Commands {

	/** Versions of PHP for which `make dist` makes a library, for glibc on x86-64. A release may have more. */
	public const READY_MADE = array( '8.2', '8.4' );

	/** By the release of Debian: the PHP for which there is a package. */
	public const PACKAGES = array(
		'12' => '8.2',
		'13' => '8.4',
	);

	public function __construct( private readonly Facts $php ) {}

	/**
	 * Whether each release has a library that runs here.
	 */
	public function is_ready_made(): bool {
		return in_array( $this->php->minor(), self::READY_MADE, true ) && 'x86_64' === $this->php->machine && 'musl' !== $this->php->libc;
	}

	public function is_packaged(): bool {
		return $this->is_ready_made() && $this->php->is_system( 'debian' ) && str_starts_with( $this->php->extension_dir, '/usr/lib/php/' )
			&& ( self::PACKAGES[ $this->php->release ] ?? '' ) === $this->php->minor();
	}

	/**
	 * Of the release, without its version.
	 */
	public function tarball(): string {
		return $this->folder() . '.tar.gz';
	}

	/**
	 * @return list<string>
	 */
	public function package(): array {
		return array( sprintf( 'apt install ./php%s-closte_*_amd64.deb', $this->php->minor() ), ...$this->reload() );
	}

	/**
	 * @return list<string>
	 */
	public function unpack(): array {
		$lines = array(
			'tar -xzf ' . $this->tarball(),
			sprintf( 'install -m 644 %s/closte.so %s/closte.so', $this->folder(), $this->php->extension_dir ),
		);
		$files = array( $this->php->extension_dir . '/closte.so' );

		if ( $this->lacks_own_file() ) {
			$files[] = $this->php->own_file();
			$lines[] = sprintf( 'install -m 644 %s/closte.ini %s', $this->folder(), $this->php->own_file() );
		}

		if ( $this->php->is_system( 'rhel', 'fedora' ) ) {
			$lines[] = 'restorecon -v ' . implode( ' ', $files );
		}

		return array( ...$lines, ...$this->enable( $this->lacks_own_file() ), ...$this->reload() );
	}

	/**
	 * From the source of a release.
	 *
	 * @return list<string>
	 */
	public function compile(): array {
		$source = 'closte-' . Extension::plugin_version();
		$config = $this->php->has_modules ? sprintf( 'PHP_CONFIG=/usr/bin/php-config%s ', $this->php->minor() ) : '';

		return array( "tar -xzf $source.tar.gz", "cd $source", "{$config}make install", ...$this->reload() );
	}

	/**
	 * For a Dockerfile.
	 *
	 * @return list<string>
	 */
	public function image(): array {
		return array(
			sprintf( 'COPY %s/closte.so %s/', $this->folder(), $this->php->extension_dir ),
			...( $this->lacks_own_file() ? array( sprintf( 'COPY %s/closte.ini %s/', $this->folder(), $this->php->scan_dir ) ) : array() ),
			...( false === $this->php->own_has_line ? array( 'RUN docker-php-ext-enable closte' ) : array() ),
		);
	}

	/**
	 * For the php.ini of one customer of a host.
	 *
	 * @return list<string>
	 */
	public function home(): array {
		return array( 'extension=/home/you/closte/closte.so' );
	}

	/**
	 * What to write to Closte's support, who read English, so that it loads the extension.
	 *
	 * @return list<string>
	 */
	public function letter(): array {
		return array(
			sprintf( 'Please load the PHP extension "closte" for our application %s, for the web server’s PHP and for WP-CLI.', $this->php->application ),
			sprintf( 'Our PHP is %1$s (%2$s) on %3$s. The file closte.so is attached, with its licence (GPL).', $this->php->version, $this->php->sapi, $this->php->machine ),
			'Please copy it to a folder that PHP can read, under a new name if an older one is there, and add this line to php.ini:',
			'extension=/the/folder/closte.so',
		);
	}

	/**
	 * The same for an extension that is there already.
	 *
	 * @return list<string>
	 */
	public function letter_to_reload(): array {
		return array( sprintf( 'Please reload PHP for our application %s: it was started before the PHP extension "closte" was installed.', $this->php->application ) );
	}

	/**
	 * For a library that is there.
	 *
	 * @return list<string>
	 */
	public function name_it(): array {
		return array( ...$this->enable(), ...$this->reload() );
	}

	/**
	 * Nothing for the command line: each command is a new PHP.
	 *
	 * @return list<string>
	 */
	public function reload(): array {
		$fpm = $this->php->is_system( 'debian', 'ubuntu' ) ? 'php' . $this->php->minor() . '-fpm' : 'php-fpm';
		$web = $this->php->is_system( 'debian', 'ubuntu' ) ? 'apache2' : 'httpd';

		return match ( true ) {
			$this->php->is_command_line(), $this->php->is_image => array(),
			'litespeed' === $this->php->sapi                    => array( 'systemctl restart lsws' ),
			$this->php->is_system( 'alpine' )                   => array( sprintf( 'rc-service php-fpm%s reload', strtr( $this->php->minor(), array( '.' => '' ) ) ) ),
			'fpm-fcgi' === $this->php->sapi                     => array( "systemctl reload $fpm" ),
			'apache2handler' === $this->php->sapi               => array( "systemctl reload $web" ),
			default                                             => array(),
		};
	}

	/**
	 * A file of settings that is there is somebody's, and is not replaced.
	 */
	private function lacks_own_file(): bool {
		return null === $this->php->configured_in && null === $this->php->own_has_line && '' !== $this->php->own_file();
	}

	/**
	 * @param bool $has_line Whether the lines before these have put the extension's own file there.
	 * @return list<string>
	 */
	private function enable( bool $has_line = false ): array {
		$line     = 'extension=closte';
		$own      = $this->php->own_file();
		$has_line = $has_line || true === $this->php->own_has_line;

		return match ( true ) {
			null !== $this->php->configured_in => array(),
			$this->php->has_modules            => array(
				...( $has_line ? array() : array( "echo $line >> $own" ) ),
				sprintf( 'phpenmod -v %s closte', $this->php->minor() ),
			),
			$has_line                          => array(),
			$this->php->is_image               => array( 'docker-php-ext-enable closte' ),
			'' !== $own                        => array( "echo $line >> $own" ),
			'' !== $this->php->ini_file        => array( sprintf( 'echo %s >> %s', $line, $this->php->ini_file ) ),
			default                            => array( $line ),
		};
	}

	private function folder(): string {
		return sprintf( 'closte-*-php%s-linux-%s-%s', $this->php->minor(), $this->php->libc ?? 'gnu', $this->php->machine );
	}
}
