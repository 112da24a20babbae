<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Ledger;

/**
 * Says what keeps a domain from being given to a site, whichever way: it is no name, the network's own, or somebody has it.
 */
final class Add_Obstacles {

	public function __construct(
		private readonly Extension $extension,
		private readonly Domain_Names $names,
		private readonly Domain_Rules $rules,
		private readonly Desired_Domains $desired,
		private readonly Ledger $ledger,
	) {}

	/**
	 * @param string $domain  In the form that is compared.
	 * @param int    $blog_id The site; 0: none yet.
	 * @return ?Refusal Null: nothing is in the way.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function of( string $domain, int $blog_id ): ?Refusal {
		if ( ! $this->extension->is_usable() ) {
			return new Refusal( Refusal::EXTENSION, (string) $this->extension->problem(), '' );
		}

		$problem = $this->names->problem( $domain );

		return match ( true ) {
			null !== $problem                                              => new Refusal( Refusal::INVALID, $problem, '' ),
			in_array( $domain, $this->rules->network_domains(), true )     => $this->network( $domain ),
			$this->rules->is_protected( $domain )                          => $this->protected( $domain ),
			default => $this->owned( $domain, $blog_id ) ?? $this->served( $domain ),
		};
	}

	/**
	 * The site that has a domain, by itself, by a mapping or with its www name; null: none.
	 *
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function owner( string $domain ): ?int {
		return $this->owners( $domain )[ $domain ] ?? null;
	}

	private function network( string $domain ): Refusal {
		return new Refusal(
			Refusal::NETWORK,
			/* translators: %s: domain */
			sprintf( __( '%s is the domain of a network.', 'closte-sync' ), $this->names->shown( $domain ) ),
			__( 'Enter another domain, or a subdomain of this one.', 'closte-sync' )
		);
	}

	private function protected( string $domain ): Refusal {
		return new Refusal(
			Refusal::PROTECTED,
			/* translators: %s: domain */
			sprintf( __( '%s belongs to the Closte application of this network, and is there already.', 'closte-sync' ), $this->names->shown( $domain ) ),
			__( 'Enter another domain.', 'closte-sync' )
		);
	}

	/**
	 * A subdomain that the network serves needs nothing at Closte: a site can have it as its address.
	 */
	private function served( string $domain ): ?Refusal {
		return $this->rules->is_served_by_network( $domain ) ? new Refusal(
			Refusal::SERVED,
			/* translators: %s: domain */
			sprintf( __( '%s is a subdomain that this network serves already: nothing needs to be added.', 'closte-sync' ), $this->names->shown( $domain ) ),
			__( 'To give it to a site, enter it as the address of the site under Network Admin → Sites → Edit.', 'closte-sync' )
		) : null;
	}

	private function owned( string $domain, int $blog_id ): ?Refusal {
		$owners = $this->owners( $domain );

		foreach ( $owners as $name => $owner ) {
			if ( $owner !== $blog_id ) {
				return $this->taken( (string) $name, $owner );
			}
		}

		if ( isset( $owners[ $domain ] ) ) {
			return new Refusal(
				Refusal::ALREADY,
				/* translators: 1: domain, 2: site */
				sprintf( __( '%1$s is a domain of %2$s already.', 'closte-sync' ), $this->names->shown( $domain ), self::site( $blog_id ) ),
				__( 'Nothing needs to be added.', 'closte-sync' )
			);
		}

		$row = $this->ledger->find( $domain );

		if ( null === $row || ! $row->by_hand || in_array( $row->blog_id, array( 0, $blog_id ), true ) ) {
			return null;
		}

		return $this->taken( $domain, $row->blog_id );
	}

	/**
	 * The sites that have a domain, or its www name, or the name that it is the www name of: both lead to the same site.
	 *
	 * @return array<string, int> By domain.
	 */
	private function owners( string $domain ): array {
		$names  = array_filter( array( $domain, $this->names->counterpart( $domain ) ) );
		$wanted = $this->desired->wanted( array_values( $names ) );
		$owners = array_map( static fn( array $owner ): int => $owner['blog_id'], array_filter( $wanted ) );

		// It comes with the name without www, and belongs to the same site.
		if ( array_key_exists( $domain, $wanted ) && array() !== $owners ) {
			$owners[ $domain ] ??= reset( $owners );
		}

		return $owners;
	}

	private function taken( string $domain, int $blog_id ): Refusal {
		return new Refusal(
			Refusal::TAKEN,
			/* translators: 1: domain, 2: site */
			sprintf( __( '%1$s is in use by %2$s.', 'closte-sync' ), $this->names->shown( $domain ), self::site( $blog_id ) ),
			__( 'Remove it from that site first.', 'closte-sync' )
		);
	}

	/**
	 * A site for people: its title and its number.
	 */
	private static function site( int $blog_id ): string {
		$site  = get_site( $blog_id );
		$title = null === $site ? '' : Site_Finder::title_of( $site );

		return '' === $title
			/* translators: %d: number of a site */
			? sprintf( __( 'site %d', 'closte-sync' ), $blog_id )
			/* translators: 1: number of a site, 2: title of the site */
			: sprintf( __( 'site %1$d (%2$s)', 'closte-sync' ), $blog_id, $title );
	}
}
