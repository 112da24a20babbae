<?php
/**
 * Names the steps of an event.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Lets others trace how an event is handled, step by step.
 */
final class Steps {

	/**
	 * @param string $step `recorded-wish`, `claimed`, `answered` or `recorded`.
	 */
	public static function reached( string $step, string $domain ): void {
		/**
		 * Fires between any two steps that are taken for a domain, for tracing.
		 *
		 * @param string $step   `recorded-wish` (its row says what is wanted), `claimed` (about to be called for),
		 *                       `answered` (the call has ended) or `recorded` (its answer is in the row).
		 * @param string $domain The domain.
		 */
		do_action( 'closte_sync_step', $step, $domain );
	}
}
