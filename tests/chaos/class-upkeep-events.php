<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Ledger\Row_Source;

/** What admins, the clock and Closte's dashboard do. */
final class Upkeep_Events {

	public const WEIGHTS = array(
		'wildcard' => 5,
		'by_hand'  => 3,
		'retry'    => 4,
		'run'      => 14,
		'daily'    => 4,
		'queue'    => 3,
		'lose'     => 4,
		'toggle'   => 4,
	);

	public function __construct( private readonly Session $session ) {}

	/** By hand, as `wp closte domain add` and `remove` do it. */
	public function wildcard( Random $random ): void {
		$this->ask_for( Names::of_wildcard( (int) $this->session->worker ), $random->percent( 60 ) );
	}

	/** What sites get and lose besides. */
	public function by_hand(): void {
		$this->ask_for( Names::by_hand( (int) $this->session->worker ), true );
	}

	public function retry( Random $random ): void {
		$this->session->plugin?->sync()->retry( $random->one_of( array( ...Names::of_sites(), ...Names::of_mappings() ) ) );
	}

	public function run( Random $random ): void {
		if ( $random->percent( 50 ) ) {
			$this->let_pass( HOUR_IN_SECONDS * $random->one_of( array( 1, 1, 1, 80 ) ) );
		}
		do_action( 'closte_sync_run' );
	}

	public function daily(): void {
		do_action( 'closte_sync_reconcile' );
	}

	public function queue(): void {
		if ( class_exists( 'WP_Ultimo\\Managers\\Domain_Manager', false ) ) {
			\WP_Ultimo\Managers\Domain_Manager::run_queue();
		}
	}

	/** Somebody removes a domain of ours at Closte. */
	public function lose( Random $random ): void {
		$domain = $random->one_of( Names::with_www( array( ...Names::of_sites(), ...Names::of_mappings() ) ) );
		if ( DB_NAME !== Names::DATABASE ) {
			// A copy has no dashboard of its own.
			return;
		}
		$this->session->log->write( 'lost', $domain );
		$curl = curl_init( getenv( 'CLOSTE_CHAOS_DASHBOARD' ) . '/deletedomainalias' );
		curl_setopt_array(
			$curl,
			array(
				CURLOPT_POSTFIELDS     => http_build_query( array( 'apikey' => CLOSTE_CLIENT_API_KEY, 'domain' => $domain, 'wildcard' => '' ) ),
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_TIMEOUT        => 2,
			)
		);
		curl_exec( $curl );
	}

	/** The plugin is deactivated, or activated again. */
	public function toggle(): void {
		Network_State::is_plugin_active() ? Network_State::deactivate_plugin() : Network_State::activate_plugin();
	}

	private function ask_for( string $domain, bool $wanted ): void {
		$sync = $this->session->plugin?->sync();
		if ( null === $sync ) {
			return;
		}
		$this->session->log->write( 'by-hand', $domain . ' ?' );
		$wanted ? $sync->domain_added( $domain, 0, Row_Source::MANUAL ) : $sync->domain_removed( $domain, 0, Row_Source::MANUAL );
		$this->session->log->write( 'by-hand', $domain . ( $wanted ? ' present' : ' absent' ) );
	}

	/** Time passes, for what is not in flight. */
	private function let_pass( int $seconds ): void {
		$this->session->log->write( 'passed', "$seconds s" );
		Network_State::let_pass( $this->session->wpdb, $seconds, array( 'next_check_at', 'stage_since', 'last_added_at' ), "lease_owner = ''" );
	}
}
