<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Lists the domains of a site: its address first, each www name behind the domain that it comes with.
 */
final class Site_Domains {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Domain_Names $names,
		private readonly Domain_Rules $rules,
		private readonly Domain_Mapper $mapper,
	) {}

	/**
	 * @return list<Site_Domain>
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function of( \WP_Site $site ): array {
		$address   = $this->names->canonical( $site->domain );
		$mapped    = array_map( $this->names->canonical( ... ), $this->desired->mapped_to( (int) $site->blog_id ) );
		$rows      = array_column( $this->ledger->find_by_blog( (int) $site->blog_id ), null, 'domain' );
		$removable = array_column( $this->mapper->removable( array_values( $rows ) ), 'domain' );
		$names     = array_unique( array( $address, ...$mapped, ...array_map( strval( ... ), array_keys( $rows ) ) ) );
		$domains   = array();

		foreach ( $names as $name ) {
			$domains[] = new Site_Domain(
				$name,
				$rows[ $name ] ?? null,
				$this->rules->is_served_by_network( $name ),
				$name === $address,
				in_array( $name, $removable, true )
			);
		}

		usort( $domains, fn( Site_Domain $a, Site_Domain $b ): int => $this->rank( $a, $address ) <=> $this->rank( $b, $address ) );

		return $domains;
	}

	/**
	 * The row of this site with this number; null: none.
	 */
	public function row( int $id, int $blog_id ): ?Ledger_Row {
		$row = $this->ledger->find_by_id( $id );

		return $row?->blog_id === $blog_id ? $row : null;
	}

	/**
	 * @return array{int, string, int}
	 */
	private function rank( Site_Domain $domain, string $address ): array {
		$bare = $this->names->name_without_www( $domain->domain ) ?? $domain->domain;

		return array(
			in_array( $address, array( $domain->domain, $bare ), true ) ? 0 : 1,
			$bare,
			$bare === $domain->domain ? 0 : 1,
		);
	}
}
