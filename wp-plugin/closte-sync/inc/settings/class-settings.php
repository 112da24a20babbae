<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Settings;

/**
 * The settings in force, as a value. Stored as one network option of the main network, which is not autoloaded.
 *
 * Another plugin may decide some of them, see {@see Settings::decided_elsewhere()}.
 */
final class Settings {

	public const OPTION             = 'closte_sync_settings';
	public const MIN_CHECK_INTERVAL = 10;
	public const MAX_CHECK_INTERVAL = 300;
	public const MIN_OWNER_LIMIT    = 1;
	public const MAX_OWNER_LIMIT    = 100;
	public const OWNER_LIMIT        = 5;

	/**
	 * @param bool         $enabled        Whether domains are sent to Closte. While false they are only recorded.
	 * @param int          $check_interval Seconds between two checks of a domain's DNS or certificate, 10 to 300.
	 * @param list<string> $targets        Addresses of this network: host names and IP addresses; empty: the network's own domain.
	 * @param list<string> $resolvers      DNS servers as `ip`, `ip:port` or `[ip6]:port`; empty: those of the extension.
	 * @param bool         $digest         Whether the network admin's address gets a weekly summary of what needs attention.
	 * @param bool         $owner_mail     Whether a site's admin address is told what its owner must do about a domain.
	 * @param bool         $owners         Whether the admins of a site may add domains to it.
	 * @param int          $owner_limit    How many domains a site may have in this way, 1 to 100.
	 */
	public function __construct(
		public readonly bool $enabled = false,
		public readonly int $check_interval = self::MAX_CHECK_INTERVAL,
		public readonly array $targets = array(),
		public readonly Www_Handling $www = Www_Handling::MainOnly,
		public readonly Subdomain_Handling $subdomains = Subdomain_Handling::Auto,
		public readonly array $resolvers = array(),
		public readonly bool $digest = false,
		public readonly bool $owner_mail = false,
		public readonly bool $owners = false,
		public readonly int $owner_limit = self::OWNER_LIMIT,
	) {}

	/**
	 * The settings in force: what is stored, then what another plugin decides, then the filters.
	 */
	public static function load(): self {
		$settings = self::stored();

		if ( ! self::saved() ) {
			$settings = $settings->with( array( 'enabled' => self::enabled_by_default() ) );
		}

		foreach ( self::decided() as $values ) {
			$settings = $settings->with( $values );
		}

		/**
		 * Filters the seconds between two checks of a domain (10 to 300).
		 *
		 * @param int $check_interval Seconds.
		 */
		$check_interval = apply_filters( 'closte_sync_check_interval', $settings->check_interval );

		/**
		 * Filters when the www name of a domain is added too.
		 *
		 * @param string $www `always`, `main_only` or `never`.
		 */
		$www = apply_filters( 'closte_sync_www_handling', $settings->www->value );

		return $settings->with( compact( 'check_interval', 'www' ) );
	}

	/**
	 * The settings as they are stored. Who changes one of them changes these: what a filter or another plugin says now
	 * is not for ever.
	 */
	public static function stored(): self {
		$stored = get_network_option( get_main_network_id(), self::OPTION, array() );

		return self::sanitize( is_array( $stored ) ? $stored : array() );
	}

	/**
	 * Whether anyone has saved settings yet.
	 */
	public static function saved(): bool {
		return is_array( get_network_option( get_main_network_id(), self::OPTION, null ) );
	}

