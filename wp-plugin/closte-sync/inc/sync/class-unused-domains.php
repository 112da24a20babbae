<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Wanted;

/**
 * Marks unused domains for removal, together with the www name that was added for one. Names that only a wildcard covered are
 * added on their own. A domain that this network cannot have added at Closte leaves the ledger without a call: someone else
 * may have added it there.
 */
final class Unused_Domains {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Wanted_Domains $wanted,
		private readonly Domain_Rules $rules,
		private readonly Domain_Names $names,
		private readonly Scheduler $scheduler,
	) {}

	/**
	 * The www name that may have come with a domain, or null. Without the extension nobody knows.
	 */
	public function www_of( string $domain ): ?string {
		$www = $this->names->counterpart( $domain );

		return null !== $www && $this->names->is_www( $www ) ? $www : null;
	}

	/**
	 * @param list<string>     $domains That nothing wants, also those without a row.
	 * @param list<Ledger_Row> $rows    Those of them that do not say so yet.
	 * @return list<Ledger_Row> The rows that say so now.
	 * @throws Database_Exception When the database fails.
	 */
	public function begin( array $domains, array $rows ): array {
		$leaving = array();

		foreach ( array( ...$rows, ...$this->company( $domains, $rows ) ) as $row ) {
			if ( ! $this->forget( $row ) ) {
				$leaving[] = $row;
			}
		}

		$leaving = $this->ledger->unwant_all( $leaving );

		if ( ! $this->rules->apply() ) {
			$this->ledger->await_confirmation( array_column( $leaving, 'domain' ) );
		}

		if ( array() !== array_filter( $domains, $this->names->is_wildcard( ... ) ) ) {
			// The names below it that it covered need aliases of their own now.
			$this->rules->forget_wildcards();
			$this->scheduler->reconcile_at( time() );
		}

		return $leaving;
	}

	/**
	 * Forgets a domain that Closte cannot have from us. A row that somebody has claimed, who may be calling, stays.
	 *
	 * @return bool Whether it is forgotten.
	 * @throws Database_Exception When the database fails.
	 */
	public function forget( Ledger_Row $row ): bool {
		if ( $row->may_be_at_closte() || '' !== $row->lease_owner || ! $this->ledger->delete( $row ) ) {
			return false;
		}

		Events::forgotten( $row );

		return true;
	}

	/**
	 * The rows of www names that came with these domains. Also of one that a mapping of its own had, and that stayed for the
	 * other domain's sake when that went.
	 *
	 * @param list<string>     $domains
	 * @param list<Ledger_Row> $known   Rows that go anyway.
	 * @return list<Ledger_Row>
	 */
	private function company( array $domains, array $known ): array {
		$www  = array_filter( array_map( $this->www_of( ... ), $domains ) );
		$www  = array_values( array_diff( $www, array_column( $known, 'domain' ) ) );
		$rows = array_filter(
			$this->ledger->find_all( $www ),
			fn( Ledger_Row $row ): bool => Wanted::Absent !== $row->wanted && ! $row->by_hand
				&& ! $this->rules->is_protected( $row->domain )
		);

		$wanted = array() === $rows ? array() : $this->wanted->among( array_values( $rows ) );

		return array_values( array_filter( $rows, static fn( Ledger_Row $row ): bool => ! array_key_exists( $row->domain, $wanted ) ) );
	}
}
