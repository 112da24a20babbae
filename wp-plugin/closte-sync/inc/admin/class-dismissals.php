<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

/**
 * The notices that a user has dismissed. They stay away for this user.
 */
final class Dismissals {

	public const USER_META = 'closte_sync_dismissed';

	/** The form of each notice, for the network's `edit.php`. */
	public const ACTION = 'closte-sync-dismiss';

	/** Notices that are remembered for each user. */
	private const MOST = 20;

	public static function register(): void {
		add_action( 'network_admin_edit_' . self::ACTION, self::submitted( ... ) );
	}

	/**
	 * @param string $notice Its name. After a name with a time at its end, those of earlier times need not be remembered.
	 */
	public static function add( string $notice ): void {
		$dismissed = self::all();

		if ( '' === $notice || in_array( $notice, $dismissed, true ) ) {
			return;
		}

		$others = array_filter( $dismissed, static fn( string $other ): bool => self::series( $other ) !== self::series( $notice ) );
		$kept   = array_slice( array( ...array_values( $others ), $notice ), -self::MOST );

		update_user_meta( get_current_user_id(), self::USER_META, $kept );
	}

	public static function has( string $notice ): bool {
		return in_array( $notice, self::all(), true );
	}

	/**
	 * The time at the end of the last dismissed name that begins so; 0: there is none.
	 */
	public static function last_time( string $series ): int {
		$last = 0;

		foreach ( self::all() as $notice ) {
			if ( self::series( $notice ) === "$series-" ) {
				$last = (int) substr( $notice, strlen( $series ) + 1 );
			}
		}

		return $last;
	}

	/**
	 * A button that works without JavaScript; the script sends the same form.
	 */
	public static function form( string $notice ): string {
		return sprintf(
			'<form method="post" action="%1$s" class="closte-sync-dismiss hide-if-js">%2$s<input type="hidden" name="notice" value="%3$s"><p><button type="submit" class="button-link">%4$s</button></p></form>',
			esc_url( network_admin_url( 'edit.php?action=' . self::ACTION ) ),
			Guard::nonce_field( self::ACTION ),
			esc_attr( $notice ),
			esc_html__( 'Dismiss this notice', 'closte-sync' )
		);
	}

	private static function submitted(): void {
		Guard::require_form( self::ACTION );

		// phpcs:ignore WordPress.Security.NonceVerification.Missing, WordPress.Security.ValidatedSanitizedInput.InputNotSanitized -- checked above, and cleaned here.
		$notice = wp_unslash( $_POST['notice'] ?? '' );
		self::add( is_string( $notice ) ? substr( sanitize_key( $notice ), 0, 60 ) : '' );

		$referer = wp_get_referer();
		Flash::redirect( false === $referer ? network_admin_url() : $referer );
	}

	/**
	 * The name without the time at its end.
	 */
	private static function series( string $notice ): string {
		return (string) preg_replace( '/(?<=-)\d+$/', '', $notice );
	}

	/**
	 * @return list<string>
	 */
	private static function all(): array {
		$dismissed = get_user_meta( get_current_user_id(), self::USER_META, true );

		return is_array( $dismissed ) ? array_values( array_filter( $dismissed, 'is_string' ) ) : array();
	}
}
