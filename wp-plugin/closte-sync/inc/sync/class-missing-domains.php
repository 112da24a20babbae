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
use ClosteSync\Text\Error_Text;

/**
 * Finds which of the domains that are sent again are missing at Closte, and starts their rows anew. A DNS or certificate check
 * of a domain that Closte does not have would promise what cannot come.
 */
final class Missing_Domains {

	private const NOTHING = array(
		'domains'  => array(),
		'is_whole' => false,
	);

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
		private readonly Circuit_Breaker $circuit_breaker,
		private readonly Time_Budget $budget,
	) {}

	/**
	 * Reads Closte's list once, if any of these rows says that Closte has its domain.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return ?string Why it is not known what Closte has, in words; null: it is, or need not be.
	 * @throws Database_Exception When the database fails.
	 */
	public function begin_anew( array $rows ): ?string {
		$accepted = array_filter( $rows, static fn( Ledger_Row $row ): bool => $row->is_accepted() );

		if ( array() === $accepted ) {
			return null;
		}

		$problem = match ( true ) {
			! $this->readiness->is_ready()      => $this->readiness->problem(),
			$this->circuit_breaker->is_down()   => $this->circuit_breaker->failure_text(),
			$this->budget->is_used_up()         => __( 'This request has no time left for calls to Closte.', 'closte-sync' ),
			default                             => null,
		};

		try {
			$list = null === $problem ? $this->budget->spend( $this->list( ... ) ) : self::NOTHING;
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			$problem = Error_Text::of( $e );
		}

		if ( null !== $problem ) {
			/* translators: %s: what was in the way */
			return sprintf( __( 'The list of domains at Closte could not be read: %s', 'closte-sync' ), $problem );
		}

		$lost = array_values( array_diff( array_column( $accepted, 'domain' ), $list['domains'] ) );

		if ( array() !== $lost && ! $list['is_whole'] ) {
			return __( 'Closte’s list of domains has entries that cannot be read. Domains that seem to be missing are not sent again.', 'closte-sync' );
		}

		foreach ( $lost as $domain ) {
			$this->ledger->send_again( $domain );
		}

		if ( array() !== $lost ) {
			Events::drifted( $lost );
		}

		return null;
	}

	/**
	 * @return array{domains: list<string>, is_whole: bool}
	 */
	private function list( float $seconds ): array {
		$client  = $this->extension->client( array( 'timeout' => $seconds ) );
		$domains = $client->domainNames();

		return array(
			'domains'  => $domains,
			'is_whole' => 0 === $client->skipped(),
		);
	}
}
