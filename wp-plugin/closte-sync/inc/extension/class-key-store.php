<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Keeps the entered key as one network option of the main network, encrypted under WordPress's salts. Network options
 * are not autoloaded.
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

	private static function stored(): string {
		$stored = get_network_option( get_main_network_id(), self::OPTION, '' );

		return is_string( $stored ) ? $stored : '';
	}

	private static function cipher(): Salt_Cipher {
		return new Salt_Cipher( self::OPTION );
	}
}