	/**
	 * Settings from a form, an option or a REST body: what is not valid becomes the default, and nothing is trusted.
	 *
	 * @param array<mixed> $input Values by the names of the constructor's parameters. Lists may be text, one entry a line.
	 */
	public static function sanitize( array $input ): self {
		return new self(
			enabled: self::to_bool( $input['enabled'] ?? false ),
			check_interval: self::to_number(
				$input['check_interval'] ?? null,
				self::MIN_CHECK_INTERVAL,
				self::MAX_CHECK_INTERVAL,
				self::MAX_CHECK_INTERVAL
			),
			targets: self::to_list( $input['targets'] ?? array(), self::to_target( ... ) ),
			www: self::to_enum( Www_Handling::class, $input['www'] ?? null, Www_Handling::MainOnly ),
			subdomains: self::to_enum( Subdomain_Handling::class, $input['subdomains'] ?? null, Subdomain_Handling::Auto ),
			resolvers: self::to_list( $input['resolvers'] ?? array(), self::to_resolver( ... ) ),
			digest: self::to_bool( $input['digest'] ?? false ),
			owner_mail: self::to_bool( $input['owner_mail'] ?? false ),
			owners: self::to_bool( $input['owners'] ?? false ),
			owner_limit: self::to_number(
				$input['owner_limit'] ?? null,
				self::MIN_OWNER_LIMIT,
				self::MAX_OWNER_LIMIT,
				self::OWNER_LIMIT
			),
		);
	}

	/**
	 * What is stored and is no valid value here, so that the default holds: a newer version may have written it.
	 *
	 * @return list<string> Names of the constructor's parameters.
	 */
	public static function unread(): array {
		$stored = get_network_option( get_main_network_id(), self::OPTION, array() );
		$known  = ( new self() )->to_array();

		if ( ! is_array( $stored ) ) {
			return array_keys( $known );
		}

		$stored = array_intersect_key( $stored, $known );
		$read   = self::sanitize( $stored )->to_array();

		$is_odd = static fn( string $name ): bool => $stored[ $name ] !== $read[ $name ];

		return array_values( array_filter( array_keys( $stored ), $is_odd ) );
	}

	/**
	 * @return bool Whether they are stored: the database may refuse.
	 */
	public function save(): bool {
		update_network_option( get_main_network_id(), self::OPTION, $this->to_array() );

		if ( get_network_option( get_main_network_id(), self::OPTION ) !== $this->to_array() ) {
			return false;
		}

		/**
		 * Fires when settings were saved, also where that changed none of them.
		 *
		 * @param Settings $settings As they are stored now.
		 */
		do_action( 'closte_sync_settings_saved', $this );

		return true;
	}

	/**
	 * A copy with some values replaced.
	 *
	 * @param array<string, mixed> $changes By the names of the constructor's parameters.
	 */
	public function with( array $changes ): self {
		return array() === $changes ? $this : self::sanitize( array_merge( $this->to_array(), $changes ) );
	}

	/**
	 * The addresses of this network: those set, else the network's own domain.
	 *
	 * @return list<string>
	 */
	public function effective_targets(): array {
		$targets = $this->targets;

		if ( array() === $targets ) {
			$network = get_network( get_main_network_id() );
			$target  = $network instanceof \WP_Network ? self::to_target( $network->domain ) : null;
			$targets = null === $target ? array() : array( $target );
		}

		/**
		 * Filters the addresses of this network: a domain whose DNS leads to one of these points here.
		 *
		 * @param list<string> $targets Host names and IP addresses.
		 */
		return self::to_list( apply_filters( 'closte_sync_targets', $targets ), self::to_target( ... ) );
	}

	/**
	 * The settings that another plugin decides while it is there, so that a screen can show them as such.
	 *
	 * @return array<string, string> Names of plugins by the names of the constructor's parameters.
	 */
	public static function decided_elsewhere(): array {
		$decided = array();

		foreach ( self::decided() as $plugin => $values ) {
			$decided += array_fill_keys( array_keys( $values ), (string) $plugin );
		}

		return $decided;
	}

	/**
	 * Tells others that the option was written, whoever wrote it.
	 *
	 * @param mixed $current Its value.
	 * @param mixed $old     What it was; null: there was none.
	 */
	public static function announce( mixed $current, mixed $old ): void {
		$settings = self::sanitize( is_array( $current ) ? $current : array() );
		$before   = self::sanitize( is_array( $old ) ? $old : array( 'enabled' => null === $old && self::enabled_by_default() ) );

		/**
		 * Fires when the settings were changed.
		 *
		 * @param Settings $settings As they are stored now.
		 * @param Settings $before   As they were.
		 */
		do_action( 'closte_sync_settings_changed', $settings, $before );
	}

