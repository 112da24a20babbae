<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Container;

/** What happens when the events are over. */
final class Settle_Tasks {

	private const RUNS = 10;

	private readonly string $table;

	/**
	 * @param ?Container $plugin Null where the plugin is not active.
	 */
	public function __construct( private readonly ?Container $plugin, private readonly \wpdb $wpdb ) {
		$this->table = Network_State::ledger( $wpdb );
	}

	/** @return bool Whether it went well. */
	public function do( string $task ): bool {
		return match ( $task ) {
			'living'        => $this->begin(),
			'activate'      => $this->activate(),
			'run'           => $this->run_until_nothing_waits(),
			'prune'         => $this->prune(),
			'plan'          => $this->plan(),
			'go-on'         => $this->go_on(),
			'identity-copy' => null !== $this->plugin->identity_choice()->copy(),
			'identity-move' => $this->plugin->identity_choice()->move(),
			default         => false,
		};
	}

	private function begin(): bool {
		function_exists( 'closte_double_install_ultimate_multisite' ) && closte_double_install_ultimate_multisite();
		class_exists( 'Mercator\\Mapping', false ) && \Mercator\Mapping::install();
		foreach ( Names::LIVING as $domain ) {
			$id = wp_insert_site(
				array(
					'domain'     => $domain,
					'path'       => '/',
					'network_id' => 1,
					'user_id'    => 1,
				)
			);
			if ( ! is_int( $id ) ) {
				return false;
			}
		}
		$this->plugin->forget();

		return true;
	}

	private function activate(): bool {
		Network_State::activate_plugin();

		return Network_State::is_plugin_active();
	}

	/** A day and more goes by: leases of those that died end, and what waits is due. */
	private function run(): void {
		Network_State::let_pass( $this->wpdb, 100_000, array( 'next_check_at', 'lease_until' ) );
		delete_network_option( 1, 'closte_sync_unreachable' );
		$this->plugin->forget();
		wp_cache_flush();
		if ( (int) wp_next_scheduled( 'closte_sync_reconcile' ) <= time() ) {
			// Not the daily one, which is an hour away at least: one that an event asked for.
			wp_clear_scheduled_hook( 'closte_sync_reconcile' );
			do_action( 'closte_sync_reconcile' );
		}
		do_action( 'closte_sync_run' );
	}

	private function run_until_nothing_waits(): bool {
		$waiting = "SELECT COUNT(*) FROM {$this->table} WHERE next_call <> '' OR needs_confirmation = 1 OR lease_owner <> '' OR error_kind <> ''";
		for ( $round = 1; $round <= self::RUNS; $round++ ) {
			$this->run();
			if ( '0' === $this->wpdb->get_var( $waiting ) ) {
				return true;
			}
		}
		fwrite( STDERR, 'These rows wait still after ' . self::RUNS . " runs:\n" );
		foreach ( $this->wpdb->get_results( str_replace( 'COUNT(*)', 'domain, wanted, stage, needs_confirmation, lease_owner, may_have_landed, error_kind, error_message', $waiting ), ARRAY_A ) as $row ) {
			fwrite( STDERR, '  ' . json_encode( $row, JSON_UNESCAPED_SLASHES ) . "\n" );
		}

		return false;
	}

	private function prune(): bool {
		do_action( 'closte_sync_reconcile' );
		$this->plugin->forget();
		$reconciler = $this->plugin->reconciler();
		$reconciler->apply( $reconciler->plan( prune: true, force: true ) );
		$this->run();

		return true;
	}

	/** Nothing is left to do. */
	private function plan(): bool {
		$this->plugin->forget();
		$plan = $this->plugin->reconciler()->plan( prune: true, force: true );
		if ( array() !== $plan->add || array() !== $plan->remove ) {
			fwrite( STDERR, json_encode( array( 'add' => $plan->add, 'remove' => $plan->remove ), JSON_UNESCAPED_SLASHES ) . "\n" );

			return false;
		}

		return true;
	}

	/** As time goes by. Whatever waits for it may wait. */
	private function go_on(): bool {
		$this->run();
		do_action( 'closte_sync_reconcile' );
		$this->run();

		return true;
	}
}
