<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Source_Registry;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Log\Audit_Context;
use ClosteSync\Log\Reason;
use ClosteSync\Sync\Circuit_Breaker;
use ClosteSync\Sync\Readiness;
use ClosteSync\Sync\Sync;
use ClosteSync\Sync\Worker;

/**
 * Gives domains to sites and takes them away, in the place that serves them: the mapping plugin, or WordPress itself. That
 * place then tells Closte Sync by its own hooks, as when people use its own screens. Who may do so is up to the caller.
 */
final class Domain_Mapper {

	public function __construct(
		private readonly Source_Registry $sources,
		private readonly Desired_Domains $desired,
		private readonly Ledger $ledger,
		private readonly Sync $sync,
		private readonly Worker $worker,
		private readonly Circuit_Breaker $circuit_breaker,
		private readonly Domain_Operations $operations,
		private readonly Domain_Preview $previews,
		private readonly Audit_Context $context,
		private readonly Readiness $readiness,
	) {}

	/**
	 * @param string $domain  In the form that is compared.
	 * @param int    $blog_id The site; 0, where it is only registered: none.
	 * @return ?Refusal Why it was not done; null: it was.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function add( string $domain, int $blog_id, Add_Method $way ): ?Refusal {
		$preview = $this->previews->of( $domain, $blog_id );
		$refusal = $preview->refusal ?? self::refusal_of( $way, $preview );

		if ( null !== $refusal ) {
			return $refusal;
		}

		// Who asks now waits for an answer, also where Closte gave none a moment ago.
		$this->circuit_breaker->ask_again();

		if ( Add_Method::Register === $way ) {
			$this->register( $domain, $blog_id );
		} else {
			$refusal = Add_Method::Address === $way ? $this->move( $preview, $blog_id ) : $this->map( $domain, $blog_id );
		}

		if ( null === $refusal ) {
			$this->look( array_values( array_filter( array( $domain, $preview->www ) ) ) );
		}

		return $refusal;
	}

	/**
	 * Takes a domain away where its site has it from. What nothing else wants is removed from Closte then.
	 *
	 * @return ?Refusal Why it was not done; null: it was.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function remove( Ledger_Row $row ): ?Refusal {
		$owner = $this->desired->wanted( array( $row->domain ) )[ $row->domain ] ?? null;

		if ( null === $owner ) {
			return $this->operations->remove( array( $row ) )->refused[ $row->domain ] ?? null;
		}

		$source = $this->sources->able( $owner['source'] );

		return null === $source
			? $this->operations->refusal( Operation::Remove, $row )
			: self::failed( $source->unmap( $row->domain, $owner['blog_id'] ) );
	}

	/**
	 * The rows whose domains {@see Domain_Mapper::remove()} may take away.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return list<Ledger_Row>
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function removable( array $rows ): array {
		$refused = $this->operations->refusals( Operation::Remove, $rows );
		$wanted  = array() === $refused ? array() : $this->desired->wanted( array_column( $rows, 'domain' ) );

		return array_values(
			array_filter(
				$rows,
				function ( Ledger_Row $row ) use ( $refused, $wanted ): bool {
					$source = isset( $wanted[ $row->domain ] ) ? $this->sources->able( $wanted[ $row->domain ]['source'] ) : null;

					return null !== $source ? null !== $source->table() : ! isset( $refused[ $row->domain ] );
				}
			)
		);
	}

	private function register( string $domain, int $blog_id ): void {
		$this->context->during( Reason::ByHand, fn() => $this->sync->domain_added( $domain, $blog_id, Row_Source::MANUAL ) );
	}

	private function map( string $domain, int $blog_id ): ?Refusal {
		return self::failed( $this->sources->mapper()?->map( $domain, $blog_id ) );
	}

	/**
	 * Makes a domain the address of a site. The one that it has may go from Closte then: it moves only to one that Closte has accepted.
	 */
	private function move( Preview $preview, int $blog_id ): ?Refusal {
		if ( '' !== $this->readiness->hindrance() ) {
			return new Refusal(
				Refusal::FAILED,
				__( 'The site keeps its address: no domain can be sent to Closte at the moment.', 'closte-sync' ),
				__( 'Network Admin → Settings → Closte shows what is in the way. Then try again.', 'closte-sync' )
			);
		}

		$domain = $preview->domain;
		$before = $this->ledger->find( $domain );

		if ( ! self::is_at_closte( $before ) ) {
			$this->register( $domain, $blog_id );
		}

		$row     = $this->ledger->find( $domain );
		$refusal = self::is_at_closte( $row ) ? $this->map( $domain, $blog_id ) : new Refusal(
			Refusal::FAILED,
			/* translators: %s: domain */
			trim( sprintf( __( 'The site keeps its address: Closte has not accepted %s.', 'closte-sync' ), $preview->shown ) . ' ' . $row?->error_text() ),
			__( 'Try again.', 'closte-sync' )
		);

		$this->take_back( $domain, $before, is_of_site: null === $refusal );

		return $refusal;
	}

	/**
	 * That the domain was registered is no wish of its own: it goes with the site that has it, or that did not get it.
	 */
	private function take_back( string $domain, ?Ledger_Row $before, bool $is_of_site ): void {
		$row = true === $before?->by_hand ? null : $this->ledger->find( $domain );

		if ( null === $row || ! $row->by_hand ) {
			return;
		}

		match ( true ) {
			$is_of_site || Wanted::Present === $before?->wanted => $this->ledger->leave_to_site( $row ),
			Wanted::Retired === $before?->wanted                => $this->ledger->retire( $row ),
			default                                             => $this->operations->remove( array( $row ) ),
		};
	}

	private static function is_at_closte( ?Ledger_Row $row ): bool {
		return null !== $row && $row->is_accepted() && ! $row->was_refused();
	}

	/**
	 * Has the DNS of domains that Closte has accepted looked up now: who adds one wants to see which records to set.
	 *
	 * @param list<string> $domains
	 */
	private function look( array $domains ): void {
		$rows = array_filter(
			$this->ledger->find_all( $domains ),
			static fn( Ledger_Row $row ): bool => $row->is_accepted() && ! $row->awaits_call() && 0 === $row->dns_checked_at
		);

		$this->worker->advance( array_values( $rows ), true );
	}

	private static function refusal_of( Add_Method $way, Preview $preview ): ?Refusal {
		foreach ( $preview->offers as $offer ) {
			if ( $offer->way === $way ) {
				return $offer->refusal;
			}
		}

		return new Refusal(
			Refusal::NOT_SERVED,
			__( 'The domain cannot be added in this way: the domain mapping plugin is not active.', 'closte-sync' ),
			__( 'Reload the page, and choose another way.', 'closte-sync' )
		);
	}

	private static function failed( ?\WP_Error $error ): ?Refusal {
		return null === $error ? null : new Refusal(
			Refusal::FAILED,
			wp_strip_all_tags( implode( ' ', $error->get_error_messages() ) ),
			''
		);
	}
}
