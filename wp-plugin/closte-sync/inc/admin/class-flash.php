<?php
/**
 * Messages that outlive a redirect.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Diagnosis\Finding;
use ClosteSync\Diagnosis\Severity;

/**
 * Messages that outlive a redirect, in the manner of the Settings API, but each user sees only their own.
 */
final class Flash {

	private const LIFETIME = 5 * MINUTE_IN_SECONDS;

	/**
	 * Keeps a message for the next screen.
	 *
	 * @param string $type `success`, `info`, `warning` or `error`.
	 * @param string $text Plain text.
	 */
	public static function add( string $type, string $text ): void {
		$waiting   = self::waiting();
		$waiting[] = array(
			'type' => $type,
			'text' => $text,
		);
		set_site_transient( self::name(), $waiting, self::LIFETIME );
	}

	/**
	 * Keeps a finding for the next screen.
	 *
	 * @param Finding $finding What was found.
	 */
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
					'type'        => $message['type'],
					'dismissible' => true,
				)
			);
		}
	}

	/**
	 * Goes to another screen, and ends the request.
	 *
	 * @param string $url Where to go.
	 * @return never
	 */
	public static function redirect( string $url ): void {
		wp_safe_redirect( $url );
		exit;
	}

	/**
	 * The notice type for how bad something is.
	 *
	 * @param Severity $severity How bad it is.
	 */
	public static function type_of( Severity $severity ): string {
		return match ( $severity ) {
			Severity::Ok      => 'success',
			Severity::Warning => 'warning',
			Severity::Error   => 'error',
			Severity::Skipped => 'info',
		};
	}

	/**
	 * What waits for the current user.
	 *
	 * @return list<array{type: string, text: string}>
	 */
	private static function waiting(): array {
		$waiting = get_site_transient( self::name() );
		return is_array( $waiting ) ? $waiting : array();
	}

	/**
	 * Name of the current user's transient.
	 */
	private static function name(): string {
		return 'closte_sync_flash_' . get_current_user_id();
	}
}
