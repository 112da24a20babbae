<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Guide;

/**
 * The guide for people, in the language of the user where there is one, else in English. Each language is a file in
 * `guides`: sections of plain HTML, with the same ids in all.
 *
 * In the files, `<b class="ui">` has words of the screens as they are in English: they are shown as the screens show them.
 * What stands in two braces is filled in, see {@see Guide_Values}.
 */
final class Guide {

	private const FALLBACK = 'en';

	private const ALLOWED = array(
		'section' => array( 'id' => true ),
		'h2'      => array(),
		'h3'      => array( 'id' => true ),
		'p'       => array(),
		'ul'      => array(),
		'ol'      => array(),
		'li'      => array(),
		'table'   => array(),
		'thead'   => array(),
		'tbody'   => array(),
		'tr'      => array(),
		'th'      => array( 'scope' => true ),
		'td'      => array(),
		'a'       => array( 'href' => true ),
		'b'       => array( 'class' => true ),
		'strong'  => array(),
		'code'    => array(),
	);

	/** The language of the text, as HTML names it. */
	public readonly string $language;

	private readonly string $html;

	/**
	 * @param string                $locale As WordPress names it.
	 * @param array<string, string> $values What is filled in, as HTML, by name.
	 */
	public function __construct( string $locale, private readonly array $values ) {
		$language       = substr( $locale, 0, 2 );
		$this->language = is_readable( self::file( $language ) ) ? $language : self::FALLBACK;
		$this->html     = wp_kses( (string) file_get_contents( self::file( $this->language ) ), self::ALLOWED );
	}

	/**
	 * @return array<string, string> Titles of the sections as HTML, by id.
	 */
	public function titles(): array {
		preg_match_all( '~<section id="([a-z-]+)">\s*<h2>(.*?)</h2>~s', $this->html, $matches );

		return array_combine( $matches[1], $matches[2] );
	}

	/**
	 * As HTML, escaped.
	 *
	 * @param string $section Only this; '': all.
	 */
	public function html( string $section = '' ): string {
		$html = $this->html;

		if ( isset( $this->titles()[ $section ] ) ) {
			preg_match( '~<section id="' . $section . '">.*?</section>~s', $html, $match );
			$html = $match[0] ?? $html;
		}

		$html = (string) preg_replace_callback( '~<b class="ui">(.*?)</b>~s', self::as_the_screens_say( ... ), $html );
		$html = str_replace( '<code>', '<code dir="ltr">', $html );

		$value = fn( array $found ): string => $this->values[ $found[1] ] ?? '';

		return (string) preg_replace_callback( '~\{\{(\w+)\}\}~', $value, $html );
	}

	/**
	 * @param array<string> $found
	 */
	private static function as_the_screens_say( array $found ): string {
		$english = html_entity_decode( $found[1], ENT_QUOTES | ENT_HTML5, 'UTF-8' );
		$text    = translate( $english, 'closte-sync' ); // phpcs:ignore WordPress.WP.I18n -- the screens have it too, where it is collected.

		return '<b class="ui">' . esc_html( (string) preg_replace( '/%(?:\d\$)?[sd]/', '…', $text ) ) . '</b>';
	}

	private static function file( string $language ): string {
		return dirname( CLOSTE_SYNC_FILE ) . "/guides/$language.html";
	}
}
