<?php
/**
 * Reads, merges and checks the files of translators, with the gettext library that WP-CLI brings.
 *
 * usage: php translations.php WP-CLI.phar pot RAW POT                 a stable order, and no line numbers
 *        php translations.php WP-CLI.phar merge POT PO LOCALE NEW     the strings of POT with the translations of PO
 *        php translations.php WP-CLI.phar check PO…                   says what is missing or wrong; status 1 if anything is
 */

declare(strict_types=1);

use Gettext\Generators\Po;
use Gettext\Translation;
use Gettext\Translations;

/** All three languages count one thing and several. */
const PLURAL_FORMS = 'nplurals=2; plural=(n != 1);';

$arguments = array_slice( $argv, 1 );
require 'phar://' . array_shift( $arguments ) . '/vendor/autoload.php';

exit(
	match ( array_shift( $arguments ) ) {
		'pot'   => write_pot( ...$arguments ),
		'merge' => merge( ...$arguments ),
		'check' => check( $arguments ),
		default => 2,
	}
);

function write_pot( string $raw, string $pot ): int {
	return write( sorted( Translations::fromPoFile( $raw ) ), array( 'X-Domain' => 'closte-sync' ), $pot );
}

function merge( string $pot, string $po, string $locale, string $new ): int {
	$strings = Translations::fromPoFile( $pot );
	$known   = is_file( $po ) ? Translations::fromPoFile( $po ) : new Translations();

	foreach ( $strings as $string ) {
		$translation = $known->find( $string );

		// A text that became another one, or got a plural, is to be translated anew.
		if ( false !== $translation && $translation->getPlural() === $string->getPlural() && ! in_array( 'fuzzy', $translation->getFlags(), true ) ) {
			$string->setTranslation( $translation->getTranslation() );
			$string->setPluralTranslations( $translation->getPluralTranslations() );
		}
	}

	return write( $strings, array( 'Language' => $locale, 'Plural-Forms' => PLURAL_FORMS, 'X-Domain' => 'closte-sync' ), $new );
}

/**
 * By the file that has it first, then by the text: no move of a line changes anything.
 */
function sorted( Translations $strings ): Translations {
	$list = array();

	foreach ( $strings as $string ) {
		$files = array_values( array_unique( array_column( $string->getReferences(), 0 ) ) );
		sort( $files );
		$string->deleteReferences();

		foreach ( $files as $file ) {
			$string->addReference( $file );
		}

		$list[] = array( $files[0] ?? '', $string->getOriginal(), (string) $string->getContext(), $string );
	}

	usort( $list, static fn( array $a, array $b ): int => array_slice( $a, 0, 3 ) <=> array_slice( $b, 0, 3 ) );

	$sorted = new Translations();

	foreach ( $list as $entry ) {
		$comments = $entry[3]->getExtractedComments();
		sort( $comments );
		$entry[3]->deleteExtractedComments();
		array_walk( $comments, $entry[3]->addExtractedComment( ... ) );
		$sorted->append( $entry[3] );
	}

	return $sorted;
}

/**
 * @param array<string, string> $headers Beside those that each file has: no dates, no names.
 */
function write( Translations $strings, array $headers, string $file ): int {
	$strings->deleteHeaders();

	// WP-CLI puts the time of the day into what lacks a date.
	$dates = array( 'POT-Creation-Date' => '', 'PO-Revision-Date' => '' );
	$all   = array( 'Project-Id-Version' => 'Closte Sync' ) + $dates + array( 'MIME-Version' => '1.0', 'Content-Type' => 'text/plain; charset=UTF-8', 'Content-Transfer-Encoding' => '8bit' ) + $headers;

	foreach ( $all as $name => $value ) {
		$strings->setHeader( $name, $value );
	}

	return false === file_put_contents( $file, Po::toString( $strings ) . "\n" ) ? 1 : 0;
}

/**
 * @param list<string> $files
 */
function check( array $files ): int {
	$status = 0;

	foreach ( $files as $file ) {
		foreach ( Translations::fromPoFile( $file ) as $string ) {
			foreach ( problems( $string ) as $problem ) {
				printf( "%s: %s: %s\n", basename( $file ), $problem, $string->getOriginal() );
				$status = 1;
			}
		}
	}

	return $status;
}

/**
 * @return list<string>
 */
function problems( Translation $string ): array {
	if ( in_array( 'fuzzy', $string->getFlags(), true ) ) {
		return array( 'fuzzy' );
	}

	$forms   = array( $string->getTranslation(), ...( $string->hasPlural() ? $string->getPluralTranslations() : array() ) );
	$sources = $string->hasPlural() ? array( $string->getOriginal(), $string->getPlural() ) : array( $string->getOriginal() );

	if ( count( $forms ) !== count( $sources ) || in_array( '', array_map( 'trim', $forms ), true ) ) {
		return array( 'not translated' );
	}

	$problems = array();

	foreach ( $forms as $index => $form ) {
		$problems = array( ...$problems, ...differences( $sources[ $index ], $form ) );
	}

	return array_values( array_unique( $problems ) );
}

/**
 * @return list<string>
 */
function differences( string $source, string $form ): array {
	$parts = array(
		'other placeholders'        => static fn( string $text ): array => found( '/%(?:\d+\$)?[+-]?\d*(?:\.\d+)?[bcdeEfFgGosuxXl]|%%/', $text ),
		'other HTML'                => static fn( string $text ): array => found( '/<\/?[a-z][^<>]*>/i', $text ),
		'other space at its edges'  => static fn( string $text ): array => array( substr( $text, 0, strspn( $text, " \n\t" ) ), substr( $text, strlen( rtrim( $text, " \n\t" ) ) ) ),
		'other lines'               => static fn( string $text ): array => array( substr_count( $text, "\n" ) ),
		'another name or command'   => static fn( string $text ): array => found( '/\bwp closte (?:adopt|check|doctor|domain|identity|key|log|run|status|sync|watch)\b|\b[A-Z]+_[A-Z_]+\b|\bcloste\.[a-z_]+|\bwp-config\.php\b/', $text ),
	);

	return array_keys( array_filter( $parts, static fn( \Closure $of ): bool => $of( $source ) !== $of( $form ) ) );
}

/**
 * @return list<string>
 */
function found( string $pattern, string $text ): array {
	preg_match_all( $pattern, $text, $matches );
	sort( $matches[0] );

	return $matches[0];
}
