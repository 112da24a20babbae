<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Pages;
use ClosteSync\Operations\Ownership;

/**
 * A part of the settings screen that asks Closte only when it is asked for: by a link, whose answer the script puts into
 * the place of the part.
 */
final class Section {

	/** The ids of the parts, and what asks for them in the query string. */
	public const AT_CLOSTE = 'closte-sync-at-closte';
	public const SEND_ALL  = 'closte-sync-send-all';
	public const QUERIES   = array(
		self::AT_CLOSTE => 'at_closte',
		self::SEND_ALL  => 'send_all',
	);

	/**
	 * What Closte has.
	 *
	 * @param ?Ownership $ownership Only these domains; null: all.
	 */
	public static function list_url( ?Ownership $ownership = null ): string {
		return self::url( self::AT_CLOSTE, $ownership->value ?? 'all' );
	}

	/**
	 * What would be sent.
	 */
	public static function plan_url(): string {
		return self::url( self::SEND_ALL, 'plan' );
	}

	/**
	 * How far the sending has come, without asking Closte anything.
	 */
	public static function sending_url(): string {
		return Pages::settings_url() . '#' . self::SEND_ALL;
	}

	private static function url( string $id, string $value ): string {
		return add_query_arg( self::QUERIES[ $id ], rawurlencode( $value ), Pages::settings_url() ) . "#$id";
	}

	/**
	 * @return ?string What is asked for; null: nothing.
	 */
	public static function asked( string $id ): ?string {
		$value = $_GET[ self::QUERIES[ $id ] ] ?? null; // phpcs:ignore WordPress.Security -- only chooses what is shown, and is compared.

		return is_string( $value ) ? sanitize_key( $value ) : null;
	}

	public static function open( string $id, string $title ): void {
		printf(
			'<section id="%1$s" class="closte-sync-part" aria-labelledby="%1$s-title" data-query="%2$s" data-waits="%3$s" data-failed="%4$s"><h2 id="%1$s-title">%5$s</h2>',
			esc_attr( $id ),
			esc_attr( self::QUERIES[ $id ] ),
			esc_attr__( 'Asking Closte…', 'closte-sync' ),
			esc_attr__( 'The server did not answer. Try again.', 'closte-sync' ),
			esc_html( $title )
		);
	}

	public static function show_button( string $url, string $label, bool $is_primary = false ): void {
		printf(
			'<p><a class="button%s" href="%s">%s</a> <span class="spinner" aria-hidden="true"></span></p>',
			$is_primary ? ' button-primary' : '',
			esc_url( $url ),
			esc_html( $label )
		);
	}

	/**
	 * Closte could not be asked.
	 *
	 * @param string $text Why, and what to do.
	 */
	public static function show_failure( string $text, string $url ): void {
		wp_admin_notice( esc_html( $text ), array( 'type' => 'error', 'additional_classes' => array( 'inline' ) ) );
		self::show_button( $url, __( 'Try again', 'closte-sync' ) );
	}
}
