<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Speaks with Action Scheduler, as far as it carries the runs of the current site. Which plugins a site loads, its own pages
 * know alone: they note it there, and the pages of other sites go by that.
 */
final class Action_Scheduler {

	/** Option of the site where runs are planned. */
	public const CARRIER = 'closte_sync_carrier';

	public function __construct( private readonly string $hook, private readonly string $group ) {}

	/**
	 * Whether it carries the runs of the current site.
	 */
	public function is_carrier(): bool {
		return $this->is_loaded() && ( self::is_page_of_this_site() || 'action-scheduler' === get_option( self::CARRIER ) );
	}

	/**
	 * Its functions are there before its tables can be used.
	 */
	public function is_loaded(): bool {
		return function_exists( 'as_schedule_recurring_action' ) && did_action( 'action_scheduler_init' ) > 0;
	}

	/**
	 * Whether WP-Cron has a run beside its own.
	 */
	public function is_doubled(): bool {
		return self::is_page_of_this_site() && $this->is_carrier() && false !== wp_next_scheduled( $this->hook );
	}

	/**
	 * Notes on the current site whether it carries the runs there, if this is a page of that site.
	 */
	public function remember(): void {
		if ( ! self::is_page_of_this_site() ) {
			return;
		}

		if ( $this->is_loaded() ) {
			update_option( self::CARRIER, 'action-scheduler', false );
		} elseif ( false !== get_option( self::CARRIER ) ) {
			delete_option( self::CARRIER );
		}
	}

	/**
	 * When events are that wait for their time. The running one does not count: should it be killed, nothing follows it.
	 *
	 * @return list<int> Unix seconds, the soonest first.
	 */
	public function planned(): array {
		return array_values(
			array_map(
				static fn( object $action ): int => $action->get_schedule()->get_date()?->getTimestamp() ?? time(),
				$this->pending( OBJECT, 2 )
			)
		);
	}

	/**
	 * Makes an event at this time, each minute, and ends the others once it is there.
	 *
	 * @return bool Whether it is there now: the tables may be missing.
	 */
	public function move( int $time ): bool {
		try {
			$old = $this->pending( 'ids' );
			$new = (int) as_schedule_recurring_action( $time, MINUTE_IN_SECONDS, $this->hook, array(), $this->group );
		} catch ( \RuntimeException ) {
			return false;
		}

		if ( $new < 1 || ! in_array( $new, array_map( 'intval', $this->pending( 'ids' ) ), true ) ) {
			return false;
		}

		array_map( static fn( mixed $id ) => \ActionScheduler::store()->cancel_action( $id ), $old );

		// The page of another site only believes that this one works here.
		self::is_page_of_this_site() && wp_clear_scheduled_hook( $this->hook );

		return true;
	}

	public function clear(): void {
		as_unschedule_all_actions( $this->hook, array(), $this->group );
	}

	/**
	 * @param string $what `ids`, or 'OBJECT'.
	 * @param int    $most -1: all.
	 * @return array<mixed> The soonest first.
	 */
	private function pending( string $what, int $most = -1 ): array {
		return as_get_scheduled_actions(
			array(
				'hook'     => $this->hook,
				'group'    => $this->group,
				'status'   => 'pending',
				'orderby'  => 'date',
				'order'    => 'ASC',
				'per_page' => $most,
			),
			$what
		);
	}

	/**
	 * Whether this request is one of the current site, so that its plugins are loaded, not one that has switched to it.
	 */
	private static function is_page_of_this_site(): bool {
		return (int) $GLOBALS['current_blog']->blog_id === get_current_blog_id();
	}
}
