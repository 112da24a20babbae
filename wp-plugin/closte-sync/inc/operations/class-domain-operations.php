<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Counter;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Log\Action;
use ClosteSync\Log\Audit_Context;
use ClosteSync\Log\Log;
use ClosteSync\Log\Outcome;
use ClosteSync\Log\Reason;
use ClosteSync\Sync\Circuit_Breaker;
use ClosteSync\Sync\Sync;

/**
 * Carries out what people ask for domains, whichever way they ask: screens, WP-CLI, REST and abilities.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Domain_Operations {

	/** How many domains one page view checks, so that it comes back: the others are due at once and follow automatically. */
	public const AT_ONCE = 20;

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Sync $sync,
		private readonly Circuit_Breaker $circuit_breaker,
		private readonly Refusals $refusals,
		private readonly Log $log,
		private readonly Audit_Context $context,
		private readonly Row_Counter $counter,
	) {}

	/**
	 * Why it is not done for a domain; null: it may be.
	 */
	public function refusal( Operation $operation, Ledger_Row $row ): ?Refusal {
		return $this->refusals( $operation, array( $row ) )[ $row->domain ] ?? null;
	}

	/**
	 * The same for many, in as many statements as for one.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return array<string, Refusal> By domain; those that are missing may be done.
	 */
	public function refusals( Operation $operation, array $rows ): array {
		return $this->refusals->among( $operation, $rows );
	}

	/**
	 * @param list<Ledger_Row> $rows
	 */
	public function run( Operation $operation, array $rows ): Operation_Result {
		try {
			return match ( $operation ) {
				Operation::Check  => $this->check( $rows ),
				Operation::Remove => $this->remove( $rows ),
				Operation::Forget => $this->forget( $rows ),
			};
		} finally {
			// Who did it sees what came of it.
			$this->counter->forget();
		}
	}

	/**
	 * Records a domain for a site and sends it to Closte; one that Closte has already is taken over.
	 *
	 * @param int $blog_id The site; 0: none.
	 */
	public function add( string $domain, int $blog_id ): void {
		$this->by_hand(
			function () use ( $domain, $blog_id ): void {
				$this->circuit_breaker->ask_again();
				$this->sync->domain_added( $domain, $blog_id, Row_Source::MANUAL );
			}
		);
	}

	/**
	 * Takes the next step with domains now.
	 *
	 * @param list<Ledger_Row> $rows
	 * @param int              $at_once How many take it now; the others are due, and follow automatically.
	 */
	public function check( array $rows, int $at_once = self::AT_ONCE ): Operation_Result {
		if ( array() === $rows ) {
			return new Operation_Result();
		}

		$domains = array_column( $rows, 'domain' );

		return new Operation_Result(
			done: array_slice( $domains, 0, $at_once ),
			waiting: array_slice( $domains, $at_once ),
			warning: $this->by_hand(
				function () use ( $domains, $at_once ): ?string {
					$this->circuit_breaker->ask_again();

					return $this->sync->retry_all( $domains, $at_once );
				}
			),
		);
	}

	/**
	 * Removes domains from Closte. One that was never sent is forgotten without a call.
	 *
	 * @param list<Ledger_Row> $rows
	 */
	public function remove( array $rows ): Operation_Result {
		$refused = $this->refusals( Operation::Remove, $rows );
		$domains = $this->others( $rows, $refused );

		if ( array() === $domains ) {
			return new Operation_Result( refused: $refused );
		}

		$this->by_hand(
			function () use ( $domains ): void {
				$this->circuit_breaker->ask_again();
				$this->sync->domains_removed( $domains, 0, Row_Source::MANUAL );
			}
		);

		$waiting = array_column( $this->ledger->find_all( $domains ), 'domain' );

		return new Operation_Result( array_values( array_diff( $domains, $waiting ) ), $refused, $waiting );
	}

	/**
	 * Deletes the rows of domains, and leaves the domains at Closte.
	 *
	 * @param list<Ledger_Row> $rows
	 */
	public function forget( array $rows ): Operation_Result {
		$refused = $this->refusals( Operation::Forget, $rows );
		$done    = array();

		$this->by_hand(
			function () use ( $rows, &$refused, &$done ): void {
				foreach ( $rows as $row ) {
					if ( isset( $refused[ $row->domain ] ) ) {
						continue;
					}

					if ( $this->ledger->delete( $row ) ) {
						$done[] = $row->domain;
						$this->log->note( Action::Forget, Outcome::Forgotten, $row->domain, $row->blog_id, $row->source );
					} elseif ( null !== $this->ledger->find( $row->domain ) ) {
						$refused[ $row->domain ] = $this->refusals->changed( $row->domain );
					}
				}

				$this->log->flush();
			}
		);

		return new Operation_Result( $done, $refused );
	}

	/**
	 * @param list<Ledger_Row>       $rows
	 * @param array<string, Refusal> $refused
	 * @return list<string>
	 */
	private function others( array $rows, array $refused ): array {
		return array_values( array_diff( array_column( $rows, 'domain' ), array_map( strval( ... ), array_keys( $refused ) ) ) );
	}

	/**
	 * @template T
	 * @param callable(): T $task
	 * @return T
	 */
	private function by_hand( callable $task ): mixed {
		return $this->context->during( Reason::ByHand, $task );
	}
}
