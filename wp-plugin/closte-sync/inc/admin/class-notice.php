<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

/**
 * Prints a notice in WordPress's manner.
 */
final class Notice {

	/**
	 * @param string $type `success`, `info`, `warning` or `error`.
	 * @param string $html What it says, escaped.
	 * @param string $url  Where something can be done about it; '': nowhere.
	 * @param string $link What the link is called.
	 */
	public static function show( string $type, string $html, string $url = '', string $link = '' ): void {
		wp_admin_notice( $html . self::link( $url, $link ), array( 'type' => $type ) );
	}

	/**
	 * Prints a notice that a user can dismiss for good.
	 *
	 * @param string $notice Its name.
	 * @param string $html   What it says, escaped, in paragraphs.
	 * @return bool Whether it is printed.
	 */
	public static function show_dismissible( string $notice, string $type, string $html ): bool {
		$notice = sanitize_key( $notice );

		if ( Dismissals::has( $notice ) ) {
			return false;
		}

		Assets::enqueue_style();
		Assets::enqueue_script( 'notices' );

		$args = array(
			'type'           => $type,
			'dismissible'    => true,
			'paragraph_wrap' => false,
			'attributes'     => array( 'data-closte-sync-notice' => $notice ),
		);

		// wp_admin_notice() would take the form away; each part of it is escaped where it is made.
		echo wp_get_admin_notice( $html . Dismissals::form( $notice ), $args ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped

		return true;
	}

	/**
	 * @param string $html What it says, escaped.
	 */
	public static function paragraph( string $html, string $url = '', string $link = '' ): string {
		return '<p>' . $html . self::link( $url, $link ) . '</p>';
	}

	private static function link( string $url, string $link ): string {
		return '' === $url ? '' : sprintf( ' <a href="%s">%s</a>', esc_url( $url ), esc_html( $link ) );
	}
}
