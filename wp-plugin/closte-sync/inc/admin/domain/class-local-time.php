<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

/**
 * Shows a moment in the network's own time. It says the same whenever it is made: what has not changed is not brought up to
 * date while somebody reads it.
 */
final class Local_Time {

	public static function html( int $time ): string {
		return sprintf( '<time datetime="%1$s">%2$s</time>', esc_attr( gmdate( 'c', $time ) ), esc_html( self::text( $time ) ) );
	}

	public static function text( int $time ): string {
		return sprintf(
			/* translators: 1: date, 2: time */
			_x( '%1$s, %2$s', 'date and time', 'closte-sync' ),
			wp_date( (string) get_option( 'date_format' ), $time ),
			wp_date( 'H:i:s', $time )
		);
	}
}
