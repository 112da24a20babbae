<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

use ClosteSync\Settings\Settings;

/**
 * Says whether the PHP extension can be used, and makes its objects with the settings in force.
 */
final class Extension {

	/** The oldest version that has all that this plugin asks for; which later ones fit, {@see Version_Fit} says. */
	public const MINIMUM_VERSION = '0.2.0';

	private readonly ?string $version;

	/** Asked of each name; null: not yet. */
	private ?Version_Fit $fit = null;

	/**
	 * @param Proof        $proof   What a probe through a proxy is answered with.
	 * @param string|false $version Version that is loaded; false: none. Null: ask PHP.
	 */
	public function __construct( private readonly Proof $proof, string|false|null $version = null ) {
		$version      ??= phpversion( 'closte' );
		$this->version  = false === $version ? null : $version;
	}

	/**
	 * Why the extension cannot be used, in words; null when it can. What to do on this machine is found out by
	 * {@see \ClosteSync\Diagnosis\Extension_Check}.
	 */
	public function problem(): ?string {
		return match ( $this->fit() ) {
			Version_Fit::Fits    => null,
			Version_Fit::Missing => __( 'The PHP extension "closte" is not loaded. Changes are queued and sent once it is.', 'closte-sync' ),
			Version_Fit::TooOld  => sprintf(
				/* translators: 1: version that is loaded, 2: version that is needed */
				__( 'The PHP extension "closte" is too old for this plugin: version %1$s is loaded, %2$s or later is required. Changes are queued and sent once the extension is updated.', 'closte-sync' ),
				(string) $this->version,
				self::MINIMUM_VERSION
			),
			Version_Fit::TooNew  => sprintf(
				/* translators: 1: version of the extension that is loaded, 2: version of the plugin */
				__( 'The PHP extension "closte" is too new for this plugin: version %1$s is loaded, and Closte Sync has version %2$s. Changes are queued and sent once the plugin is updated.', 'closte-sync' ),
				(string) $this->version,
				self::plugin_version()
			),
		};
	}

	public function fit(): Version_Fit {
		return $this->fit ??= Version_Fit::of( $this->version, self::MINIMUM_VERSION, self::plugin_version() );
	}

	public function is_usable(): bool {
		return Version_Fit::Fits === $this->fit();
	}

	/**
	 * Whether this PHP has loaded one that fits: for values and rows, which are given no object.
	 */
	public static function is_loaded(): bool {
		$version = phpversion( 'closte' );

		return self::fits( false === $version ? null : $version );
	}

	/**
	 * @param ?string $version Of an extension; null: there is none.
	 */
	public static function fits( ?string $version ): bool {
		// Each row of a run asks for the same version.
		static $fits = array();

		return $fits[ (string) $version ]
			??= Version_Fit::Fits === Version_Fit::of( $version, self::MINIMUM_VERSION, self::plugin_version() );
	}

	/**
	 * As its main file says: the version has one place in the plugin.
	 */
	public static function plugin_version(): string {
		static $version;

		return $version ??= (string) ( get_file_data( CLOSTE_SYNC_FILE, array( 'version' => 'Version' ) )['version'] ?? '' );
	}

	public function version(): ?string {
		return $this->version;
	}

	/**
	 * @param array<string, mixed> $options As \Closte\Client takes them.
	 * @throws \Closte\ConfigException When there is no key, or an option is wrong.
	 * @throws \RuntimeException       When the extension cannot be used, or the stored key cannot be read.
	 */
	public function client( array $options = array() ): \Closte\Client {
		$problem = $this->problem();

		if ( null !== $problem ) {
			throw new \RuntimeException( $problem ); // phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped -- escaped where it is shown.
		}

		$key = Key_Provider::find();

		if ( null === $key && Key_Store::is_unreadable() ) {
			throw new \RuntimeException( Key_Store::unreadable() ); // phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped -- escaped where it is shown.
		}

		return null === $key ? \Closte\Client::fromEnvironment( $options ) : new \Closte\Client( $key->reveal(), $options );
	}

