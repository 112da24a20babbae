<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

/**
 * What someone types or pastes to look for a domain: a part of a name, an address, or a whole link.
 */
final class Typed_Address {

	private const ADDRESS = '~^(?P<scheme>(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@]*@)?)?(?P<host>[^/?#:@\s]+)(?::\d*)?(?P<rest>[/?#].*)?$~Dis';

	/**
	 * @param string $host The name, or the text itself where it is no address.
	 * @param string $path The first part of the path, as `/shop`; '': none.
	 */
	private function __construct( public readonly string $host, public readonly string $path ) {}

	public static function of( string $text ): self {
		$text = trim( $text );

		if ( 1 !== preg_match( self::ADDRESS, $text, $parts ) ) {
			return new self( $text, '' );
		}

		$rest = $parts['rest'] ?? '';

		// A slash without a name before it belongs to a text.
		if ( '' === $parts['scheme'] && ( '' === $rest || ! str_contains( $parts['host'], '.' ) ) ) {
			return new self( $text, '' );
		}

		return new self( rtrim( $parts['host'], '.' ), 1 === preg_match( '~^/[^/?#]+~', $rest, $path ) ? $path[0] : '' );
	}
}
