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
 * Finds out whether others than the site used a domain before the admins of the site add it: in the ledger, or at Closte without
 * being known to this network. This asks Closte, so it is only for domains whose ownership was proven.
 */
final class Prior_Use_Check {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Domain_Names $names,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
	) {}

	/**
	 * @param non-empty-list<string> $domains The domain, and what comes with it.
	 * @return ?Prior_Use Null: Closte cannot be asked now.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function of( array $domains, int $blog_id ): ?Prior_Use {
		foreach ( $this->ledger->find_all( $domains ) as $row ) {
			if ( self::is_of_others( $row, $blog_id ) ) {
				return Prior_Use::Same;
			}
		}

		$foreign = $this->readiness->is_ready() ? $this->foreign_beside( $domains[0] ) : null;

		return match ( true ) {
			null === $foreign                                    => null,
			array() === $foreign                                 => Prior_Use::None,
			array() === array_intersect( $domains, $foreign ) => Prior_Use::Related,
			default                                              => Prior_Use::Same,
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
