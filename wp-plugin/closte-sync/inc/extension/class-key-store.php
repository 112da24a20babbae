<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Checks the key that a person entered, on screen or in a terminal, and keeps it as one network option of the main
 * network, encrypted under WordPress's salts. Network options are not autoloaded.
 */
final class Key_Store {

	public const OPTION = 'closte_sync_key';

	/**
	 * Whether a key is kept, be it readable or not.
	 */
	public static function has_key(): bool {
		return '' !== self::stored();
	}

	/**
	 * Whether a key is kept that cannot be read: WordPress's salts have changed since it was entered.
	 */
	public static function is_unreadable(): bool {
		return self::has_key() && null === self::read();
	}

	/**
	 * Says that the stored key cannot be read, and what to do.
	 */
	public static function unreadable(): string {
		return __( 'The stored API key can no longer be read because WordPress’s salts have changed. Enter it again.', 'closte-sync' );
	}

	/**
	 * The key, or null when none is kept, or it cannot be read.
	 */
	public static function read(): ?string {
		return self::has_key() ? self::cipher()->decrypt( self::stored() ) : null;
	}

	/**
	 * Why no key can be entered, in words; null when one can.
	 */
	public static function hindrance(): ?string {
		$key = Api_Key::predefined();

		return null === $key ? null : sprintf(
			/* translators: %s: where the key is defined */
			__( 'The API key is defined in %s, which takes precedence over a key that is entered. Change it there, or remove it there first.', 'closte-sync' ),
			$key->place()
		);
	}

	/**
	 * Takes a key in place of the one that was entered before.
	 *
	 * @param bool $is_checked Whether the extension can be asked if it can be a key: {@see Extension::is_loaded()}.
	 * @return ?string Why it was not stored, in words; null when it was.
	 */
	public static function enter( Api_Key $key, bool $is_checked ): ?string {
		return self::hindrance() ?? self::problem_of( $key, $is_checked )
			?? ( self::save( $key ) ? null : __( 'The API key could not be saved. Check that the database is writable.', 'closte-sync' ) );
	}

	/**
	 * @return bool Whether the database took it.
	 */
	public static function save( Api_Key $key ): bool {
		return update_network_option( get_main_network_id(), self::OPTION, self::cipher()->encrypt( $key->reveal() ) );
	}

	/**
	 * @return bool Whether there was one.
	 */
	public static function delete(): bool {
		return delete_network_option( get_main_network_id(), self::OPTION );
	}

	/**
	 * Why it cannot be a key, in words that do not hold it. Without the extension that comes out when it is there.
	 */
	private static function problem_of( Api_Key $key, bool $is_checked ): ?string {
		if ( '' === $key->reveal() ) {
			return __( 'Enter an API key. Nothing was changed.', 'closte-sync' );
		}

		try {
			$is_checked && new \Closte\Client( $key->reveal() );
		} catch ( \Closte\ConfigException $e ) {
			// Another setting that is wrong is no reason to refuse the key.
			if ( 'bad-key' === $e->reason ) {
				return __( 'The API key is not valid: it contains spaces or other characters that no key has, or is too long. Nothing was changed. Copy the key again, without quotes, spaces, or line breaks.', 'closte-sync' );
			}
		}

		return null;
	}

	private static function stored(): string {
		$stored = get_network_option( get_main_network_id(), self::OPTION, '' );

		return is_string( $stored ) ? $stored : '';
	}

	private static function cipher(): Salt_Cipher {
		return new Salt_Cipher( self::OPTION );
	}
}
