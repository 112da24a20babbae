<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Puts several names into one phrase, as the language of the reader does.
 */
final class Listing {

	/** Items that are named; the others are counted. */
	private const MOST_NAMED = 4;

	/**
	 * @param array<string> $items
	 * @param int           $most  How many are named.
	 */
	public static function of( array $items, int $most = self::MOST_NAMED ): string {
		$named = array_slice( array_values( $items ), 0, $most );
		$more  = count( $items ) - count( $named );

		if ( $more > 0 ) {
			/* translators: %s: number of further items of a list; it ends the list: "a, b, and 3 more" */
			$named[] = sprintf( _n( '%s more', '%s more', $more, 'closte-sync' ), number_format_i18n( $more ) );
		}

		return wp_sprintf( '%l', $named );
	}
}
