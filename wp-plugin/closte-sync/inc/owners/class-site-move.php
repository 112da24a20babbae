<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\State;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Add_Option;
use ClosteSync\Operations\Domain_Mapper;
use ClosteSync\Operations\Domain_Operations;
use ClosteSync\Operations\Domain_Preview;
use ClosteSync\Operations\Refusal;
use ClosteSync\Sync\Readiness;

/**
 * Makes a domain that the admins of a site have added the address of the site, where WordPress serves no other. Only one that works
 * can be it: a site that moves to one that does not is off the web.
 */
final class Site_Move {

	public function __construct(
		private readonly Owner_Domains $domains,
		private readonly Domain_Mapper $mapper,
		private readonly Domain_Operations $operations,
		private readonly Domain_Preview $previews,
		private readonly Domain_Names $names,
		private readonly Ledger $ledger,
		private readonly Owner_Added_Domains $own,
		private readonly Ownership_Check $ownership,
		private readonly Readiness $readiness,
	) {}

	/**
	 * The domains that visitors do not reach the site at before one of them becomes its address.
	 *
	 * @param list<Ledger_Row> $rows As {@see Owner_Domains::rows()} gives them.
	 * @return list<Ledger_Row>
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function candidates( int $blog_id, array $rows ): array {
		$offer = $this->previews->of( '', $blog_id )->serving_offer();

		return Add_Method::Address === $offer?->way ? $this->domains->added( $rows ) : array();
	}

	/**
	 * Whether a candidate can become the address now.
	 */
	public function is_ready( Ledger_Row $row ): bool {
		return '' === $this->readiness->hindrance() && State::Working === $row->state() && $row->is_accepted();
	}

	/**
	 * What the move would do.
	 *
	 * @return Add_Option|Refusal A refusal: it cannot be done.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function offer( int $blog_id, string $domain ): Add_Option|Refusal {
		$rows = array_column( $this->candidates( $blog_id, $this->domains->rows( $blog_id ) ), null, 'domain' );

		if ( ! isset( $rows[ $domain ] ) || ! $this->is_ready( $rows[ $domain ] ) ) {
			return Owner_Refusals::not_an_address_yet();
		}

		$preview = $this->previews->of( $domain, $blog_id );
		$offer   = $preview->serving_offer();
		$refusal = $preview->refusal ?? $offer?->refusal;

		return match ( true ) {
			null !== $refusal => Owner_Refusals::of( $refusal ),
			null === $offer   => Owner_Refusals::not_an_address_yet(),
			default           => $offer,
		};
	}

	/**
	 * @return ?Refusal Why the site was not moved; null: it was.
	 * @throws \Closte\ClosteException               When a setting is wrong.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function carry_out( int $blog_id, string $domain ): ?Refusal {
		$offer = $this->offer( $blog_id, $domain );

		if ( $offer instanceof Refusal ) {
			return $offer;
		}

		// What works is looked at once a day only.
		if ( Add_Method::Address !== $offer->way || ! $this->ownership->points_here( $domain ) ) {
			return Owner_Refusals::not_an_address_yet();
		}

		if ( ! $this->keep_address( $blog_id ) ) {
			return Owner_Refusals::failed();
		}

		$failure = $this->mapper->add( $domain, $blog_id, Add_Method::Address );

		return null === $failure ? null : Owner_Refusals::of( $failure );
	}

	/**
	 * The address that the site leaves stays at Closte: it is theirs to remove only where they have added it.
	 */
	private function keep_address( int $blog_id ): bool {
		$row = $this->ledger->find( $this->names->canonical( get_site( $blog_id )->domain ?? '' ) );

		if ( null === $row || Wanted::Present !== $row->wanted || $row->by_hand || $this->own->has( $row ) ) {
			return true;
		}

		$this->operations->add( $row->domain, 0 );

		return true === $this->ledger->find( $row->domain )?->by_hand;
	}
}
