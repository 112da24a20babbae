<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

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
	 * The beginning of a text, marked by an ellipsis where the rest is left out.
	 *
	 * @param int $characters How many at most.
	 */
	public static function shorten( string $text, int $characters ): string {
		return mb_strlen( $text, 'UTF-8' ) <= $characters ? $text : mb_substr( $text, 0, $characters - 1, 'UTF-8' ) . '…';
	}

	/**
	 * The beginning of a text, of whole characters. Like the next two without what WordPress does not bring where PHP lacks
	 * mbstring.
	 *
	 * @param int $bytes How many at most.
	 */
	public static function cut( string $text, int $bytes ): string {
		return strlen( $text ) <= $bytes ? $text : (string) preg_replace( '/(?:[\xC0-\xFF]|[\xE0-\xFF][\x80-\xBF]|[\xF0-\xFF][\x80-\xBF]{2})$/D', '', substr( $text, 0, $bytes ) );
	}

	public static function lower( string $text ): string {
		return function_exists( 'mb_strtolower' ) ? mb_strtolower( $text, 'UTF-8' ) : strtolower( $text );
	}

	/**
	 * Bytes that are no text become �.
	 */
	private static function valid( string $text ): string {
		return htmlspecialchars_decode( htmlspecialchars( $text, ENT_NOQUOTES | ENT_SUBSTITUTE, 'UTF-8' ), ENT_NOQUOTES );
	}
}
