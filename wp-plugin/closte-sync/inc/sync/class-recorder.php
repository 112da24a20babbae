<?php
/**
 * Writes answers and tells of them.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Log\Log;
use ClosteSync\Text\Plain_Text;

/**
 * The one way by which an answer gets into the ledger: written first, then announced to others, then noted in the log.
 */
final class Recorder {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Domain_Rules $rules,
		private readonly Log $log,
	) {}

	/**
	 * @param Ledger_Row           $claimed As it was claimed.
	 * @param array<string, mixed> $record  As \Closte\Lifecycle returned it.
	 * @return bool False when the wish changed meanwhile: the row is due again.
	 * @throws Database_Exception When the database fails.
	 */
	public function record( Ledger_Row $claimed, array $record ): bool {
		try {
			return $this->write( $claimed, $record );
		} finally {
			// The call was made, whatever became of its answer here.
			$this->log->answered( $claimed, $record );
		}
	}

	/**
	 * @param array<string, mixed> $record
	 */
	private function write( Ledger_Row $claimed, array $record ): bool {
		if ( ! $this->ledger->record( $claimed, $record ) ) {
			return false;
		}

		if ( Wanted::Absent === $claimed->wanted && $this->is_pointless( $claimed, $record ) ) {
			$this->forget( $claimed );
			return true;
		}

		try {
			$this->announce( $claimed, $record );
		} catch ( \Throwable $e ) {
			// Somebody else's mistake about one domain stops neither the page nor the other domains.
			error_log( sprintf( 'closte-sync: a listener failed for %s: %s in %s:%d', Plain_Text::of( $claimed->domain ), Plain_Text::of( $e->getMessage() ), $e->getFile(), $e->getLine() ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log
		}

		return true;
	}

	/**
	 * Nothing will ever be done about a protected name that should go, nor about one that Closte can never have had.
	 *
	 * @param array<string, mixed> $record
	 */
	private function is_pointless( Ledger_Row $claimed, array $record ): bool {
		return 'protected' === ( $record['outcome'] ?? '' ) || 'invalid-domain' === ( $record['error_kind'] ?? '' ) || $this->rules->is_protected( $claimed->domain );
	}

	private function forget( Ledger_Row $claimed ): void {
		$row = $this->ledger->find_by_id( $claimed->id );

		if ( null !== $row && Wanted::Absent === $row->wanted ) {
			$this->ledger->delete( $row );
		}
	}

	/**
	 * @param array<string, mixed> $record
	 */
	private function announce( Ledger_Row $before, array $record ): void {
		$stage = (string) ( $record['stage'] ?? '' );

		if ( 'removed' === $stage ) {
			/**
			 * Fires when a domain is gone from Closte and from the ledger.
			 *
			 * @param string     $domain The domain.
			 * @param Ledger_Row $row    Its row as it was.
			 */
			do_action( 'closte_sync_domain_removed', $before->domain, $before );
			return;
		}

		$after = Ledger_Row::from_database( array_merge( $before->to_array(), $record, array( 'problems' => (string) wp_json_encode( $record['problems'] ?? array() ) ) ) );

		if ( 0 === $before->accepted_at && $after->accepted_at > 0 ) {
			/**
			 * Fires when Closte has accepted a domain.
			 *
			 * @param string     $domain The domain.
			 * @param Ledger_Row $row    Its row.
			 */
			do_action( 'closte_sync_domain_added', $after->domain, $after );
		}

		if ( $before->stage !== $after->stage ) {
			$this->announce_stage( $after );
		}

		if ( array() !== array_diff( array_column( $after->problems, 'code' ), array_column( $before->problems, 'code' ) ) && Stage::Done === $before->stage ) {
			/**
			 * Fires when something is wrong with a domain that was done: its certificate is about to end, or it points elsewhere.
			 *
			 * @param string     $domain The domain.
			 * @param Ledger_Row $row    Its row, with the new problems.
			 */
			do_action( 'closte_sync_domain_warning', $after->domain, $after );
		}

		/**
		 * Fires whenever a step was taken with a domain, also when nothing came of it.
		 *
		 * @param string     $domain The domain.
		 * @param Ledger_Row $row    Its row as it is now.
		 * @param Ledger_Row $before Its row as it was.
		 */
		do_action( 'closte_sync_domain_advanced', $after->domain, $after, $before );
	}

	private function announce_stage( Ledger_Row $row ): void {
		if ( Stage::Done === $row->stage ) {
			/**
			 * Fires when a domain points here and has its certificate.
			 *
			 * @param string     $domain The domain.
			 * @param Ledger_Row $row    Its row.
			 */
			do_action( 'closte_sync_domain_done', $row->domain, $row );
		}

		if ( Stage::Failed === $row->stage || Stage::CertificateFailed === $row->stage ) {
			/**
			 * Fires when a domain failed; it is tried again once a day.
			 *
			 * @param string     $domain The domain.
			 * @param Ledger_Row $row    Its row, with the error or the problems.
			 */
			do_action( 'closte_sync_domain_failed', $row->domain, $row );
		}
	}
}
