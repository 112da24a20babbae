<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;

/**
 * Says which operations may be done for which domains: what a site or a mapping has is removed there, and a network's own
 * domain is never removed.
 */
final class Refusals {

	public function __construct(
		private readonly Desired_Domains $desired,
		private readonly Domain_Rules $rules,
		private readonly Domain_Names $names,
	) {}

	/**
	 * @param list<Ledger_Row> $rows
	 * @return array<string, Refusal> By domain; those that are missing may be done.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function among( Operation $operation, array $rows ): array {
		if ( Operation::Check === $operation || array() === $rows ) {
			return array();
		}

		$refusals = array();
		$wanted   = $this->desired->wanted( array_column( $rows, 'domain' ) );

		foreach ( $rows as $row ) {
			$refusal = match ( true ) {
				isset( $wanted[ $row->domain ] )             => $this->in_use( $row->domain, $wanted[ $row->domain ] ),
				array_key_exists( $row->domain, $wanted )    => $this->comes_with( $row->domain ),
				Operation::Remove === $operation
					&& $this->rules->is_protected( $row->domain ) => $this->protected( $row->domain ),
				default                                      => null,
			};

			if ( null !== $refusal ) {
				$refusals[ $row->domain ] = $refusal;
			}
		}

		return $refusals;
	}

	public function changed( string $domain ): Refusal {
		return new Refusal(
			Refusal::CHANGED,
			/* translators: %s: domain */
			sprintf( __( '%s has just been changed by someone else, or is being checked.', 'closte-sync' ), $this->names->shown( $domain ) ),
			__( 'Try again.', 'closte-sync' )
		);
	}

	/**
	 * @param array{blog_id: int, source: string} $owner
	 */
	private function in_use( string $domain, array $owner ): Refusal {
		$site  = get_site( $owner['blog_id'] );
		$title = null === $site ? '' : Site_Finder::title_of( $site );

		return new Refusal(
			Refusal::IN_USE,
			'' === $title
				/* translators: 1: domain, 2: number of a site */
				? sprintf( __( '%1$s is in use by site %2$d.', 'closte-sync' ), $this->names->shown( $domain ), $owner['blog_id'] )
				/* translators: 1: domain, 2: number of a site, 3: title of the site */
				: sprintf( __( '%1$s is in use by site %2$d (%3$s).', 'closte-sync' ), $this->names->shown( $domain ), $owner['blog_id'], $title ),
			Row_Source::CORE === $owner['source']
				? __( 'Change the address of that site, or delete the site, and the domain is removed automatically.', 'closte-sync' )
				: __( 'Remove the mapping there, and the domain is removed automatically.', 'closte-sync' ),
			$owner['blog_id']
		);
	}

	private function comes_with( string $domain ): Refusal {
		$bare = $this->names->shown( $this->names->name_without_www( $domain ) ?? $domain );

		return new Refusal(
			Refusal::COMES_WITH,
			/* translators: 1: domain with www, 2: domain without www */
			sprintf( __( '%1$s comes with %2$s, which a site of this network uses.', 'closte-sync' ), $this->names->shown( $domain ), $bare ),
			/* translators: %s: domain without www */
			sprintf( __( 'Remove %s from its site, or change the www setting. Then this name is removed automatically.', 'closte-sync' ), $bare )
		);
	}

	private function protected( string $domain ): Refusal {
		return new Refusal(
			Refusal::PROTECTED,
			/* translators: %s: domain */
			sprintf( __( '%s is the domain of a network or of the Closte application, and is never removed.', 'closte-sync' ), $this->names->shown( $domain ) ),
			''
		);
	}
}
