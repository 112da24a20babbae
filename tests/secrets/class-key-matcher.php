<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * Finds pieces of the key in any text, plain or written in another way. A piece has eight characters in a row: the last
 * four, which may be shown, are never enough.
 */
final class Key_Matcher {

	private const PIECE = 8;

	/**
	 * What is looked for, in small letters, by what it is.
	 *
	 * @var array<string, string>
	 */
	private array $needles = array();

	/**
	 * Takes the key.
	 *
	 * @param string $key The key; what of it is looked for are runs of letters and digits.
	 */
	public function __construct( #[\SensitiveParameter] private readonly string $key ) {
		preg_match_all( '/[a-z0-9]{' . self::PIECE . '}/i', $key, $pieces );
		foreach ( $pieces[0] as $n => $piece ) {
			foreach ( self::forms( $piece ) as $form => $text ) {
				$this->needles[ "piece $n, $form" ] = strtolower( $text );
			}
		}
		foreach ( array( 0, 1, 2 ) as $offset ) {
			// The characters at both ends depend on what stands beside the key.
			$encoded = substr( base64_encode( str_repeat( ' ', $offset ) . $key ), 4, -8 );
			foreach ( str_split( $encoded, 12 ) as $n => $piece ) {
				if ( 12 === strlen( $piece ) ) {
					$this->needles[ "Base64 at $offset, $n" ] = strtolower( $piece );
				}
			}
		}
	}

	/** The key itself, for what must have it. */
	public function key(): string {
		return $this->key;
	}

	/** What may be shown of it. */
	public function tail(): string {
		return substr( $this->key, -4 );
	}

	/**
	 * What of the key is in a text.
	 *
	 * @return list<string> What it is, with what stands around it.
	 */
	public function find( string $text ): array {
		$found = array();
		$lower = strtolower( $text );
		foreach ( $this->needles as $what => $needle ) {
			$at = strpos( $lower, $needle );
			if ( false !== $at ) {
				$found[] = "$what: …" . preg_replace( '/[^\x20-\x7e]+/', ' ', substr( $text, max( 0, $at - 120 ), 280 ) ) . '…';
			}
		}

		return $found;
	}

	/**
	 * What of the key is in a file, however long.
	 *
	 * @return list<string>
	 */
	public function find_in_file( string $file ): array {
		$stream = fopen( $file, 'rb' );
		$tail   = '';
		$found  = array();
		while ( array() === $found && ! feof( $stream ) ) {
			$chunk = (string) fread( $stream, 8_388_608 );
			$found = $this->find( $tail . $chunk );
			$tail  = substr( $chunk, -256 );
		}
		fclose( $stream );

		return $found;
	}

	/**
	 * A piece as programs write it.
	 *
	 * @return array<string, string>
	 */
	private static function forms( string $piece ): array {
		$bytes = str_split( $piece );

		return array(
			'plain'          => $piece,
			'backwards'      => strrev( $piece ),
			'hexadecimal'    => bin2hex( $piece ),
			'backwards, hex' => bin2hex( strrev( $piece ) ),
			'percent'        => '%' . implode( '%', str_split( bin2hex( $piece ), 2 ) ),
			'HTML, decimal'  => implode( array_map( static fn( string $byte ): string => '&#' . ord( $byte ) . ';', $bytes ) ),
			'HTML, hex'      => implode( array_map( static fn( string $byte ): string => '&#x' . bin2hex( $byte ) . ';', $bytes ) ),
			'JSON, escaped'  => implode( array_map( static fn( string $byte ): string => '\u00' . bin2hex( $byte ), $bytes ) ),
			'PHP, hex'       => implode( array_map( static fn( string $byte ): string => '\x' . bin2hex( $byte ), $bytes ) ),
			'UTF-16'         => implode( "\0", $bytes ),
			'rot13'          => str_rot13( $piece ),
			'one a line'     => implode( "\n", $bytes ),
		);
	}
}
