<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Extension\Extension_Watch;
use ClosteSync\Ledger\Desired_State_Writer;
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

	private const REMOVALS = array( 'wu_remove_domain', 'wu_remove_subdomain' );

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
		$name   = $this->names->canonical( $domain );
		$wanted = $this->desired->wanted( array( $name ) );

		if ( array_key_exists( $name, $wanted ) ) {
			$this->sync->domain_added( $name, $wanted[ $name ]['blog_id'] ?? $blog_id, $this->source );
			return;
		}

		if ( null !== $this->ledger->find( $name ) ) {
			$this->sync->domain_removed( $domain, $blog_id, $this->source );
		}
	}

	/**
	 * Whether what Ultimate Multisite itself has for Closte must not act on a queued action where nothing is sent from here. It
	 * adds what is wanted and not yet accepted, also where another PHP will: what is added twice does no harm, and what nobody
	 * adds stays away. It removes only what nothing can want, and only while no other PHP would.
	 */
	public function forbids_built_in( string $hook, string $domain ): bool {
		$name = $this->names->canonical( $domain );

		return in_array( $hook, self::REMOVALS, true )
			? Extension_Watch::works_anywhere() || $this->may_be_wanted( $name )
			: true === $this->ledger->find( $name )?->is_accepted() || ! $this->sync->wants_any( $name );
	}

	/**
	 * Without the extension, nobody can tell which `www` names are wanted with others, whether an international name is another
	 * form of one that is wanted, or what a row that cannot be read says.
	 */
	private function may_be_wanted( string $name ): bool {
		return 1 === preg_match( '/[^\x00-\x7F]|(?:^|\.)xn--/', $name )
			|| null !== $this->ledger->find( $name )?->unreadable_column()
			|| $this->sync->wants_any( $name, Desired_State_Writer::base_name( $name ) );
	}

	/**
	 * What silences them.
	 */
	public static function callback_suspender(): Callback_Suspender {
		return new Callback_Suspender( static fn( object $listener ): bool => in_array( get_class( $listener ), self::BUILT_IN, true ) );
	}
}
