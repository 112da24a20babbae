<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Holds the key to Closte's client API, so that no dump, trace, export or serialisation shows it. Only {@see
 * Api_Key::reveal()} gives it out.
 */
final class Api_Key {

	public const NAME = 'CLOSTE_CLIENT_API_KEY';

	/**
	 * Outside the object, so that neither var_export() nor an array cast of it has anything to show.
	 *
	 * @var ?\WeakMap<self, string>
	 */
	private static ?\WeakMap $values = null;

	/**
	 * @param string                     $source Where it was found: `constant`, `environment`, `settings`, or the word of another plugin.
	 * @param string|\Closure(): string $label  What people call the place in that other plugin.
	 */
	private function __construct(
		#[\SensitiveParameter] string $value,
		public readonly string $source,
		private readonly string|\Closure $label = '',
	) {
		self::$values        ??= new \WeakMap();
		self::$values[ $this ] = $value;
	}

	/**
	 * The key that the constant or else the environment variable gives.
	 */
	public static function predefined(): ?self {
		return self::from( defined( self::NAME ) ? constant( self::NAME ) : null, 'constant' )
			?? self::from( getenv( self::NAME ), 'environment' );
	}

	/**
	 * A key as a person entered it; white space around it is cut off. It may be empty.
	 */
	public static function entered( #[\SensitiveParameter] string $value ): self {
		return new self( trim( $value ), 'settings' );
	}

	/**
	 * @param mixed                     $value  What was found there.
	 * @param string                    $source As the property, and so the label.
	 * @param string|\Closure(): string $label
	 * @return ?self Null where it is no key.
	 */
	public static function from( #[\SensitiveParameter] mixed $value, string $source, string|\Closure $label = '' ): ?self {
		return is_string( $value ) && '' !== trim( $value ) ? new self( trim( $value ), $source, $label ) : null;
	}

	/**
	 * Where it was found, for people.
	 */
	public function place(): string {
		$label = $this->label instanceof \Closure ? ( $this->label )() : $this->label;

		return match ( $this->source ) {
			'constant'    => __( 'the constant CLOSTE_CLIENT_API_KEY', 'closte-sync' ),
			'environment' => __( 'the environment variable CLOSTE_CLIENT_API_KEY', 'closte-sync' ),
			'settings'    => __( 'the settings of this network', 'closte-sync' ),
			default       => '' === $label ? $this->source : $label,
		};
	}

	/**
	 * What may be shown: the last 4 characters behind dots, and nothing at all of a key too short to hide the rest.
	 */
	public function masked(): string {
		$value = $this->reveal();

		return str_repeat( '•', 8 ) . ( strlen( $value ) >= 12 ? substr( $value, -4 ) : '' );
	}

	public function reveal(): string {
		return self::$values[ $this ];
	}

	/**
	 * @return array{source: string, value: string}
	 */
	public function __debugInfo(): array {
		return array(
			'source' => $this->source,
			'value'  => $this->masked(),
		);
	}

	/**
	 * @return never
	 * @throws \LogicException Always: a key must not end up in a cache or an option.
	 */
	public function __serialize(): array {
		throw new \LogicException( 'The API key cannot be serialised.' );
	}

	private function __clone() {}
}