	/**
	 * @param list<string>         $protected Domains that it must never remove.
	 * @param array<string, mixed> $client    As \Closte\Client takes them.
	 * @param bool                 $follow    Whether a row takes all checks that are due at once.
	 * @throws \Closte\ConfigException When there is no key, or a setting is wrong.
	 * @throws \RuntimeException       When the extension cannot be used.
	 */
	public function lifecycle( array $protected = array(), array $client = array(), bool $follow = false ): \Closte\Lifecycle {
		return new \Closte\Lifecycle( $this->client( $client ), array( 'follow' => $follow ) + $this->lifecycle_options( $protected ) );
	}

	/**
	 * Looks where a domain points now, as a run would.
	 *
	 * @param ?float $seconds That this may take; null: as in a run.
	 * @throws \Closte\ClosteException When the name is none, or a setting is wrong.
	 */
	public function check_dns( string $domain, ?float $seconds = null ): \Closte\DnsReport {
		$options = $this->lifecycle_options();
		$probe   = array_intersect_key( $options, array_flip( array( 'resolvers', 'authoritative', 'issuer', 'proof', 'http_port' ) ) );

		return \Closte\check_dns( $domain, $options['targets'], null === $seconds ? $probe : array( 'timeout' => $seconds ) + $probe );
	}

	/**
	 * Whether the DNS of a domain has the record that proves that it is theirs who were told the token.
	 *
	 * @return array{name: string, proven: bool, error: ?string} As \Closte\check_ownership() has it.
	 * @throws \Closte\ClosteException When the name is none, or a setting is wrong.
	 */
	public function check_ownership( string $domain, string $token, float $seconds ): array {
		$options = array_intersect_key( $this->lifecycle_options(), array_flip( array( 'resolvers', 'authoritative' ) ) );

		return \Closte\check_ownership( $domain, $token, array( 'timeout' => $seconds ) + $options );
	}

	/**
	 * Looks up what counts as here, as a run would.
	 *
	 * @return array<string, mixed> As \Closte\DnsReport::ofTargets() has it.
	 * @throws \Closte\ClosteException When a setting is wrong.
	 */
	public function check_targets(): array {
		$options = $this->lifecycle_options();

		return \Closte\DnsReport::ofTargets( $options['targets'], array_intersect_key( $options, array_flip( array( 'resolvers', 'authoritative' ) ) ) );
	}

	/**
	 * Looks at the certificate that is served for a domain now, as a run would.
	 *
	 * @throws \Closte\ClosteException When the name is none, or a setting is wrong.
	 */
	public function check_certificate( string $domain ): \Closte\CertificateReport {
		$options = $this->lifecycle_options();
		$probe   = array_intersect_key( $options, array_flip( array( 'resolvers', 'targets', 'ca_file' ) ) );

		return \Closte\check_certificate(
			$domain,
			isset( $options['tls_port'] ) ? $probe + array( 'port' => $options['tls_port'] ) : $probe
		);
	}

	/**
	 * @param list<string> $protected Domains that it must never remove.
	 * @return array<string, mixed> As \Closte\Lifecycle takes them.
	 */
	private function lifecycle_options( array $protected = array() ): array {
		$settings = Settings::load();
		$options  = array(
			'targets'        => $settings->effective_targets(),
			'check_interval' => $settings->check_interval,
			'protect'        => $protected,
			'proof'          => $this->proof->to_array(),
		);

		if ( array() !== $settings->resolvers ) {
			$options['resolvers'] = $settings->resolvers;
		}

		/**
		 * Filters the options of \Closte\Lifecycle, for networks behind unusual set-ups (another issuer, other ports).
		 *
		 * @param array<string, mixed> $options As \Closte\Lifecycle takes them.
		 */
		return apply_filters( 'closte_sync_lifecycle_options', $options );
	}
}
