<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Domain_Mapper;
use ClosteSync\Operations\Domain_Operations;
use ClosteSync\Operations\Domain_Preview;
use ClosteSync\Operations\Operation;
use ClosteSync\Operations\Preview;
use ClosteSync\Operations\Refusal;

/**
 * What the admins of a site may do with its domains. They learn nothing of the network or of another site, nothing is sent to Closte
 * before the domain was proven to be theirs, and they remove only what they have added.
 */
final class Owner_Domains {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Domain_Mapper $mapper,
		private readonly Domain_Operations $operations,
		private readonly Domain_Preview $previews,
		private readonly Domain_Rules $rules,
		private readonly Domain_Names $names,
		private readonly Ownership_Claims $claims,
		private readonly Owner_Added_Domains $own,
		private readonly Ownership_Check $ownership,
		private readonly Prior_Use_Check $earlier_use,
		private readonly Domain_Limit $limit,
	) {}

	/**
	 * Those that are wanted or on their way out, without what the network has for itself.
	 *
	 * @return list<Ledger_Row>
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function rows( int $blog_id ): array {
		return array_values(
			array_filter(
				$this->ledger->find_by_blog( $blog_id ),
				fn( Ledger_Row $row ): bool => Wanted::Retired !== $row->wanted && ! $this->rules->is_own( $row->domain )
			)
		);
	}

	/**
	 * Those that its admins have added, without the one that is the address of the site now.
	 *
	 * @param list<Ledger_Row> $rows As {@see Owner_Domains::rows()} gives them.
	 * @return list<Ledger_Row>
	 */
	public function added( array $rows ): array {
		return array_values(
			array_filter(
				$rows,
				fn( Ledger_Row $row ): bool => Wanted::Present === $row->wanted
					&& $this->own->has( $row )
					&& $this->names->canonical( get_site( $row->blog_id )->domain ?? '' ) !== $row->domain
			)
		);
	}

	/**
	 * The domains that its admins may give up.
	 *
	 * @param list<Ledger_Row> $rows As {@see Owner_Domains::rows()} gives them.
	 * @return list<Ledger_Row>
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function removable( array $rows ): array {
		return $this->mapper->removable( $this->added( $rows ) );
	}

	/**
	 * @return list<Claim>
	 */
	public function claims( int $blog_id ): array {
		return array_values( $this->claims->of( $blog_id ) );
	}

	/**
	 * Whether it proves this claim that the domain points here.
	 *
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function accepts_pointing( int $blog_id, Claim $claim ): bool {
		return $this->ownership->accepts_pointing( $claim, $blog_id );
	}

	/**
	 * Why the site can have no more domains; null: it can.
	 *
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function limit_reached( int $blog_id ): ?Refusal {
		return $this->left( $blog_id ) > 0 ? null : Owner_Refusals::limit( $this->room( $blog_id ) + $this->count( $blog_id ) );
	}

	/**
	 * How many more domains the site may have.
	 *
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function left( int $blog_id ): int {
		return max( 0, $this->room( $blog_id ) - count( $this->claims->of( $blog_id ) ) );
	}

	/**
	 * Adds a domain, or notes the claim to it until it is proven. Asked again for a claim, it looks again. Where WordPress serves one
	 * address for each site, the domain is only sent to Closte: see {@see Site_Move}.
	 *
	 * @throws \Closte\ClosteException               When a setting is wrong.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function add( int $blog_id, string $typed ): Addition {
		$preview = $this->previews->of( $typed, $blog_id );
		$claim   = $this->claims->of( $blog_id )[ $preview->domain ] ?? null;
		$refusal = $this->refusal( $preview, $blog_id );

		if ( null !== $claim && Refusal::ALREADY === $refusal?->code ) {
			if ( $this->settle( $blog_id, $preview->domain ) ) {
				return Addition::done( $preview->domain );
			}

			$this->claims->drop( $blog_id, $preview->domain );
		}

		if ( null === $refusal && ( null === $claim ? $this->left( $blog_id ) : $this->room( $blog_id ) ) < 1 ) {
			$refusal = $this->limit_reached( $blog_id );
		}

		return match ( true ) {
			null !== $refusal => Addition::refused( $preview->domain, $refusal ),
			null === $claim   => $this->claim( $blog_id, $preview->domain ),
			default           => $this->prove( $blog_id, $preview, $claim ),
		};
	}

	/**
	 * Gives up a domain of the site, or a claim.
	 *
	 * @return Removal|Refusal A refusal: it was not done.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function remove( int $blog_id, string $domain ): Removal|Refusal {
		if ( ! $this->settle( $blog_id, $domain ) && $this->claims->drop( $blog_id, $domain ) ) {
			return Removal::Canceled;
		}

		$row = array_column( $this->rows( $blog_id ), null, 'domain' )[ $domain ] ?? null;

		if ( null === $row || Wanted::Present !== $row->wanted ) {
			return Removal::NotThere;
		}

		if ( array() === $this->removable( array( $row ) ) ) {
			return Owner_Refusals::not_removable();
		}

		$refusal = $this->take_away( $row );

		if ( null !== $refusal ) {
			return Owner_Refusals::of( $refusal );
		}

		$this->own->drop( $blog_id, $domain );

		return Removal::Removed;
	}

	private function refusal( Preview $preview, int $blog_id ): ?Refusal {
		$way     = $preview->serving_offer();
		$refusal = $preview->refusal ?? $way?->refusal;

		if ( null !== $refusal ) {
			return Owner_Refusals::of( $refusal );
		}

		return match ( true ) {
			null === $way                                      => Owner_Refusals::not_served(),
			$this->is_of_a_network( $preview->domain )         => Owner_Refusals::taken(),
			$this->has_by_hand( $preview->domain, $blog_id )   => Owner_Refusals::already( $preview->shown ),
			default                                            => null,
		};
	}

	/**
	 * Whoever has a network's domain has all names beside it and below it.
	 */
	private function is_of_a_network( string $domain ): bool {
		$registrable = $this->names->registrable( $domain );
		$networks    = array_map( $this->names->registrable( ... ), $this->rules->network_domains() );

		return null === $registrable || in_array( $registrable, $networks, true );
	}

	private function has_by_hand( string $domain, int $blog_id ): bool {
		$row = $this->ledger->find( $domain );

		return null !== $row && $row->by_hand && $row->blog_id === $blog_id;
	}

	private function claim( int $blog_id, string $domain ): Addition {
		$claim = $this->claims->make( $blog_id, $domain, $this->ownership->may_point_here( $domain ) );

		if ( null === $claim ) {
			return Addition::refused( $domain, Owner_Refusals::failed() );
		}

		// Others may have been claimed at the same time: those that came first stay.
		if ( array_search( $domain, array_keys( $this->claims->of( $blog_id ) ), true ) >= $this->room( $blog_id ) ) {
			$this->claims->drop( $blog_id, $domain );

			return Addition::refused( $domain, $this->limit_reached( $blog_id ) ?? Owner_Refusals::failed() );
		}

		return Addition::awaits_proof( $this->beside_others( $blog_id, $claim ) );
	}

	/**
	 * Where more than one site claims a name under the same registrable domain, only the record says whose it is, also when all but
	 * one have given up.
	 */
	private function beside_others( int $blog_id, Claim $claim ): Claim {
		$others = $this->claims->others_under( $this->names->registrable( $claim->domain ) ?? $claim->domain, $blog_id );

		foreach ( $others as list( $other, $theirs ) ) {
			$this->claims->require_record( $other, $theirs );
		}

		return array() === $others ? $claim : $this->claims->require_record( $blog_id, $claim );
	}

	private function prove( int $blog_id, Preview $preview, Claim $claim ): Addition {
		$ownership = $this->ownership->look( $claim, $blog_id );

		if ( ! $ownership->is_proven ) {
			return Addition::awaits_proof( $claim, $ownership->error );
		}

		$domains = null === $preview->www ? array( $preview->domain ) : array( $preview->domain, $preview->www );
		$prior_use = $this->earlier_use->of( $domains, $blog_id );

		if ( null !== $prior_use && Prior_Use::None !== $prior_use && ! $ownership->by_record ) {
			return Addition::awaits_proof( $this->claims->require_record( $blog_id, $claim ) );
		}

		$failure = null === $prior_use ? Owner_Refusals::failed() : $this->give( $blog_id, $preview, Prior_Use::Same === $prior_use );

		if ( null !== $failure ) {
			return Addition::refused( $preview->domain, Owner_Refusals::of( $failure ) );
		}

		return Addition::done( $preview->domain );
	}

	private function give( int $blog_id, Preview $preview, bool $was_there ): ?Refusal {
		if ( ! $this->own->note( $blog_id, $preview->domain, $was_there ) ) {
			return Owner_Refusals::failed();
		}

		$way     = $preview->serving_offer()?->way;
		$failure = $this->mapper->add( $preview->domain, $blog_id, Add_Method::Mapping === $way ? $way : Add_Method::Register );

		if ( null === $failure ) {
			$this->settle( $blog_id, $preview->domain );
		} else {
			$this->own->drop( $blog_id, $preview->domain );
		}

		return $failure;
	}

	/**
	 * Makes theirs what was added for a claim, perhaps by a request that ended before it could.
	 *
	 * @return bool Whether the claim is settled.
	 */
	private function settle( int $blog_id, string $domain ): bool {
		$row = isset( $this->claims->of( $blog_id )[ $domain ] ) ? $this->ledger->find( $domain ) : null;

		if ( null === $row || Wanted::Present !== $row->wanted || $row->blog_id !== $blog_id || $row->is_by_rule() ) {
			return false;
		}

		if ( true === $this->own->noted( $row ) && ! $row->by_hand ) {
			// So it stays when the site gives it up.
			$this->operations->add( $domain, 0 );
		}

		return $this->own->complete( $row ) && $this->claims->drop( $blog_id, $domain );
	}

	/**
	 * What was there before the site's admins added it stays at Closte.
	 */
	private function take_away( Ledger_Row $row ): ?Refusal {
		if ( ! $this->own->was_there( $row ) || null !== $this->operations->refusal( Operation::Remove, $row ) ) {
			return $this->mapper->remove( $row );
		}

		$names = array_filter( array( $row->domain, $this->rules->www_of( $row->domain ) ) );

		foreach ( $this->ledger->find_all( array_values( $names ) ) as $one ) {
			if ( $one->blog_id === $row->blog_id && ( $one->by_hand || $one->is_by_rule() ) ) {
				$this->ledger->give_back( $one, $one->is_by_rule() ? Row_Source::WWW : Row_Source::MANUAL );
			}
		}

		return null;
	}

	private function room( int $blog_id ): int {
		return $this->limit->room( $blog_id, $this->count( $blog_id ) );
	}

	private function count( int $blog_id ): int {
		return count( $this->added( $this->rows( $blog_id ) ) );
	}
}
