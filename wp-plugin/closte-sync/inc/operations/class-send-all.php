<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Ledger\Ledger_Search;
use ClosteSync\Ledger\Stage;
use ClosteSync\Log\Reason;
use ClosteSync\Sync\Events;
use ClosteSync\Sync\Run_Summary;
use ClosteSync\Ledger\Work;

/**
 * Sends all domains of a network that had sites before the integration was turned on: recorded at once, then sent
 * a batch a request, so that a progress bar can follow. Interrupted at any point, background runs go on with it, and the
 * page tells how far they came.
 */
final class Send_All {

	/** Seconds that a batch may take. */
	private const BUDGET = 4.0;

	/** Site transient: what was started last. */
	private const STATE = 'closte_sync_sending';

	public function __construct( private readonly Services $services ) {}

	/**
	 * How many domains there are and how many wait, for people.
	 */
	public static function counts( Ledger_Search $ledger ): string {
		$counts = $ledger->counts_by_stage();
		return sprintf(
			/* translators: 1: number of domains recorded, 2: how many of them wait to be sent */
			__( 'Domains recorded: %1$s. Waiting to be sent: %2$s.', 'closte-sync' ),
			number_format_i18n( array_sum( $counts ) ),
			number_format_i18n( $ledger->count_waiting( Stage::Pending ) )
		);
	}

	/**
	 * Records what is missing at Closte and sends the first of it.
	 */
	public function start(): Send_All_Progress {
		delete_site_transient( self::STATE );

		$problem = $this->services->readiness()->problem();

		if ( null !== $problem ) {
			return new Send_All_Progress( 0, 0, true, $problem );
		}

		$plan = Comparison::plan( $this->services );

		if ( is_string( $plan ) ) {
			return new Send_All_Progress( 0, 0, true, $plan );
		}

		$waited  = $this->services->ledger_search()->count_without_dns();
		$summary = $this->services->reconciler()->apply( $plan, null, self::BUDGET );

		return $this->took( count( $plan->add ) + count( $plan->invalid ), $waited, $summary );
	}

	/**
	 * Sends the next batch of what was started, here or on a page that was left.
	 */
	public function go_on(): Send_All_Progress {
		$state   = self::state();
		$worker  = $this->services->worker();
		$summary = $this->services->audit_context()->during(
			Reason::Sync,
			static fn(): Run_Summary => $worker->run( self::BUDGET, null, Work::Calls )
		);

		return $this->took( $state['total'] ?? $this->services->ledger_search()->count_waiting( Stage::Pending ), $state['waited'] ?? 0, $summary );
	}

	/**
	 * How far what was started last has come, whoever goes on with it; null where nothing was, or its end has been shown.
	 */
	public function last(): ?Send_All_Progress {
		$state = self::state();

		if ( null === $state ) {
			return null;
		}

		$progress = $this->progress( $state['total'], $state['waited'], false, $state['problem'] );

		if ( 0 === $progress->waiting ) {
			delete_site_transient( self::STATE );
		}

		return $progress;
	}

	/**
	 * A batch was sent.
	 *
	 * @param int $total  How many were missing at the start.
	 * @param int $waited How many www names waited for their DNS before it.
	 */
	private function took( int $total, int $waited, Run_Summary $summary ): Send_All_Progress {
		$problem  = $summary->problem;
		$progress = $this->progress( $total, $waited, 0 === $summary->advanced, $problem );

		if ( $total > 0 ) {
			set_site_transient( self::STATE, compact( 'total', 'waited', 'problem' ), DAY_IN_SECONDS );
		}

		if ( $progress->is_finished && $total > 0 ) {
			Events::during( 'sync', static fn() => Events::synced( $progress->tally() ) );
		}

		return $progress;
	}

	/**
	 * @param bool    $is_idle Whether there was nothing that could be sent now.
	 * @param ?string $problem What is in the way.
	 */
	private function progress( int $total, int $waited, bool $is_idle, ?string $problem ): Send_All_Progress {
		$ledger  = $this->services->ledger_search();
		$refused = $ledger->refusals();
		$waiting = $ledger->count_waiting( Stage::Pending );
		$dnsless = min( $total, max( 0, $ledger->count_without_dns() - $waited ) );
		$is_over = $is_idle || 0 === $waiting || null !== $problem;

		return new Send_All_Progress( $total, $waiting, $is_over, 0 === $waiting ? null : $problem, $refused, $dnsless );
	}

	/**
	 * @return ?array{total: int, waited: int, problem: ?string} What was started last.
	 */
	private static function state(): ?array {
		$state = get_site_transient( self::STATE );

		return is_array( $state ) && isset( $state['total'], $state['waited'] ) ? $state + array( 'problem' => null ) : null;
	}
}
