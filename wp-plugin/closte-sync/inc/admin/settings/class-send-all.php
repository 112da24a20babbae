<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Search;
use ClosteSync\Ledger\Stage;
use ClosteSync\Log\Reason;
use ClosteSync\Sync\Events;
use ClosteSync\Sync\Run_Summary;
use ClosteSync\Ledger\Work;

/**
 * Sends all domains of a network that had sites before the integration was switched on: recorded at once, then sent
 * a batch a request, so that a progress bar can follow. Interrupted at any point, background runs go on with it.
 */
final class Send_All {

	/**
	 * Seconds that a batch may take.
	 */
	private const BUDGET = 4.0;

	public function __construct( private readonly Container $services ) {}

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
		$problem = $this->services->readiness()->problem();
		if ( null !== $problem ) {
			return new Send_All_Progress( 0, 0, true, $problem );
		}
		wp_raise_memory_limit( 'admin' );
		try {
			$plan = $this->services->reconciler()->plan();
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			return new Send_All_Progress( 0, 0, true, $e->getMessage() );
		}
		$waited  = $this->services->ledger_search()->count_without_dns();
		$summary = $this->services->reconciler()->apply( $plan, null, self::BUDGET );
		return $this->progress( count( $plan->add ) + count( $plan->invalid ), $waited, 0 === $summary->advanced, $summary->problem );
	}

	/**
	 * @param int $total  How many were missing at the start.
	 * @param int $waited How many www names waited for their DNS before it.
	 */
	public function go_on( int $total, int $waited = 0 ): Send_All_Progress {
		$runner  = $this->services->worker();
		$summary = $this->services->audit_context()->during(
			Reason::Sync,
			static fn(): Run_Summary => $runner->run( self::BUDGET, null, Work::Calls )
		);
		return $this->progress( $total, $waited, 0 === $summary->advanced, $summary->problem );
	}

	/**
	 * @param int     $total   How many were missing at the start.
	 * @param int     $waited  How many www names waited for their DNS before it.
	 * @param bool    $is_idle Whether there was nothing that could be sent now.
	 * @param ?string $problem What is in the way.
	 */
	private function progress( int $total, int $waited, bool $is_idle, ?string $problem ): Send_All_Progress {
		$ledger   = $this->services->ledger_search();
		$refused  = array_column( $ledger->refused(), 'error_message', 'domain' );
		$waiting  = $ledger->count_waiting( Stage::Pending );
		$dnsless  = min( $total, max( 0, $ledger->count_without_dns() - $waited ) );
		$is_over  = $is_idle || 0 === $waiting || null !== $problem;
		$progress = new Send_All_Progress( $total, $waiting, $is_over, $problem, $refused, $waited, $dnsless );
		if ( $progress->is_finished && $total > 0 ) {
			Events::during( 'sync', static fn() => Events::synced( $progress->tally() ) );
		}
		return $progress;
	}
}
