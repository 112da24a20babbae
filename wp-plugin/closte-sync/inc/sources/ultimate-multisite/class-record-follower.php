<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;

/**
 * Puts Ultimate Multisite's domain records into the stage that their domains have reached, as far as that harms no site, and
 * keeps its own DNS and certificate checks from running beside ours.
 */
final class Record_Follower {

	public const CHECK = 'wu_async_process_domain_stage';

	private readonly Callback_Suspender $callback_suspender;
	private readonly Record_Log $log;

	private bool $is_saving = false;

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Domain_Names $names,
		private readonly Domain_Records $records,
		private readonly string $table,
	) {
		$is_check = static fn( object $listener, string $method ): bool => 'async_process_domain_stage' === $method;

		$this->callback_suspender = new Callback_Suspender( $is_check );
		$this->log                = new Record_Log( $names );
	}

	/**
	 * Whether the record that is being saved is saved here: then nobody else wants anything by it.
	 */
	public function is_saving(): bool {
		return $this->is_saving;
	}

	/**
	 * @param Ledger_Row $row    As it is after a step.
	 * @param Ledger_Row $before As it was before it.
	 */
	public function follow( Ledger_Row $row, Ledger_Row $before ): void {
		$record = Wanted::Absent === $row->wanted ? null : $this->records->find( $row->domain );

		if ( ! is_object( $record ) ) {
			return;
		}

		$stage = Record_Stage::next( $record, $row, Stage::Done !== $before->stage );

		if ( null !== $stage ) {
			$this->save( $record, $stage );
		}

		if ( null !== $stage || Record_Log::is_news( $before, $row ) ) {
			$is_active = ! Record_Stage::is_inactive( $record, $record->get_stage() );
			$this->log->found( (string) $record->get_domain(), $row, $is_active && Stage::Done !== $row->stage );
		}
	}

	/**
	 * Before its queued check of one record: leaves it to us, if the domain is ours. A record that has fallen behind comes
	 * forward; one that somebody wants looked at again does not go back without that look.
	 */
	public function before_check( int $record_id ): void {
		$this->callback_suspender->restore();

		$record = function_exists( 'wu_get_domain' ) ? wu_get_domain( $record_id ) : null;
		$row    = is_object( $record ) ? $this->ledger->find( $this->names->canonical( (string) $record->get_domain() ) ) : null;

		if ( null === $row ) {
			return;
		}

		$this->callback_suspender->silence( self::CHECK );

		$is_ahead = in_array( $row->stage, array( Stage::CheckingCertificate, Stage::Done ), true );
		$stage    = $is_ahead ? Record_Stage::next( $record, $row, false ) : null;

		if ( null !== $stage ) {
			$this->save( $record, $stage );
			$this->log->found( (string) $record->get_domain(), $row, false );
		}
	}

	/**
	 * After it: the next record may be none of ours.
	 */
	public function after_check(): void {
		$this->callback_suspender->restore();
	}

	/**
	 * Saving one of its records empties the whole object cache. What its `secure` makes https stays so: a site that answers
	 * must not change its address for what we have found.
	 */
	private function save( object $record, string $stage ): void {
		$guard = new Record_Guard( $this->table, $record );
		$record->set_stage( $stage );

		if ( Stage::Done->value === $stage ) {
			$record->set_secure( true );
		}

		// The name was accepted when it was mapped; some are, such as wildcards, for want of this check only.
		if ( method_exists( $record, 'set_skip_validation' ) ) {
			$record->set_skip_validation( true );
		}

		$this->is_saving = true;

		try {
			$result = $guard->during( $record->save( ... ) );
		} finally {
			$this->is_saving = false;
		}

		if ( is_wp_error( $result ) ) {
			$this->log->not_saved( (string) $record->get_domain(), $result->get_error_message() );
		}
	}
}
