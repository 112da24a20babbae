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
final class Lines {

	/** Versions of PHP for which releases have a library, for glibc on x86-64. */
	private const READY_MADE = array( '8.2', '8.4' );

	/** By the release of Debian: the PHP for which there is a package. */
	private const PACKAGES = array(
		'12' => '8.2',
		'13' => '8.4',
	);

	public function __construct( private readonly Facts $php ) {}

	/**
	 * Whether a library of a release runs here; else it must be compiled.
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

		if ( $this->php->has_modules ) {
			$ini = sprintf( '/etc/php/%s/mods-available/closte.ini', $this->php->minor() );
		} elseif ( '' !== $this->php->scan_dir ) {
			$ini = $this->php->scan_dir . '/closte.ini';
		}

		if ( isset( $ini ) ) {
			$lines[] = sprintf( 'install -m 644 %s/closte.ini %s', $this->folder(), $ini );

			if ( $this->php->is_system( 'rhel', 'fedora' ) ) {
				$lines[] = sprintf( 'restorecon -v %s/closte.so %s', $this->php->extension_dir, $ini );
			}
		}

		return array( ...$lines, ...$this->enable( isset( $ini ) ), ...$this->reload() );
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
			sprintf( 'COPY %s/closte.ini %s/', $this->folder(), $this->php->scan_dir ),
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
	 * What to write to Closte's support, who read English.
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
	 * For a library that is there.
	 *
	 * @return list<string>
	 */
	public function name_it(): array {
		return array( ...$this->enable( false ), ...$this->reload() );
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
	 * @param bool $has_file Whether a file of its own has the line already.
	 * @return list<string>
	 */
	private function enable( bool $has_file ): array {
		$line = 'extension=closte';
		$mods = sprintf( '/etc/php/%s/mods-available/closte.ini', $this->php->minor() );

		return match ( true ) {
			$this->php->has_modules     => array(
				...( $has_file ? array() : array( "echo $line > $mods" ) ),
				sprintf( 'phpenmod -v %s closte', $this->php->minor() ),
			),
			$has_file                   => array(),
			$this->php->is_image        => array( 'docker-php-ext-enable closte' ),
			'' !== $this->php->scan_dir => array( sprintf( 'echo %s > %s/closte.ini', $line, $this->php->scan_dir ) ),
			'' !== $this->php->ini_file => array( sprintf( 'echo %s >> %s', $line, $this->php->ini_file ) ),
			default                     => array( $line ),
		};
	}

	private function folder(): string {
		return sprintf( 'closte-*-php%s-linux-gnu-x86_64', $this->php->minor() );
	}
}
