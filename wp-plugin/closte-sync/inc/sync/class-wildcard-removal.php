<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Wanted;

/**
 * Holds the removal of a wildcard until the sites that it serves have aliases of their own: the rows of their domains are
 * written and sent first. All that it goes by is in the ledger, so that a run goes on with it after a kill.
 */
final class Wildcard_Removal {

	/**
	 * Calls without a usable answer after which a name no longer holds the wildcard. During an outage nothing is called so often.
	 */
	private const MOST_ATTEMPTS = 10;

	/**
	 * @param float $writing_seconds After these, the next run or request goes on with writing rows.
	 */
	public function __construct(
		private readonly Ledger $ledger,
		private readonly Leases $leases,
		private readonly Wanted_Domains $wanted,
		private readonly float $writing_seconds = 5.0,
	) {}

	/**
	 * Whether nothing below it waits for an alias of its own. Otherwise its row is released, and due again after a while.
	 *
	 * @param Ledger_Row $row As it was claimed, when its domain is to go.
	 * @throws Database_Exception When the database fails.
	 */
	public function may_go( Ledger_Row $row ): bool {
		$below = substr( $row->domain, 1 );

		if ( ! $this->leases->awaits_addition( $below, self::MOST_ATTEMPTS ) ) {
			$is_new = $this->write( $below );

			if ( ! $is_new ) {
				return true;
			}

			Events::deferred( array( $row ), __( 'The subdomains that it covers are added to Closte first.', 'closte-sync' ) );
		}

		$this->leases->postpone( $row, Scheduler::RUN_AGAIN_AFTER );

		return false;
	}

	/**
	 * Records what sites have below a wildcard and is not recorded yet. The rules no longer count the wildcard itself.
	 *
	 * @param string $below `.example.com`.
	 * @return bool Whether anything was written. Then more may be left to write.
	 */
	private function write( string $below ): bool {
		$end    = hrtime( true ) + (int) ( $this->writing_seconds * 1e9 );
		$is_new = false;

		foreach ( $this->wanted->all() as $portion ) {
			$wanted = array_filter(
				$portion['wanted'],
				static fn( string $domain ): bool => str_ends_with( $domain, $below ) && ! str_starts_with( $domain, '*' ),
				ARRAY_FILTER_USE_KEY
			);

			foreach ( array_chunk( $wanted, Database::ASKED_TOGETHER, true ) as $owners ) {
				$is_new = $this->want( $owners ) || $is_new;

				// What is only read is read to its end, however long that takes: otherwise a large network would never get there.
				if ( $is_new && hrtime( true ) > $end ) {
					return true;
				}
			}
		}

		return $is_new;
	}

	/**
	 * @param non-empty-array<string, array{blog_id: int, source: string}> $owners By domain.
	 * @return bool Whether one of them was not recorded yet.
	 */
	private function want( array $owners ): bool {
		$known = $this->ledger->want_new( $owners );
		$other = array_filter( $this->ledger->find_all( $known ), static fn( Ledger_Row $row ): bool => Wanted::Present !== $row->wanted );

		foreach ( $other as $row ) {
			$this->ledger->want( $row->domain, $owners[ $row->domain ]['blog_id'], $owners[ $row->domain ]['source'] );
		}

		return count( $known ) < count( $owners ) || array() !== $other;
	}
}
