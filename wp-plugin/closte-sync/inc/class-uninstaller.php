<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

use ClosteSync\Admin\Dismissals;
use ClosteSync\Admin\Pages;
use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Domains\Site_Titles;
use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Schema;
use ClosteSync\Owners\Ownership_Claims;
use ClosteSync\Sync\Action_Scheduler;
use ClosteSync\Sync\Scheduler;

/**
 * Removes the tables, the options (the stored key among them), what users have chosen for its screens and the schedule on
 * every network, and nothing at Closte: the sites go on.
 */
final class Uninstaller {

	private readonly Database $database;

	public function __construct( private readonly \wpdb $wpdb ) {
		$this->database = new Database( $wpdb );
	}

	public function uninstall(): void {
		if ( ! is_multisite() ) {
			return;
		}

		foreach ( $this->network_ids() as $network_id ) {
			$this->clear_schedule( (int) get_main_site_id( $network_id ) );
			$this->delete_options( $network_id );
		}

		$hidden_columns = array_map(
			static fn( string $screen ): string => "manage{$screen}columnshidden",
			array( Pages::domains_screen_id(), Pages::log_screen_id() )
		);

		foreach ( array( Dismissals::USER_META, Pages::DOMAINS_PER_PAGE, Pages::LOG_PER_PAGE, ...$hidden_columns ) as $user_setting ) {
			delete_metadata( 'user', 0, $user_setting, '', true );
		}

		foreach ( is_site_meta_supported() ? array( Ownership_Claims::META, Owner_Added_Domains::META ) : array() as $site_setting ) {
			delete_metadata( 'blog', 0, $site_setting, '', true );
		}

		Site_Titles::forget();
		( new Schema( $this->wpdb ) )->drop();
	}

	/**
	 * @return list<int>
	 */
	private function network_ids(): array {
		return array_map( 'intval', $this->database->column( 'SELECT id FROM %i', $this->database->table( 'site' ) ) );
	}

	private function clear_schedule( int $site_id ): void {
		switch_to_blog( $site_id );

		try {
			foreach ( array( Scheduler::HOOK, Scheduler::DAILY ) as $hook ) {
				wp_unschedule_hook( $hook );

				if ( function_exists( 'as_unschedule_all_actions' ) && did_action( 'action_scheduler_init' ) > 0 ) {
					as_unschedule_all_actions( $hook );
				}
			}

			delete_option( Action_Scheduler::CARRIER );
			$this->delete_actions( $this->wpdb->prefix );
		} finally {
			restore_current_blog();
		}
	}

	/**
	 * Action Scheduler keeps what has run, and what was called off, for a month; and it need not be loaded now.
	 *
	 * @param string $prefix Of the site's tables.
	 */
	private function delete_actions( string $prefix ): void {
		$actions = $prefix . 'actionscheduler_actions';
		$hooks   = array( Scheduler::HOOK, Scheduler::DAILY );

		if ( ! $this->database->has_table( $actions ) ) {
			return;
		}

		if ( $this->database->has_table( $prefix . 'actionscheduler_logs' ) ) {
			$this->database->run( 'DELETE FROM %i WHERE action_id IN ( SELECT action_id FROM %i WHERE hook IN ( %s, %s ) )', $prefix . 'actionscheduler_logs', $actions, ...$hooks );
		}

		$this->database->run( 'DELETE FROM %i WHERE hook IN ( %s, %s )', $actions, ...$hooks );

		if ( $this->database->has_table( $prefix . 'actionscheduler_groups' ) ) {
			$this->database->run( 'DELETE FROM %i WHERE slug = %s', $prefix . 'actionscheduler_groups', Scheduler::GROUP );
		}
	}

	/**
	 * By WordPress's own function, so that caches shared by web heads forget them too.
	 */
	private function delete_options( int $network_id ): void {
		$keys = $this->database->column(
			'SELECT meta_key FROM %i WHERE site_id = %d AND ( meta_key LIKE %s OR meta_key LIKE %s OR meta_key LIKE %s )',
			$this->database->table( 'sitemeta' ),
			$network_id,
			$this->wpdb->esc_like( 'closte_sync_' ) . '%',
			$this->wpdb->esc_like( '_site_transient_closte_sync_' ) . '%',
			$this->wpdb->esc_like( '_site_transient_timeout_closte_sync_' ) . '%'
		);

		foreach ( $keys as $key ) {
			delete_network_option( $network_id, $key );
		}
	}
}
