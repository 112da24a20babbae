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

	/** Bytes; the extension takes no longer one. */
	public const MAX_LENGTH = 1024;

	/**
	 * Why no key can be entered, in words; null when one can.
	 */
	public static function hindrance(): ?string {
		$key = Key_Provider::predefined();

		return null === $key ? null : sprintf(
			/* translators: %s: where the key is defined */
			__( 'The API key is defined in %s, which comes before one that is entered. Change it there, or take it out there first.', 'closte-sync' ),
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
			$problem = __( 'The database did not take the API key: nothing was changed. See that it can be written to.', 'closte-sync' );
		}

		return $problem;
	}

	/**
	 * Why it cannot be a key, in words that do not hold it.
	 */
	private static function problem_of( Api_Key $key ): ?string {
		$value = $key->reveal();

		return match ( true ) {
			'' === $value                              => __( 'No API key was entered: nothing was changed.', 'closte-sync' ),
			strlen( $value ) > self::MAX_LENGTH        => __( 'That is too long for an API key: nothing was changed. Copy the key again, alone.', 'closte-sync' ),
			1 !== preg_match( '/^[!-~]+$/D', $value ) => __( 'That has blanks or characters that no API key has: nothing was changed. Copy the key again, without quotes, spaces or line breaks.', 'closte-sync' ),
			default                                    => null,
		};
	}
}
