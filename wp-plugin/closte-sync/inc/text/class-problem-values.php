<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * What the sentence of a problem is made of. A value that was not stored is empty.
 */
final class Problem_Values {

	/**
	 * @param array<string, mixed> $values
	 * @param list<array{action: string, type: string, name: string, value: string}> $records
	 * @param bool $says_change Whether sentences say what to change at the DNS provider.
	 */
	public function __construct(
		private readonly array $values,
		public readonly array $records,
		public readonly string $severity,
		private readonly bool $says_change = true,
	) {}

	public function text( string $name ): string {
		$value = $this->values[ $name ] ?? '';

		return is_scalar( $value ) ? Plain_Text::of( (string) $value ) : '';
	}

	public function number( string $name ): int {
		$value = $this->values[ $name ] ?? 0;

		return is_numeric( $value ) ? (int) $value : 0;
	}

	/**
	 * @return list<string>
	 */
	public function list( string $name ): array {
		$value = $this->values[ $name ] ?? array();

		return is_array( $value ) ? array_values( array_map( Plain_Text::of( ... ), array_filter( $value, 'is_string' ) ) ) : array();
	}

	/**
	 * Several names as one phrase; '' where there is none.
	 */
	public function listed( string $name ): string {
		return Listing::of( $this->list( $name ) );
	}

	/**
	 * What to change at the DNS provider, as a sentence.
	 *
	 * @param string $else     Where no record is known.
	 * @param bool   $replaces Whether the name has records already, which those to set take the place of.
	 */
	public function change( string $else = '', bool $replaces = false ): string {
		if ( ! $this->says_change ) {
			return '';
		}

		$sentence = Problem_Records::sentence( $this->records, $replaces );

		return '' === $sentence ? $else : $sentence;
	}
}
