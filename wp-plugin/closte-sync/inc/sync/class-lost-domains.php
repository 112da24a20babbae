<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Finds out, for who asks for domains again, which of them Closte has lost: their rows begin anew. Looking at the DNS and the
 * certificate of a domain that Closte does not have would promise what cannot come.
 */
final class Lost_Domains {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
		private readonly Circuit_Breaker $circuit_breaker,
		private readonly Budget $budget,
	) {}

	/**
	 * Reads Closte's list once, if any of these rows says that Closte has its domain.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return ?string Why Closte could not be asked, in words; null: it was, or need not be.
	 * @throws Database_Exception When the database fails.
	 */
	public function begin_anew( array $rows ): ?string {
		$accepted = array_filter( $rows, static fn( Ledger_Row $row ): bool => $row->is_accepted() );

		if ( array() === $accepted ) {
			return null;
		}

		$problem = match ( true ) {
			! $this->readiness->is_ready()      => $this->readiness->problem(),
			$this->circuit_breaker->is_down()   => $this->circuit_breaker->failure()['message'] ?? '',
			$this->budget->is_used_up()         => __( 'This request has used up its time for calls to Closte.', 'closte-sync' ),
			default                             => null,
		};

		try {
			$list = null === $problem ? $this->budget->spend( $this->list( ... ) ) : array();
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			$problem = $e->getMessage();
		}

		if ( null !== $problem ) {
			/* translators: %s: what was in the way */
			return sprintf( __( 'Closte could not be asked which domains it has: %s', 'closte-sync' ), $problem );
		}

		$lost = array_values( array_diff( array_column( $accepted, 'domain' ), $list ) );

		foreach ( $lost as $domain ) {
			$this->ledger->send_again( $domain );
		}

		if ( array() !== $lost ) {
			Events::drifted( $lost );
		}

		return null;
	}

	/**
	 * @return list<string>
	 */
	private function list( float $seconds ): array {
		return array_map(
			static fn( \Closte\RemoteDomain $domain ): string => $domain->domain,
			$this->extension->client( array( 'timeout' => $seconds ) )->domains()
		);
	}
}
