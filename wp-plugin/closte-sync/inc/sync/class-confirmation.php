<?php
/**
 * Settles what a claimed row should be before a step is taken with it.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;

/**
 * The network is asked about a row that is doubtful: something was about to change what is wanted of it and has not
 * said how that ended, because the request was killed. And about every row that says that a domain should go:
 * whatever it says, nothing is removed that something living wants, or that is protected.
 */
final class Confirmation {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Domain_Rules $rules,
		private readonly Domain_Names $names,
	) {}

	/**
	 * @param Ledger_Row $row As it was claimed.
	 * @return bool Whether the row is as it should be; else it was put right and is due again, or gone.
	 * @throws Database_Exception When the database fails.
	 */
	public function settle( Ledger_Row $row ): bool {
		$canonical = $this->names->canonical( $row->domain );

		if ( $canonical !== $row->domain ) {
			$this->ledger->release( $row );
			$this->ledger->rename( $row, $canonical );
			return false;
		}

		if ( ! $row->doubtful && Wanted::Present === $row->wanted ) {
			return true;
		}

		if ( Wanted::Absent === $row->wanted && $this->rules->is_protected( $row->domain ) ) {
			$this->ledger->delete( $row );
			return false;
		}

		$owner  = $this->desired->owner_of( $row->domain );
		$wanted = null !== $owner || $this->desired->wants( $row->domain ) || ( Row_Source::MANUAL === $row->source && Wanted::Present === $row->wanted );

		if ( $wanted === ( Wanted::Present === $row->wanted ) ) {
			if ( $row->doubtful ) {
				$this->ledger->confirm( $row );
			}

			return true;
		}

		$this->ledger->release( $row );
		$this->put_right( $row, $owner );

		return false;
	}

	/**
	 * @param ?array{blog_id: int, source: string} $owner
	 */
	private function put_right( Ledger_Row $row, ?array $owner ): void {
		match ( true ) {
			Wanted::Absent === $row->wanted              => $this->ledger->want( $row->domain, $owner['blog_id'] ?? $row->blog_id, $owner['source'] ?? $row->source ),
			$this->rules->is_protected( $row->domain )  => $this->ledger->confirm( $row ),
			// It never came to be, and nothing was ever sent for it.
			Stage::Pending === $row->stage && 0 === $row->attempts && ! $row->may_have_landed => $this->ledger->delete( $row ),
			default                                      => $this->ledger->unwant( $row->domain, $row->blog_id, $row->source ),
		};
	}
}
