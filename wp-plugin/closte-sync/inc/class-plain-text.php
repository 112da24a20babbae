<?php
/**
 * Text from outside.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

/**
 * Makes text from outside fit to be shown and logged.
 */
final class Plain_Text {

	/**
	 * One line, without what a terminal acts upon, a log takes for another line, or the eye cannot see: control
	 * characters, bidi controls, zero-width characters, and bytes that are no text. Where one was, � stands. Joiners stay:
	 * words of some languages have them.
	 */
	public static function of( string $text ): string {
		$line = (string) preg_replace( '/[\t\n\r\x{2028}\x{2029}]+/u', ' ', self::valid( $text ) );

		return (string) preg_replace( '/(?![\x{200c}\x{200d}])[\p{Cc}\p{Cf}\p{Co}]/u', "\u{FFFD}", $line );
	}

	/**
	 * The same of what should be a host name and is none: there a joiner has no place.
	 */
	public static function of_name( string $name ): string {
		return str_replace( array( "\u{200C}", "\u{200D}" ), "\u{FFFD}", self::of( $name ) );
	}

	/**
	 * Bytes that are no text become �. Without mbstring, which PHP may lack.
	 */
	private static function valid( string $text ): string {
		return htmlspecialchars_decode( htmlspecialchars( $text, ENT_NOQUOTES | ENT_SUBSTITUTE, 'UTF-8' ), ENT_NOQUOTES );
	}
}
