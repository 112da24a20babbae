<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Text\Plain_Text;

/**
 * Fields that were not saved, with what was entered and what is wrong with it: kept over the redirect for the user who
 * submitted them, so that they can be corrected where they are.
 */
final class Rejected_Input {

	private const LIFETIME      = 5 * MINUTE_IN_SECONDS;
	private const LONGEST_VALUE = 4000;

	/**
	 * @param array<string, string> $values What was entered, by field.
	 * @param array<string, string> $errors What is wrong with it, by field, in plain text.
	 */
	public function __construct( private readonly array $values = array(), public readonly array $errors = array() ) {}

	/**
	 * @param array<mixed>          $input  The form as it was submitted, without slashes.
	 * @param array<string, string> $errors By field.
	 */
	public static function of( array $input, array $errors ): self {
		$values = array();

		foreach ( array_keys( $errors ) as $field ) {
			$value            = $input[ $field ] ?? '';
			$values[ $field ] = is_string( $value ) ? Plain_Text::cut( wp_check_invalid_utf8( $value ), self::LONGEST_VALUE ) : '';
		}

		return new self( $values, $errors );
	}

	public function keep(): void {
		set_site_transient( self::name(), array( $this->values, $this->errors ), self::LIFETIME );
	}

	/**
	 * What the user's last form left, once.
	 */
	public static function take(): self {
		$kept = get_site_transient( self::name() );

		if ( ! is_array( $kept ) || 2 !== count( $kept ) ) {
			return new self();
		}

		delete_site_transient( self::name() );

		return new self( (array) $kept[0], (array) $kept[1] );
	}

	/**
	 * What stands in a field.
	 *
	 * @param string $stored What is saved.
	 */
	public function value( string $field, string $stored ): string {
		return $this->values[ $field ] ?? $stored;
	}

	private static function name(): string {
		return 'closte_sync_rejected_' . get_current_user_id();
	}
}
