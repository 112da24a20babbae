<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Settings\Settings;

/**
 * Reads Ultimate Multisite's switch, settings and credential, and moves its switch. None of its classes is named here
 * in a way that would load it: it may
 * be absent, or older.
 */
final class Bridge {

	public const SWITCHES = 'wu_host_integrations_enabled';
	public const ID       = 'closte';

	private const REGISTRY   = 'WP_Ultimo\\Integrations\\Integration_Registry';
	private const CREDENTIAL = 'wu_hosting_credential_';
	private const STORE      = 'WP_Ultimo\\Helpers\\Credential_Store';

	public static function is_there(): bool {
		return function_exists( 'wu_get_domains' ) || class_exists( self::REGISTRY, false );
	}

	/**
	 * Whether its switch for Closte is on.
	 */
	public static function is_switched_on(): bool {
		return self::is_there() && self::is_on( self::switches() );
	}

	/**
	 * Puts its switch for Closte in the same position as ours.
	 */
	public static function switch( bool $on ): void {
		if ( self::is_there() && self::is_switched_on() !== $on ) {
			update_network_option( get_main_network_id(), self::SWITCHES, array_merge( self::switches(), array( self::ID => $on ) ) );
		}
	}

	/**
	 * Follows its switch when its wizard or its own code moves it.
	 *
	 * @param mixed $switches The new value of its option.
	 * @param mixed $old      The value before.
	 * @return bool Whether it was switched on.
	 */
	public static function follow_switch( mixed $switches, mixed $old ): bool {
		$on = self::is_on( $switches );

		if ( Settings::load()->enabled !== $on || ! Settings::saved() ) {
			Settings::stored()->with( array( 'enabled' => $on ) )->save();
		}

		return $on && ! self::is_on( $old );
	}

	/**
	 * The settings of ours that it decides, where it has them set.
	 *
	 * @return array{check_interval?: int, www?: string}
	 */
	public static function settings(): array {
		if ( ! function_exists( 'wu_get_setting' ) ) {
			return array();
		}

		$settings = array(
			'check_interval' => wu_get_setting( 'dns_check_interval', '' ),
			'www'            => wu_get_setting( 'auto_create_www_subdomain', '' ),
		);

		return array_filter( $settings, static fn( mixed $value ): bool => is_scalar( $value ) && '' !== $value && false !== $value );
	}

	/**
	 * A credential that its own wizard stored, or ''.
	 */
	public static function credential( string $name ): string {
		$stored = get_network_option( get_main_network_id(), self::CREDENTIAL . $name, '' );

		if ( ! is_string( $stored ) || '' === $stored || ! self::is_there() || ! class_exists( self::STORE ) ) {
			return '';
		}

		try {
			return (string) call_user_func( array( self::STORE, 'decrypt' ), $stored );
		} catch ( \Throwable ) {
			return '';
		}
	}

	private static function is_on( mixed $switches ): bool {
		return is_array( $switches ) && ! empty( $switches[ self::ID ] );
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function switches(): array {
		$switches = get_network_option( get_main_network_id(), self::SWITCHES, array() );

		return is_array( $switches ) ? $switches : array();
	}
}
