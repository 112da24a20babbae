<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis\Php;

/**
 * A PHP, the machine that it runs on, and what it has of the extension. What the web server's PHP is, the command line learns
 * from here, and the other way round: see {@see \ClosteSync\Extension\Extension_Watch}.
 */
final class Facts {

	/** Of each version of PHP, the number of its API for extensions. */
	private const APIS = array(
		'8.1' => 20210902,
		'8.2' => 20220829,
		'8.3' => 20230831,
		'8.4' => 20240924,
		'8.5' => 20250925,
	);

	/**
	 * @param ?string       $extension      Version of the extension that is loaded.
	 * @param string        $machine        As uname() names it.
	 * @param list<string>  $systems        `ID` and `ID_LIKE` of os-release.
	 * @param string        $release        `VERSION_ID` of os-release.
	 * @param ?string       $libc           `gnu` or `musl`; null: not known.
	 * @param ?string       $glibc          Its version, where a library is there and not loaded.
	 * @param string        $extension_dir  Where PHP looks for extensions.
	 * @param string        $ini_file       The php.ini that it has read; '': none.
	 * @param string        $scan_dir       The folder of further settings that it has read; '': none.
	 * @param ?string       $configured_in  The file that names the extension; null: none does.
	 * @param bool          $is_line_new    Whether that file was not there when this PHP was started.
	 * @param ?bool         $own_has_line   Whether {@see own_file()} names the extension; null: it is not there.
	 * @param ?Library      $library        The file of the extension; null: there is none.
	 * @param bool          $sees_files     Whether it may look at these files (`open_basedir`).
	 * @param bool          $has_modules    Whether modules are enabled with Debian's `phpenmod`.
	 * @param bool          $is_image       Whether this is the official image for containers.
	 * @param string        $application    `CLOSTE_APP_ID` on Closte's own hosting; '' elsewhere.
	 */
	public function __construct(
		public readonly string $version,
		public readonly string $sapi,
		public readonly string $host = '',
		public readonly ?string $extension = null,
		public readonly bool $is_thread_safe = false,
		public readonly string $machine = 'x86_64',
		public readonly array $systems = array(),
		public readonly string $release = '',
		public readonly ?string $libc = 'gnu',
		public readonly ?string $glibc = null,
		public readonly string $extension_dir = '',
		public readonly string $ini_file = '',
		public readonly string $scan_dir = '',
		public readonly ?string $configured_in = null,
		public readonly bool $is_line_new = false,
		public readonly ?bool $own_has_line = null,
		public readonly ?Library $library = null,
		public readonly bool $sees_files = true,
		public readonly bool $has_modules = false,
		public readonly bool $is_image = false,
		public readonly string $application = '',
	) {}

	/**
	 * Major and minor: an extension is built for these.
	 */
	public function minor(): string {
		return implode( '.', array_slice( explode( '.', $this->version ), 0, 2 ) );
	}

	/**
	 * The file of settings that the extension has for itself; '': this PHP reads no folder of them.
	 */
	public function own_file(): string {
		return self::file_of( $this->minor(), $this->scan_dir, $this->has_modules );
	}

	/**
	 * The same for a PHP that is still being looked at.
	 */
	public static function file_of( string $minor, string $scan_dir, bool $has_modules ): string {
		return match ( true ) {
			$has_modules     => self::modules_dir( $minor ) . '/closte.ini',
			'' !== $scan_dir => "$scan_dir/closte.ini",
			default          => '',
		};
	}

	/**
	 * Debian's.
	 */
	public static function modules_dir( string $minor ): string {
		return "/etc/php/$minor/mods-available";
	}

	/**
	 * Null: not known.
	 */
	public function api(): ?int {
		return self::APIS[ $this->minor() ] ?? ( preg_match( '/(\d{8})\/?$/', $this->extension_dir, $match ) ? (int) $match[1] : null );
	}

	/**
	 * The PHP with a certain API; its number where no PHP is known that has it.
	 */
	public static function php_of( int $api ): string {
		return (string) ( array_search( $api, self::APIS, true ) ?: $api );
	}

	public function is_command_line(): bool {
		return in_array( $this->sapi, array( 'cli', 'phpdbg' ), true );
	}

	public function is_system( string ...$names ): bool {
		return array() !== array_intersect( $names, $this->systems );
	}

	/**
	 * Where host's tools keep each customer's PHP apart: cPanel's and CloudLinux's.
	 */
	public function is_shared_hosting(): bool {
		return array() !== preg_grep( '#^/opt/(?:cpanel|alt)/#', array( $this->extension_dir, $this->ini_file, $this->scan_dir ) );
	}

	/**
	 * For people: which of several PHPs this is.
	 */
	public function name(): string {
		return "$this->version ($this->sapi)";
	}

	/**
	 * For an option.
	 *
	 * @return array<string, mixed>
	 */
	public function to_array(): array {
		$library = null === $this->library ? null : get_object_vars( $this->library );

		return array_merge( get_object_vars( $this ), array( 'library' => $library ) );
	}

	/**
	 * @return ?self Null: another version of the plugin has written that, or somebody else.
	 */
	public static function from_array( mixed $stored ): ?self {
		try {
			$library = is_array( $stored['library'] ?? null ) ? new Library( ...$stored['library'] ) : null;

			return new self( ...array_merge( (array) $stored, array( 'library' => $library ) ) );
		} catch ( \Error ) {
			return null;
		}
	}
}
