<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Operations\Add_Method;

/**
 * What is in the fields of the form that adds a domain, as it was typed.
 */
final class Add_Domain_Request {

	/** The names of the form's buttons. */
	public const CHECK = 'check';
	public const ADD   = 'add';

	/** The field with what was asked before, and is agreed to. */
	public const CONFIRMED = 'confirmed';

	/** More cannot be a domain, in whatever spelling. */
	private const LONGEST = 2000;

	/**
	 * @param string $site           Address or number; ''.
	 * @param ?Add_Method   $way            Null: none was chosen.
	 * @param bool   $is_to_be_added False: only checked.
	 * @param string $confirmed      What was agreed to, as {@see Add_Domain_Panel} has asked; ''.
	 */
	private function __construct(
		public readonly string $domain,
		public readonly string $site,
		public readonly ?Add_Method $way,
		public readonly bool $is_to_be_added,
		public readonly string $confirmed,
	) {}

	/**
	 * @param array<mixed> $fields Without slashes.
	 */
	public static function from( array $fields ): self {
		$text = static fn( string $name ): string => is_scalar( $fields[ $name ] ?? null )
			? trim( wp_check_invalid_utf8( substr( (string) $fields[ $name ], 0, self::LONGEST ), true ) )
			: '';

		return new self(
			$text( 'domain' ),
			$text( 'site' ),
			Add_Method::tryFrom( $text( 'way' ) ),
			'' !== $text( self::ADD ),
			$text( self::CONFIRMED )
		);
	}

	/**
	 * The form that was sent; null: none was.
	 */
	public static function posted(): ?self {
		// phpcs:ignore WordPress.Security.NonceVerification.Missing -- the screen checks it before anything is done.
		$fields = wp_unslash( $_POST );

		return isset( $fields[ self::ADD ] ) || isset( $fields[ self::CHECK ] ) ? self::from( $fields ) : null;
	}
}
