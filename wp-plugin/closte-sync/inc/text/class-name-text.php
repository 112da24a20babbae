<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says why a text is not a host name that can have a certificate.
 */
final class Name_Text {

	/**
	 * @param string $reason     As \Closte\InvalidDomainException has it.
	 * @param string $name       The text.
	 * @param string $suggestion The host name in it; '': there is none.
	 * @return ?string Null: this version does not know the reason.
	 */
	public static function of( string $reason, string $name, string $suggestion = '' ): ?string {
		$text = self::text( $reason, str_starts_with( $name, '*.' ) );

		if ( null === $text ) {
			return null;
		}

		$sentence = sprintf( $text, Plain_Text::of( $name ) );

		return match ( true ) {
			! in_array( $reason, array( 'url', 'email-address', 'path', 'port' ), true ) => $sentence,
			/* translators: %s: host name */
			'' !== $suggestion => $sentence . ' ' . sprintf( __( 'Enter the host name only: %s', 'closte-sync' ), $suggestion ),
			default            => $sentence . ' ' . __( 'Enter the host name only, such as shop.example.com.', 'closte-sync' ),
		};
	}

	public static function of_exception( \Closte\InvalidDomainException $e ): string {
		return self::of( $e->reason, (string) $e->domain, (string) ( $e->suggestion ?? '' ) ) ?? $e->getMessage();
	}

	private static function text( string $reason, bool $is_wildcard ): ?string {
		return match ( $reason ) {
			'empty'             => __( 'The domain is empty. Enter a host name such as shop.example.com.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'too-long'          => __( '“%s” is too long: a host name has at most 253 characters.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'label-too-long'    => __( '“%s” is not valid: each part between dots has at most 63 characters (in its xn-- form).', 'closte-sync' ),
			/* translators: %s: what was entered */
			'empty-label'       => __( '“%s” starts with a dot or has two dots in a row. Remove the extra dot.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'control-character' => __( '“%s” contains invisible control characters. Type the domain instead of pasting it.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'whitespace'        => __( '“%s” contains spaces. Enter one host name without spaces.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'url'               => __( '“%s” is a web address.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'email-address'     => __( '“%s” is an email address.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'user-info'         => __( '“%s” contains a user name or password before an @. Enter the host name only.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'path'              => __( '“%s” contains a path.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'port'              => __( '“%s” contains a port.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'ip-address'        => __( '“%s” is an IP address, not a host name such as shop.example.com.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'wildcard'          => __( '“%s” has an asterisk in the wrong place. A wildcard starts with “*.” and has no other asterisk: *.example.com.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'underscore'        => __( '“%s” contains an underscore. Host names consist of letters, digits, and hyphens; no certificate can be issued for this name. Enter a name without it.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'hyphen'            => __( '“%s” has a part that starts or ends with a hyphen, or has hyphens as its third and fourth characters. Such names cannot have a certificate.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'bad-punycode'      => __( '“%s” has an xn-- part that is not valid. Enter the name in its own script, or copy the xn-- form again.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'bad-character'     => __( '“%s” contains characters that are not allowed in a host name. Letters, digits, hyphens, and dots are allowed.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'single-label'      => __( '“%s” has no dot. Enter the whole host name, such as shop.example.com.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'special-use'       => __( '“%s” is a name for private use: it is not in public DNS, and no certificate can be issued for it.', 'closte-sync' ),
			/* translators: %s: what was entered */
			'reserved-name'     => __( '“%s” is a name for tests and documentation: it is not in public DNS, and no certificate can be issued for it.', 'closte-sync' ),
			'public-suffix'     => $is_wildcard
				/* translators: %s: what was entered */
				? __( '“%s” would cover every domain under a public suffix. Enter a wildcard under a domain of your own, such as *.example.com.', 'closte-sync' )
				/* translators: %s: what was entered */
				: __( '“%s” is a public suffix, under which others register their domains. Enter a domain under it.', 'closte-sync' ),
			default             => null,
		};
	}
}
