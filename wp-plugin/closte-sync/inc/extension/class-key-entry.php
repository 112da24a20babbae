<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Checks and stores a key that a person entered, on screen or in a terminal.
 */
final class Key_Entry {

	/**
	 * Why no key can be entered, in words; null when one can.
	 */
	public static function hindrance(): ?string {
		$key = Key_Provider::predefined();

		return null === $key ? null : sprintf(
			/* translators: %s: where the key is defined */
			__( 'The API key is defined in %s, which takes precedence over a key that is entered. Change it there, or remove it there first.', 'closte-sync' ),
			Key_Provider::place( $key )
		);
	}

	/**
	 * Stores a key in place of the one that was entered before.
	 *
	 * @return ?string Why it was not stored, in words; null when it was.
	 */
	public static function save( Api_Key $key ): ?string {
		$problem = self::hindrance() ?? self::problem_of( $key );

		if ( null === $problem && ! Key_Store::save( $key ) ) {
			$problem = __( 'The API key could not be saved. Check that the database is writable.', 'closte-sync' );
		}

		return $problem;
	}

	/**
	 * Why it cannot be a key, in words that do not hold it. Without the extension that comes out when it is there.
	 */
	private static function problem_of( Api_Key $key ): ?string {
		if ( '' === $key->reveal() ) {
			return __( 'Enter an API key. Nothing was changed.', 'closte-sync' );
		}

		try {
			Extension::is_loaded() && new \Closte\Client( $key->reveal() );
		} catch ( \Closte\ConfigException $e ) {
			// Another setting that is wrong is no reason to refuse the key.
			if ( 'bad-key' === $e->reason ) {
				return __( 'The API key is not valid: it contains spaces or other characters that no key has, or is too long. Nothing was changed. Copy the key again, without quotes, spaces, or line breaks.', 'closte-sync' );
			}
		}

		return null;
	}
}
