<?php
/**
 * The guide: the same sections in each language, and the words of the screens.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

use ClosteSync\Admin\Guide\Guide;
use ClosteSync\Admin\Guide\Guide_Screen;
use ClosteSync\Admin\Guide\Guide_Values;
use ClosteSync\Settings\Settings;

require_once __DIR__ . '/class-screens-test-case.php';

final class Guide_Test extends Screens_Test_Case {

	private const PLUGIN = __DIR__ . '/../../wp-plugin/closte-sync';

	private const CHAPTERS = array( 'requirements', 'setup', 'how-it-works', 'new-sites', 'check-interval', 'troubleshooting', 'for-owners' );

	/** @dataProvider languages */
	public function test_each_language_has_the_same_sections_headings_and_places( string $language ): void {
		$this->assertSame( self::CHAPTERS, array_keys( $this->guide( $language )->titles() ) );
		$this->assertSame( $language, $this->guide( $language )->language );

		foreach ( array( 'ids' => '~<(\w+) id="([^"]+)"~', 'headings' => '~<(h[2-6])>~', 'values' => '~\{\{\w+\}\}~', 'code' => '~<code>[^<]+</code>~', 'list items' => '~<(li|td|th)\b~' ) as $what => $pattern ) {
			$this->assertSame( self::found( $pattern, 'en' ), self::found( $pattern, $language ), "$what of $language" );
		}
	}

	/** @dataProvider languages */
	public function test_each_section_quotes_the_same_words_of_the_screens( string $language ): void {
		foreach ( self::CHAPTERS as $chapter ) {
			$this->assertSame( self::quoted( 'en', $chapter ), self::quoted( $language, $chapter ), "$language, $chapter" );
		}
	}

	/** @dataProvider languages */
	public function test_nothing_of_it_is_lost_on_the_way_to_the_screen( string $language ): void {
		$document = new \DOMDocument();
		$this->assertTrue( $document->loadXML( '<guide>' . str_replace( '&nbsp;', ' ', self::file( $language ) ) . '</guide>' ), $language );

		$html = ( new Guide( $language, array() ) )->html();
		$kept = str_replace( array( ' dir="ltr"', '{{' ), array( '', '{{' ), $html );
		$this->assertSame( substr_count( self::file( $language ), '<' ), substr_count( $kept, '<' ) );

		preg_match_all( '~href="([^"]*)"~', self::file( $language ), $links );
		preg_match_all( '~ id="([^"]+)"~', self::file( $language ), $ids );
		foreach ( $links[1] as $link ) {
			$is_known = 1 === preg_match( '~^\{\{(settings|domains|health)\}\}$~', $link ) || in_array( ltrim( $link, '#' ), $ids[1], true );
			$this->assertTrue( $is_known, "$language links to $link" );
		}
	}

	public function test_the_quoted_words_are_on_the_screens(): void {
		$words = array();
		$files = new \RegexIterator( new \RecursiveIteratorIterator( new \RecursiveDirectoryIterator( self::PLUGIN . '/inc' ) ), '/\.php$/' );

		foreach ( $files as $file ) {
			preg_match_all( "/(?:__|_e|esc_html__|esc_html_e|esc_attr__|esc_attr_e)\(\s*'((?:[^'\\\\]|\\\\.)*)',\s*'closte-sync'/", (string) file_get_contents( (string) $file ), $found );
			array_push( $words, ...array_map( 'stripslashes', $found[1] ) );
		}

		foreach ( self::CHAPTERS as $chapter ) {
			$this->assertSame( array(), array_values( array_diff( self::quoted( 'en', $chapter ), $words ) ), $chapter );
		}
	}

	public function test_the_screens_own_words_are_shown_in_the_language_of_the_screens(): void {
		add_filter( 'gettext_closte-sync', static fn( string $text, string $english ): string => 'API key' === $english ? 'API-<Schlüssel> %s' : $text, 10, 2 );

		$this->assertStringContainsString( '<b class="ui">API-&lt;Schlüssel&gt; …</b>', $this->guide( 'en' )->html() );
	}

	public function test_a_language_without_a_guide_gets_the_english_one_and_says_so(): void {
		$this->log_in( 'super' );
		add_filter( 'determine_locale', static fn(): string => 'xx_XX' );
		$html = $this->printed( ( new Guide_Screen() )->show( ... ) );

		$this->assertStringContainsString( '<article lang="en" dir="ltr">', $html );
		$this->assertStringContainsString( 'Troubleshooting', $html );
	}

	public function test_it_tells_of_this_network_and_a_section_can_stand_alone(): void {
		$this->log_in( 'super' );
		$this->set( array( 'targets' => array( '192.0.2.7', '2001:db8::7', 'edge.example.com' ), 'check_interval' => 45 ) );

		$_GET = array( 'section' => 'for-owners' );
		$html = $this->printed( ( new Guide_Screen() )->show( ... ) );
		$text = preg_replace( '/\s+/', ' ', wp_strip_all_tags( str_replace( '<', ' <', $html ) ) );
		$this->assertStringNotContainsString( 'id="troubleshooting"', $html );
		$this->assertMatchesRegularExpression( '/ A @ .*192\.0\.2\.7.* A www .*192\.0\.2\.7.* AAAA @ .*2001:db8::7.* ALIAS \/ ANAME @ .*edge\.example\.com.* CNAME www .*edge\.example\.com/s', $text );

		$_GET = array( 'section' => 'nothing"><script>' );
		$html = $this->printed( ( new Guide_Screen() )->show( ... ) );
		$this->assertStringContainsString( 'every 45 seconds', preg_replace( '/\s+/', ' ', $html ) );
		$this->assertStringContainsString( 'id="troubleshooting"', $html );
		$this->assertStringNotContainsString( '{{', $html );
		$this->assertStringNotContainsString( '<script', $html );
	}

	/** @return array<string, array{string}> */
	public static function languages(): array {
		$languages = array();

		foreach ( (array) glob( self::PLUGIN . '/guides/*.html' ) as $file ) {
			$language               = basename( (string) $file, '.html' );
			$languages[ $language ] = array( $language );
		}

		return $languages;
	}

	private function guide( string $language ): Guide {
		return new Guide( $language, Guide_Values::of( Settings::load() ) );
	}

	private static function file( string $language ): string {
		return (string) file_get_contents( self::PLUGIN . "/guides/$language.html" );
	}

	/**
	 * @return list<string> Sorted, as the order of words differs.
	 */
	private static function quoted( string $language, string $chapter ): array {
		preg_match( "~<section id=\"$chapter\">.*?</section>~s", self::file( $language ), $section );
		preg_match_all( '~<b class="ui">(.*?)</b>~s', $section[0] ?? '', $found );
		$words = array_map( static fn( string $word ): string => html_entity_decode( $word, ENT_QUOTES | ENT_HTML5, 'UTF-8' ), $found[1] );
		sort( $words );

		return $words;
	}

	/**
	 * @return list<string>
	 */
	private static function found( string $pattern, string $language ): array {
		preg_match_all( $pattern, self::file( $language ), $found );
		$all = $found[0];

		// The order of words differs.
		if ( str_contains( $pattern, 'code' ) || str_contains( $pattern, '{' ) ) {
			sort( $all );
		}

		return $all;
	}
}