	private static function enabled_by_default(): bool {
		/**
		 * Filters whether the integration is on while no settings are stored.
		 *
		 * @param bool $enabled Whether it is on.
		 */
		return (bool) apply_filters( 'closte_sync_enabled_by_default', false );
	}

	/**
	 * @return array<string, array<string, mixed>>
	 */
	private static function decided(): array {
		/**
		 * Filters the settings that other plugins decide. They hold in place of the stored ones, which the settings screen
		 * shows as such.
		 *
		 * @param array<string, array<string, mixed>> $decided By the name of the plugin, for people: values by the names of
		 *                                                     the constructor's parameters.
		 */
		return array_filter( (array) apply_filters( 'closte_sync_decided_settings', array() ), 'is_array' );
	}

	/**
	 * @return array{
	 *     enabled: bool, check_interval: int, targets: list<string>, www: string, subdomains: string, resolvers: list<string>,
	 *     digest: bool, owner_mail: bool, owners: bool, owner_limit: int
	 * }
	 */
	public function to_array(): array {
		return array(
			'enabled'        => $this->enabled,
			'check_interval' => $this->check_interval,
			'targets'        => $this->targets,
			'www'            => $this->www->value,
			'subdomains'     => $this->subdomains->value,
			'resolvers'      => $this->resolvers,
			'digest'         => $this->digest,
			'owner_mail'     => $this->owner_mail,
			'owners'         => $this->owners,
			'owner_limit'    => $this->owner_limit,
		);
	}

	private static function to_bool( mixed $value ): bool {
		return true === filter_var( is_scalar( $value ) ? $value : false, FILTER_VALIDATE_BOOLEAN );
	}

	private static function to_number( mixed $value, int $lowest, int $highest, int $fallback ): int {
		return is_numeric( $value ) ? (int) max( $lowest, min( $highest, (float) $value ) ) : $fallback;
	}

	/**
	 * @template T of \BackedEnum
	 * @param class-string<T> $enum
	 */
	private static function to_enum( string $enum, mixed $value, \BackedEnum $fallback ): \BackedEnum {
		return match ( true ) {
			$value instanceof $enum => $value,
			is_string( $value )     => $enum::tryFrom( $value ) ?? $fallback,
			default                 => $fallback,
		};
	}

	/**
	 * @param callable(string): ?string $clean
	 * @return list<string>
	 */
	private static function to_list( mixed $value, callable $clean ): array {
		$entries = match ( true ) {
			is_array( $value )  => array_filter( $value, 'is_string' ),
			is_string( $value ) => preg_split( '/[\s,]+/', $value, -1, PREG_SPLIT_NO_EMPTY ),
			default             => array(),
		};

		$cleaned = array_map(
			static fn( string $entry ): ?string => $clean( strtolower( trim( $entry ) ) ),
			$entries ? $entries : array()
		);

		return array_values( array_unique( array_filter( $cleaned, 'is_string' ) ) );
	}

	/**
	 * An address of this network. A host name may be one of the local network: it is only looked up.
	 */
	private static function to_target( string $entry ): ?string {
		return self::parse( 'Closte\parse_target', $entry );
	}

	private static function to_resolver( string $entry ): ?string {
		return self::parse( 'Closte\parse_resolver', $entry );
	}

	/**
	 * As the extension reads it. Without the extension an entry stays as it is: it is read again whenever the settings are
	 * loaded.
	 *
	 * @param string $parse Name of the extension's function.
	 */
	private static function parse( string $parse, string $entry ): ?string {
		try {
			return function_exists( $parse ) ? $parse( $entry ) : $entry;
		} catch ( \Closte\ConfigException ) {
			return null;
		} catch ( \Error ) {
			// The extension has another version than this plugin, and is not used.
			return $entry;
		}
	}
}
