<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

/**
 * Checks the options that take words of a list. WP-CLI lets several of them through, separated by commas, also where one is
 * meant. A word that is none of them ends the command, and the hint has the list.
 */
final class Word_Option {

	/**
	 * @param mixed        $given As WP-CLI hands it over.
	 * @param list<string> $words In small letters.
	 * @return string One of the words.
	 */
	public static function one( string $option, mixed $given, array $words ): string {
		$word = strtolower( trim( (string) $given ) );
		return in_array( $word, $words, true ) ? $word : self::refuse( $option, (string) $given, self::hint( $words ) );
	}

	/**
	 * Several, separated by commas.
	 *
	 * @param mixed        $given As WP-CLI hands it over; null: the option was not given.
	 * @param list<string> $words In small letters.
	 * @return list<string> Some of the words; none where the option was not given.
	 */
	public static function several( string $option, mixed $given, array $words ): array {
		if ( null === $given ) {
			return array();
		}
		$chosen = array_map( static fn( string $word ): string => self::one( $option, $word, $words ), explode( ',', (string) $given ) );
		return array_values( array_unique( $chosen ) );
	}

	/**
	 * The options that say how something is printed: WP-CLI looks at the names of fields only where there is something to print.
	 *
	 * @param array<string, mixed> $assoc_args Options.
	 * @param list<string>         $formats    What --format may be.
	 * @param list<string>         $fields     What there is to show.
	 */
	public static function expect_output( array $assoc_args, array $formats, array $fields = array() ): void {
		self::one( 'format', $assoc_args['format'] ?? $formats[0], $formats );
		$named = array_intersect_key( $assoc_args, array_flip( array( 'field', 'fields' ) ) );
		foreach ( $named as $option => $given ) {
			foreach ( 'fields' === $option ? explode( ',', (string) $given ) : array( (string) $given ) as $field ) {
				if ( ! in_array( trim( $field ), $fields, true ) ) {
					/* translators: %s: what was given */
					Terminal::fail( sprintf( __( 'Invalid field: %s.', 'closte-sync' ), $field ), self::hint( $fields ) );
				}
			}
		}
	}

	/**
	 * A whole number that is not negative.
	 *
	 * @param mixed $given As WP-CLI hands it over.
	 */
	public static function number( string $option, mixed $given, string $hint ): int {
		$number = filter_var( $given, FILTER_VALIDATE_INT, array( 'options' => array( 'min_range' => 0 ) ) );
		return false === $number ? self::refuse( $option, (string) $given, $hint ) : $number;
	}

	/**
	 * The number of a site; 0: none.
	 */
	public static function site( string $given ): int {
		return self::number( 'blog_id', $given, __( 'list the sites of this network: wp site list', 'closte-sync' ) );
	}

	/**
	 * Says what was wrong with an option and what to give, and ends with status 1.
	 *
	 * @return never
	 */
	public static function refuse( string $option, string $given, string $hint ): void {
		/* translators: 1: name of an option, 2: what was given */
		Terminal::fail( sprintf( __( 'Invalid value for --%1$s: "%2$s".', 'closte-sync' ), $option, $given ), $hint );
	}

	/**
	 * @param list<string> $words
	 */
	private static function hint( array $words ): string {
		/* translators: %s: words */
		return sprintf( __( 'choose from %s', 'closte-sync' ), implode( ', ', $words ) );
	}
}
