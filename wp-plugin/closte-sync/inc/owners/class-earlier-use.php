<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Sync\Readiness;

/**
 * Finds out whether a domain was there before the admins of a site add it: in the ledger for others than the site, or at Closte
 * without this network knowing of it. Closte is asked, so it is for domains alone that were proven to be theirs.
 */
final class Earlier_Use {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
	) {}

	/**
	 * @param list<string> $domains The domain, and what comes with it.
	 * @return ?bool Null: Closte cannot be asked now.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function is_there( array $domains, int $blog_id ): ?bool {
		$rows = $this->ledger->find_all( $domains );

		foreach ( $rows as $row ) {
			if ( self::is_of_others( $row, $blog_id ) ) {
				return true;
			}
		}

		$unknown = array_diff( $domains, array_column( $rows, 'domain' ) );

		if ( ! $this->readiness->is_ready() ) {
			return null;
		}

		try {
			return array() !== array_intersect( $unknown, array_column( $this->extension->client()->domains(), 'domain' ) );
		} catch ( \Closte\ClosteException | \RuntimeException ) {
			return null;
		}
	}

	private static function is_of_others( Ledger_Row $row, int $blog_id ): bool {
		return match ( $row->wanted ) {
			Wanted::Present => $row->blog_id !== $blog_id,
			Wanted::Retired => true,
			// It is going.
			Wanted::Absent  => false,
		};
	}
}
