<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger_Times;
use ClosteSync\Ledger\State;
use ClosteSync\Log\Outcome;
use ClosteSync\Settings\Settings;

/**
 * What a monitoring system asks for.
 *
 * All are gauges: the log of calls is pruned, so that nothing here counts up for ever.
 */
final class Status_Metrics {

	/** What can come of a call, besides what can come of every call. */
	private const SUCCESSES = array(
		'add'    => array( Outcome::Added, Outcome::AlreadyThere ),
		'remove' => array( Outcome::Removed, Outcome::AlreadyGone ),
	);

	private const FAILURES = array( Outcome::Rejected, Outcome::Unauthorized, Outcome::Failed, Outcome::Unknown );

	public function __construct( private readonly Container $services ) {}

	public function text(): string {
		$metrics = new Open_Metrics();

		$this->add_domains( $metrics );
		$this->add_runs( $metrics );
		$this->add_calls( $metrics );

		return $metrics->text();
	}

	private function add_domains( Open_Metrics $metrics ): void {
		$hindrance = $this->services->readiness()->hindrance();
		$counts    = $this->services->ledger_search()->counts();
		$since     = $counts->oldest_by_state( $hindrance );
		$ends      = ( new Ledger_Times( $this->services->database() ) )->next_certificate_end();

		foreach ( $counts->by_state( $hindrance ) as $state => $count ) {
			$metrics->gauge( 'closte_sync_domains', 'Domains by state.', $count, array( 'state' => $state ) );
		}

		foreach ( array( State::NetworkMustAct, State::OwnerMustAct, State::Waiting, State::Leaving ) as $state ) {
			$metrics->gauge(
				'closte_sync_oldest_domain_seconds',
				'The longest time that a domain has been in this state; 0 if there is none.',
				isset( $since[ $state->value ] ) ? max( 0, time() - $since[ $state->value ] ) : 0,
				array( 'state' => $state->value )
			);
		}

		if ( null !== $ends ) {
			$metrics->gauge( 'closte_sync_next_certificate_expiry_seconds', 'Time until the next certificate expires, as last checked; negative if one has expired.', $ends - time() );
		}
	}

	private function add_runs( Open_Metrics $metrics ): void {
		$breaker  = $this->services->circuit_breaker();
		$leases   = $this->services->leases();
		$next_due = $leases->next_due();
		$changed  = ( new Ledger_Times( $this->services->database() ) )->last_change();

		$metrics->gauge( 'closte_sync_enabled', 'Whether the integration is on.', (int) Settings::load()->enabled );
		$metrics->gauge(
			'closte_sync_extension_loaded',
			'Whether the PHP extension can be used.',
			(int) $this->services->extension()->is_usable()
		);
		$metrics->gauge( 'closte_sync_api_key_present', 'Whether there is an API key.', (int) ( null !== Key_Provider::find() ) );
		$metrics->gauge(
			'closte_sync_network_differs',
			'Whether this may be a copy of the network that the domains were recorded for.',
			(int) $this->services->readiness()->is_another_network()
		);
		$metrics->gauge( 'closte_sync_circuit_breaker_open', 'Whether calls pause because Closte did not answer or refused the key.', (int) $breaker->is_down() );
		$metrics->gauge( 'closte_sync_due_domains', 'Domains that a run would work on now.', $leases->count_due() );
		$metrics->gauge( 'closte_sync_overdue_seconds', 'How long the domain that is due for longest has been due; it grows if nothing runs in the background.', null === $next_due ? 0 : max( 0, time() - $next_due ) );

		if ( null !== $changed ) {
			$metrics->gauge( 'closte_sync_last_change_timestamp_seconds', 'When a run or an event last changed what is recorded of a domain.', $changed );
		}
	}

	private function add_calls( Open_Metrics $metrics ): void {
		try {
			$counts = $this->services->log_table()->counts_since( time() - DAY_IN_SECONDS );
		} catch ( Database_Exception ) {
			// The ledger works without the log, and so do the metrics: zeros would say that nothing was called.
			return;
		}

		foreach ( self::SUCCESSES as $action => $successes ) {
			foreach ( array( ...$successes, ...self::FAILURES ) as $outcome ) {
				$metrics->gauge(
					'closte_sync_calls_last_day',
					'Calls to Closte in the last 24 hours that the log has, by what came of them.',
					$counts[ $action ][ $outcome->value ] ?? 0,
					array( 'action' => $action, 'outcome' => $outcome->value, 'failed' => in_array( $outcome, self::FAILURES, true ) ? 'yes' : 'no' )
				);
			}
		}
	}
}
