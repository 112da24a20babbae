<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Diagnosis\Finding;
use ClosteSync\Text\Plain_Text;

/**
 * Prints what the commands say besides their output: errors and hints go to STDERR, so that a pipe has data only.
 */
final class Terminal {

	public static function hint( string $text ): void {
		if ( '' !== $text && ! \WP_CLI::get_config( 'quiet' ) ) {
			fwrite( STDERR, 'hint: ' . self::clean( $text ) . "\n" ); // phpcs:ignore WordPress.WP.AlternativeFunctions
		}
	}

	/**
	 * Says what is wrong and what to do, and ends with status 1.
	 *
	 * @return never
	 */
	public static function fail( string $message, string $hint = '' ): void {
		\WP_CLI::error( self::clean( $message ), false );
		self::hint( $hint );
		\WP_CLI::halt( 1 );
	}

	/**
	 * Ends with status 1 if there are arguments. WP-CLI itself lets any through where a command has none.
	 *
	 * @param list<string>         $args       Positional arguments.
	 * @param array<string, mixed> $assoc_args Options.
	 */
	public static function expect_no_arguments( array $args, array $assoc_args ): void {
		$surplus = array( ...$args, ...array_map( static fn( int|string $name ): string => "--$name", array_keys( $assoc_args ) ) );
		if ( array() !== $surplus ) {
			/* translators: %s: what was typed too much */
			self::fail( sprintf( __( 'This command takes no arguments: %s', 'closte-sync' ), implode( ' ', $surplus ) ) );
		}
	}

	/**
	 * Ends with status 1 if the finding is an error.
	 */
	public static function fail_on_error( Finding $finding ): void {
		if ( $finding->is_error() ) {
			self::fail( $finding->message, $finding->advice );
		}
	}

	/**
	 * Says that something is not as it should be.
	 */
	public static function warn( string $text ): void {
		\WP_CLI::warning( self::clean( $text ) );
	}

	/**
	 * Says what was done.
	 */
	public static function say( string $text ): void {
		\WP_CLI::log( self::clean( $text ) );
	}

	/**
	 * Text from outside, without what a terminal would act upon.
	 */
	public static function clean( string $text ): string {
		return Plain_Text::of( $text );
	}
}
