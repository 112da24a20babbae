<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Sync\Sync;

/**
 * Carries out Ultimate Multisite's queued actions. By the time that they run, the synchronous hooks have done the work.
 * But Action Scheduler marks an action without a
 * callback as failed, and an event that was killed before it was recorded is caught here. A queued action may be late
 * by minutes: what it says is not believed, the network is asked.
 */
final class Queue_Listener {

	/** What listens to the queue for Closte in Ultimate Multisite itself: up to 2.4.10, and later. */
	private const BUILT_IN = array(
		'WP_Ultimo\\Integrations\\Host_Providers\\Closte_Host_Provider',
		'WP_Ultimo\\Integrations\\Providers\\Closte\\Closte_Domain_Mapping',
	);

	/**
	 * @param string $source The id of the source.
	 */
	public function __construct(
		private readonly Sync $sync,
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Domain_Names $names,
		private readonly string $source,
	) {}

	/**
	 * Makes it what the network wants it to be. One that nobody wants and that has no row was never ours, or is gone.
	 *
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function domain( string $domain, int $blog_id ): void {
		if ( $this->desired->wants( $domain ) ) {
			$this->sync->domain_added( $domain, $blog_id, $this->source );
			return;
		}

		if ( null !== $this->ledger->find( $this->names->canonical( $domain ) ) ) {
			$this->sync->domain_removed( $domain, $blog_id, $this->source );
		}
	}

	/**
	 * Takes the built-in callbacks off this hook before it comes to them, so that no call is made twice.
	 */
	public static function silence( string $hook ): void {
		foreach ( $GLOBALS['wp_filter'][ $hook ]->callbacks ?? array() as $priority => $callbacks ) {
			foreach ( $callbacks as $callback ) {
				$function = $callback['function'];

				if ( is_array( $function ) && is_object( $function[0] ) && in_array( get_class( $function[0] ), self::BUILT_IN, true ) ) {
					remove_action( $hook, $function, $priority );
				}
			}
		}
	}
}
