<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Domains\Domain_Names;
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
		private readonly Domain_Names $names,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
	) {}

	/**
	 * @param non-empty-list<string> $domains The domain, and what comes with it.
	 * @return ?Earlier Null: Closte cannot be asked now.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function of( array $domains, int $blog_id ): ?Earlier {
		foreach ( $this->ledger->find_all( $domains ) as $row ) {
			if ( self::is_of_others( $row, $blog_id ) ) {
				return Earlier::There;
			}
		}

		$foreign = $this->readiness->is_ready() ? $this->foreign_beside( $domains[0] ) : null;

		return match ( true ) {
			null === $foreign                                    => null,
			array() === $foreign                                 => Earlier::Nothing,
			array() === array_intersect( $domains, $foreign ) => Earlier::Beside,
			default                                              => Earlier::There,
		};
	}

	/**
	 * @return ?list<string> What Closte has under the same registrable domain, and the ledger has not; null: Closte gave no answer.
	 */
	private function foreign_beside( string $domain ): ?array {
		try {
			$there = $this->extension->client()->domainNames();
		} catch ( \Closte\ClosteException | \RuntimeException ) {
			return null;
		}

		$registrable = $this->names->registrable( $domain ) ?? $domain;
		$beside      = array_filter( $there, static fn( string $name ): bool => str_ends_with( ".$name", ".$registrable" ) );

		return array_values( array_diff( $beside, array_column( $this->ledger->find_all( array_values( $beside ) ), 'domain' ) ) );
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
