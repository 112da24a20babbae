<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Operations\Domain_Mapper;
use ClosteSync\Operations\Domain_Preview;
use ClosteSync\Operations\Offer;
use ClosteSync\Operations\Preview;
use ClosteSync\Operations\Refusal;
use ClosteSync\Operations\Way;

/**
 * What the admins of a site may do with its domains. They learn nothing of the network or of another site, and nothing is
 * sent to Closte before the domain was proven to be theirs.
 */
final class Site_Domains {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Domain_Mapper $mapper,
		private readonly Domain_Preview $previews,
		private readonly Domain_Rules $rules,
		private readonly Claims $claims,
		private readonly Ownership $ownership,
		private readonly int $limit,
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
	 * @return list<Claim>
	 */
	public function claims( int $blog_id ): array {
		return array_values( $this->claims->of( $blog_id ) );
	}

	/**
	 * How many more domains the site may have.
	 *
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function left( int $blog_id ): int {
		$network = '.' . ( get_network( get_site( $blog_id )?->network_id )->domain ?? '' );

		// What the network gave to the site is no domain of its own.
		$rows = array_filter(
			$this->rows( $blog_id ),
			static fn( Ledger_Row $row ): bool => Wanted::Present === $row->wanted
				&& ! $row->is_by_rule()
				&& ! str_ends_with( $row->domain, $network )
		);

		return max( 0, $this->limit - count( $rows ) - count( $this->claims->of( $blog_id ) ) );
	}

	/**
	 * Adds a domain, or notes the claim to it until it is proven. Asked again for a claim, it looks again.
	 *
	 * @throws \Closte\ClosteException               When a setting is wrong.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function add( int $blog_id, string $typed ): Addition {
		$preview = $this->previews->of( $typed, $blog_id );
		$offer   = self::offer( $preview );
		$refusal = $this->refusal( $preview, $offer ) ?? $this->limit_reached( $blog_id, $preview->domain );

		if ( null !== $refusal || null === $offer ) {
			return Addition::refused( $preview->domain, $refusal ?? self::not_served() );
		}

		$claim     = $this->claims->claim( $blog_id, $preview->domain );
		$ownership = $this->ownership->look( $claim, $blog_id );

		// A site that moves to a domain that does not lead here is off the web.
		$must_point_here = Way::Address === $offer->way;

		if ( ! $ownership->is_proven || ( $must_point_here && ! $ownership->points_here ) ) {
			return Addition::awaits_proof( $claim, $ownership );
		}

		$failure = $this->mapper->add( $preview->domain, $blog_id, $offer->way );

		if ( null !== $failure ) {
			return Addition::refused( $preview->domain, self::for_owners( $failure ) );
		}

		$this->claims->drop( $blog_id, $preview->domain );

		return Addition::done( $preview->domain );
	}

	/**
	 * Gives up a domain of the site, or a claim.
	 *
	 * @return ?Refusal Why it was not done; null: it was.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function remove( int $blog_id, string $domain ): ?Refusal {
		$this->claims->drop( $blog_id, $domain );
		$row = $this->ledger->find( $domain );

		if ( null === $row || $row->blog_id !== $blog_id ) {
			return null;
		}

		if ( ! in_array( $domain, array_column( $this->removable( $blog_id ), 'domain' ), true ) ) {
			return self::not_removable();
		}

		$refusal = $this->mapper->remove( $row );

		return null === $refusal ? null : self::for_owners( $refusal );
	}

	/**
	 * The domains that its admins may give up: not the address of the site.
	 *
	 * @return list<Ledger_Row>
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function removable( int $blog_id ): array {
		$site = get_site( $blog_id );

		return array_values(
			array_filter(
				$this->mapper->removable( $this->rows( $blog_id ) ),
				static fn( Ledger_Row $row ): bool => Wanted::Present === $row->wanted
					&& ! $row->is_by_rule()
					&& $row->domain !== $site?->domain
			)
		);
	}

	/**
	 * The way in which WordPress or the mapping plugin would serve the domain; null: none.
	 */
	private static function offer( Preview $preview ): ?Offer {
		foreach ( $preview->offers as $offer ) {
			if ( Way::Register !== $offer->way ) {
				return $offer;
			}
		}

		return null;
	}

	private function refusal( Preview $preview, ?Offer $offer ): ?Refusal {
		$refusal = $preview->refusal ?? $offer?->refusal;

		return null === $refusal ? null : self::for_owners( $refusal );
	}

	private function limit_reached( int $blog_id, string $domain ): ?Refusal {
		if ( isset( $this->claims->of( $blog_id )[ $domain ] ) || $this->left( $blog_id ) > 0 ) {
			return null;
		}

		return new Refusal(
			Refusal::LIMIT,
			sprintf(
				/* translators: %s: number of domains */
				_n( 'This site can have %s domain.', 'This site can have %s domains.', $this->limit, 'closte-sync' ),
				number_format_i18n( $this->limit )
			),
			__( 'Remove one that you no longer need, or ask the administrator of the network for more.', 'closte-sync' )
		);
	}

	/**
	 * The same without a word about other sites and about the network.
	 */
	private static function for_owners( Refusal $refusal ): Refusal {
		return match ( $refusal->code ) {
			Refusal::INVALID, Refusal::ALREADY, Refusal::LIMIT => $refusal,
			Refusal::TAKEN, Refusal::IN_USE, Refusal::COMES_WITH, Refusal::PROTECTED, Refusal::NETWORK, Refusal::SERVED => new Refusal(
				Refusal::TAKEN,
				__( 'This domain cannot be added: it is in use already.', 'closte-sync' ),
				__( 'Enter another domain. If this one is yours, ask the administrator of the network.', 'closte-sync' )
			),
			Refusal::NOT_SERVED, Refusal::NO_SITE, Refusal::EXTENSION => self::not_served(),
			Refusal::CHANGED => new Refusal(
				Refusal::CHANGED,
				__( 'Somebody else changed this domain at the same time.', 'closte-sync' ),
				__( 'Reload the page and try again.', 'closte-sync' )
			),
			default          => new Refusal(
				Refusal::FAILED,
				__( 'The domain could not be changed.', 'closte-sync' ),
				__( 'Try again later, or ask the administrator of the network.', 'closte-sync' )
			),
		};
	}

	private static function not_served(): Refusal {
		return new Refusal(
			Refusal::NOT_SERVED,
			__( 'This domain cannot be added here.', 'closte-sync' ),
			__( 'Ask the administrator of the network.', 'closte-sync' )
		);
	}

	private static function not_removable(): Refusal {
		return new Refusal(
			Refusal::IN_USE,
			__( 'This domain is the address of your site, or comes with another domain.', 'closte-sync' ),
			__( 'Ask the administrator of the network to change it.', 'closte-sync' )
		);
	}
}
