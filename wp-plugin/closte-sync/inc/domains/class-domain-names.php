<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Extension\Extension;
use ClosteSync\Text\Name_Text;
use ClosteSync\Text\Plain_Text;

/**
 * Asks \Closte\DomainName about names. Without the extension, and for names that it refuses, a name stays as it was
 * given, in lower case: it is normalised once that is possible.
 */
final class Domain_Names {

	/** Bytes; the length of the ledger's column. */
	private const LONGEST = 255;

	/** Names that are known still when one of them is asked about again: a row comes by here a dozen times. */
	private const REMEMBERED = 1000;

	/** @var array<string, ?\Closte\DomainName> */
	private array $parsed = array();

	public function __construct( private readonly Extension $extension ) {}

	/**
	 * The form that is stored, sent and compared.
	 */
	public function canonical( string $domain ): string {
		return $this->parse( $domain )?->ascii ?? $this->as_given( $domain );
	}

	/**
	 * Why this name cannot be sent, in words; null when it can, or when nobody can tell without the extension.
	 */
	public function problem( string $domain ): ?string {
		if ( ! $this->extension->is_usable() ) {
			return null;
		}

		try {
			\Closte\DomainName::parse( $domain );
			return null;
		} catch ( \Closte\InvalidDomainException $e ) {
			return Name_Text::of_exception( $e );
		}
	}

	/**
	 * Every form in which another table may hold this name.
	 *
	 * @return non-empty-list<string>
	 */
	public function forms( string $domain ): array {
		$name  = $this->parse( $domain );
		$forms = array( $this->as_given( $domain ) );

		if ( null !== $name ) {
			array_push( $forms, $name->ascii, $name->unicode );
		}

		// A name that ends in a dot is the same name, and WordPress keeps the dot.
		return array_values( array_unique( array( ...$forms, ...array_map( static fn( string $form ): string => "$form.", $forms ) ) ) );
	}

	/**
	 * The name with `www.` for one without, and the other way; null for a wildcard and for what is no name.
	 */
	public function counterpart( string $domain ): ?string {
		$name        = $this->parse( $domain );
		$counterpart = $name?->counterpart();

		return null === $counterpart || null !== $this->problem( $counterpart ) ? null : $counterpart;
	}

	/**
	 * The name with `www.`; null for one that has it, for a wildcard and for what is no name.
	 */
	public function www_name( string $domain ): ?string {
		return $this->is_www( $domain ) ? null : $this->counterpart( $domain );
	}

	/**
	 * The name without its `www.`; null for one that has none, for a wildcard and for what is no name.
	 */
	public function name_without_www( string $domain ): ?string {
		return $this->is_www( $domain ) ? $this->counterpart( $domain ) : null;
	}

	public function is_www( string $domain ): bool {
		return str_starts_with( $this->canonical( $domain ), 'www.' );
	}

	public static function is_wildcard( string $domain ): bool {
		return str_starts_with( $domain, '*.' );
	}

	/**
	 * Whether a certificate or an alias for one name serves the other too.
	 */
	public function covers( string $domain, string $other ): bool {
		return $domain !== $other && ( $this->parse( $domain )?->covers( $other ) ?? false );
	}

	/**
	 * The name in the script that it is written in. What is no name is shown so that nothing of it stays unseen.
	 */
	public function unicode( string $domain ): string {
		return $this->parse( $domain )?->unicode ?? Plain_Text::of_name( $domain );
	}

	/**
	 * The name for people, where nothing else says which one it is: another script may look like this one, so the A-label
	 * stands beside what is written in it (Unicode Technical Report 36, section 2).
	 */
	public function shown( string $domain ): string {
		$a_label = $this->a_label( $domain );

		return $this->unicode( $domain ) . ( null === $a_label ? '' : " ($a_label)" );
	}

	/**
	 * The A-label form, where it differs from the one that is written in a script of its own; else null.
	 */
	public function a_label( string $domain ): ?string {
		$name = $this->parse( $domain );

		return null === $name || $name->unicode === $name->ascii ? null : $name->ascii;
	}

	/**
	 * Whether a command line takes the name for one argument, and for none that is an option.
	 */
	public static function is_argument( string $domain ): bool {
		return 1 === preg_match( '/^(\*\.)?[a-z0-9_]([a-z0-9._-]*[a-z0-9_])?$/', $domain );
	}

	/**
	 * What to look for in the ledger and in the log when someone types a name, or whole labels of one, as people write it, or pastes
	 * a link.
	 */
	public function searchable( string $text ): string {
		$text  = Typed_Address::of( $text )->host;
		$name  = $this->parse( $text )?->ascii;
		$label = $this->parse( "$text.com" )?->ascii;

		return match ( true ) {
			1 !== preg_match( '/[^\x00-\x7F]/', $text ) => $text,
			null !== $name                              => $name,
			null !== $label                             => substr( $label, 0, -strlen( '.com' ) ),
			default                                     => $text,
		};
	}

	/**
	 * The part that is registered: example.co.uk of shop.example.co.uk; null for what is no name.
	 */
	public function registrable( string $domain ): ?string {
		return $this->parse( $domain )?->registrable;
	}

	private function parse( string $domain ): ?\Closte\DomainName {
		if ( ! $this->extension->is_usable() ) {
			return null;
		}

		if ( array_key_exists( $domain, $this->parsed ) ) {
			return $this->parsed[ $domain ];
		}

		if ( count( $this->parsed ) >= self::REMEMBERED ) {
			$this->parsed = array();
		}

		try {
			return $this->parsed[ $domain ] = \Closte\DomainName::parse( $domain );
		} catch ( \Closte\InvalidDomainException ) {
			return $this->parsed[ $domain ] = null;
		}
	}

	/**
	 * At most as long as the ledger's column. What is cut is marked, so that the rest is never taken for a name.
	 */
	private function as_given( string $domain ): string {
		$text = Plain_Text::lower( trim( wp_check_invalid_utf8( Plain_Text::cut( $domain, 4 * self::LONGEST ), true ) ) );
		$text = (string) preg_replace( '/(?<=[^.])\.$/', '', $text );

		return strlen( $text ) <= self::LONGEST ? $text : Plain_Text::cut( $text, self::LONGEST - strlen( '…' ) ) . '…';
	}
}
