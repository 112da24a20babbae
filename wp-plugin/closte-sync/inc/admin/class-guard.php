<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Settings\Permission;


/**
 * Decides who may use the screens, and whether a request was meant.
 */
final class Guard {

	public const CAPABILITY = Permission::CAPABILITY;

	public static function allows(): bool {
		return Permission::allows();
	}

	/**
	 * Ends the request unless the user may act and has submitted this very form: an address alone changes nothing.
	 */
	public static function require_form( string $action ): void {
		self::require_nonce( $action, self::posted( '_wpnonce' ) );
	}

	/**
	 * As {@see Guard::require_form()}, where the nonce was posted in another way.
	 */
	public static function require_nonce( string $action, string $nonce ): void {
		self::require_capability();

		if ( ! wp_verify_nonce( $nonce, $action ) ) {
			wp_nonce_ays( $action );
		}
	}

	/**
	 * The hidden field of a form. Unlike wp_nonce_field() it has no id, so that a page may have several.
	 */
	public static function nonce_field( string $action ): string {
		return sprintf( '<input type="hidden" name="_wpnonce" value="%s">', esc_attr( (string) wp_create_nonce( $action ) ) );
	}

	/**
	 * Ends the request unless the user may be here.
	 */
	public static function require_capability(): void {
		if ( ! self::allows() ) {
			wp_die(
				esc_html__( 'Sorry, you are not allowed to manage the Closte integration of this network.', 'closte-sync' ),
				'',
				array( 'response' => 403 )
			);
		}
	}

	/**
	 * A field of a form; '' where it is missing or no text. Who acts on it checks the nonce first.
	 */
	public static function posted( string $name ): string {
		$value = wp_unslash( $_POST[ $name ] ?? '' ); // phpcs:ignore WordPress.Security -- this is what checks the nonce.

		return is_string( $value ) ? $value : '';
	}
}
