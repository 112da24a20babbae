<?php
/**
 * A language that marks what went through gettext.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Marks each translated text, ⟦like this⟧, and finds what people would read that has no mark: text that no language can
 * translate.
 *
 * To check a new screen, notice or mail, add what prints it to Pseudo_Locale_Test. HTML goes to unmarked_in_html(), mails and
 * messages of commands go to unmarked(). What is not for translation must be marked in the HTML as what it is: names, addresses
 * and commands stand in <code>, <kbd> or in an element with dir="ltr", and names that people gave in <bdi>. Dates are
 * WordPress's own.
 */
final class Pseudo_Locale {

	private const OPEN  = '⟦';
	private const CLOSE = '⟧';

	/** Attributes that people read or hear. */
	private const ATTRIBUTES = array( 'title', 'aria-label', 'placeholder', 'alt', 'label', 'data-label', 'data-copied', 'data-text' );

	/** Elements whose text is data. */
	private const DATA = array( 'script', 'style', 'code', 'kbd', 'samp', 'pre', 'bdi', 'time', 'textarea' );

	/** What may stand anywhere: names of hosts, addresses, times, and words that are the same in every language. */
	private const SAME_EVERYWHERE = '~
		(?:https?|mailto):[^\s<>"]+ | [\w.+-]+@[\w.-]+ | (?:\*\.)?(?:[\w-]+\.)+[\w-]{2,} | \b[0-9a-f:]+:[0-9a-f:]*\b | &\#?\w+;
		| \b(?:Closte|WordPress|WP-CLI|WP-Cron|PHP|DNS|UTC|TXT|CAA|CNAME|AAAA|A|URL|CSV|JSON|Ultimate\ Multisite|Mercator|Cloudflare|Action\ Scheduler)\b
	~xu';

	/**
	 * Marks from now on. Tests put filters back.
	 */
	public static function start(): void {
		// After all that others make of a text.
		foreach ( array( 'gettext', 'gettext_with_context', 'ngettext', 'ngettext_with_context' ) as $hook ) {
			add_filter( $hook, self::mark( ... ), PHP_INT_MAX );
		}
	}

	private static function mark( string $text ): string {
		return '' === trim( $text ) ? $text : self::OPEN . $text . self::CLOSE;
	}

	/**
	 * What has no mark in a page, or a part of one.
	 *
	 * @param list<string> $data What people gave: titles of sites, logins.
	 * @return list<string>
	 */
	public static function unmarked_in_html( string $html, array $data = array() ): array {
		$document = new \DOMDocument();
		$document->loadHTML( '<?xml encoding="utf-8"?><body>' . $html . '</body>', LIBXML_NOERROR | LIBXML_NOWARNING );

		$found = array();
		$text  = '';
		self::walk( $document, $text, $found, $data );

		return array_values( array_unique( array( ...$found, ...self::unmarked( $text, $data ) ) ) );
	}

	/**
	 * The same in plain text. A mark may begin in one place and end in another.
	 *
	 * @param list<string> $data
	 * @return list<string>
	 */
	public static function unmarked( string $text, array $data = array() ): array {
		$parts = preg_split( '/([' . self::OPEN . self::CLOSE . "\0])/u", $text, -1, PREG_SPLIT_DELIM_CAPTURE );
		$depth = 0;
		$found = array();

		foreach ( (array) $parts as $part ) {
			$depth += (int) ( self::OPEN === $part ) - (int) ( self::CLOSE === $part );

			if ( 0 !== $depth || in_array( $part, array( self::OPEN, self::CLOSE, "\0" ), true ) ) {
				continue;
			}

			$rest = (string) preg_replace( self::SAME_EVERYWHERE, ' ', str_replace( $data, ' ', (string) $part ) );

			if ( 1 === preg_match( '/\p{L}{2,}/u', $rest ) ) {
				$found[] = trim( (string) preg_replace( '/\s+/u', ' ', (string) $part ) );
			}
		}

		// Else what comes after would be taken for translated.
		if ( 0 !== $depth ) {
			$found[] = "marks that do not match ($depth): " . mb_substr( (string) strrchr( $text, $depth > 0 ? self::OPEN : self::CLOSE ), 0, 200 );
		}

		return array_values( array_unique( $found ) );
	}

	/**
	 * @param list<string> $found
	 * @param list<string> $data
	 */
	private static function walk( \DOMNode $node, string &$text, array &$found, array $data ): void {
		if ( $node instanceof \DOMText ) {
			$text .= $node->data;
			return;
		}

		if ( $node instanceof \DOMElement ) {
			foreach ( self::ATTRIBUTES as $name ) {
				array_push( $found, ...self::unmarked( $node->getAttribute( $name ), $data ) );
			}

			if ( 'input' === $node->nodeName && in_array( $node->getAttribute( 'type' ), array( 'submit', 'button' ), true ) ) {
				array_push( $found, ...self::unmarked( $node->getAttribute( 'value' ), $data ) );
			}

			if ( in_array( $node->nodeName, self::DATA, true ) || 'ltr' === $node->getAttribute( 'dir' ) ) {
				return;
			}
		}

		foreach ( $node->childNodes ?? array() as $child ) {
			// What is said in two elements is not one text, unless a mark goes across.
			$text .= $child instanceof \DOMElement ? "\0" : '';
			self::walk( $child, $text, $found, $data );
			$text .= $child instanceof \DOMElement ? "\0" : '';
		}
	}
}
