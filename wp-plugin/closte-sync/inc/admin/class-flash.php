<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Diagnosis\Finding;
use ClosteSync\Diagnosis\Severity;

/**
 * Keeps messages over a redirect, in the manner of the Settings API, but each user sees only their own.
 */
final class Flash {

	private const LIFETIME = 5 * MINUTE_IN_SECONDS;

	/**
	 * @param string $type `success`, `info`, `warning` or `error`.
	 */
	public static function add( string $type, string $text ): void {
		$waiting   = self::waiting();
		$waiting[] = array(
			'type' => $type,
			'text' => $text,
		);
		set_site_transient( self::name(), $waiting, self::LIFETIME );
	}

	public static function add_finding( Finding $finding ): void {
		self::add( self::type_of( $finding->severity ), trim( $finding->message . ' ' . $finding->advice ) );
	}

	/**
	 * Prints what waits, once.
	 */
	public static function show(): void {
		$waiting = self::waiting();
		if ( array() === $waiting ) {
			return;
		}
		delete_site_transient( self::name() );
		foreach ( $waiting as $message ) {
			wp_admin_notice(
				esc_html( $message['text'] ),
				array(
					'type'               => $message['type'],
					'dismissible'        => true,
					'additional_classes' => array( 'closte-sync-flash' ),
					'attributes'         => 'error' === $message['type'] ? array( 'role' => 'alert' ) : array(),
				)
			);
		}
	}

	/**
	 * Goes to another screen, and ends the request.
	 *
	 * @return never
	 */
	public static function redirect( string $url ): void {
		wp_safe_redirect( $url );
		exit;
	}

	public static function type_of( Severity $severity ): string {
		return match ( $severity ) {
			Severity::Ok      => 'success',
			Severity::Warning => 'warning',
			Severity::Error   => 'error',
			Severity::Skipped => 'info',
		};
	}

	/**
	 * @return list<array{type: string, text: string}>
	 */
	private static function waiting(): array {
		$waiting = get_site_transient( self::name() );
		return is_array( $waiting ) ? $waiting : array();
	}

	private static function name(): string {
		return 'closte_sync_flash_' . get_current_user_id();
	}
}
