<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Operations\Add_Method;
use ClosteSync\Operations\Operation;
use ClosteSync\Operations\Refusal;
use ClosteSync\Operations\Site_Finder;

/**
 * Carries out what REST and abilities ask for a domain, and answers with the domain or an error.
 */
final class Domain_Changes {

	public function __construct( private readonly Container $services ) {}

	/**
	 * @param string $domain As it was typed.
	 * @param int    $site   0: none.
	 * @param string $way    One of {@see Add_Method}; '': the usual one.
	 * @return array{row: Ledger_Row, is_new: bool}|\WP_Error
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function add( string $domain, int $site, string $way = '' ): array|\WP_Error {
		$names = $this->services->domain_names();

		if ( $site > 0 && null === Site_Finder::editable( $site ) ) {
			return new \WP_Error(
				'closte_sync_site_not_found',
				__( 'This site does not exist, or belongs to another network.', 'closte-sync' ),
				array( 'status' => 400 )
			);
		}

		$domain  = $names->canonical( $domain );
		$before  = $this->services->ledger()->find( $domain );
		$refusal = $this->services->domain_mapper()->add( $domain, $site, $this->way( $domain, $site, $way ) );

		if ( null !== $refusal && ( Refusal::ALREADY !== $refusal->code || null === $before ) ) {
			return Rest_Error::refused( $refusal );
		}

		$row = $this->services->ledger()->find( $domain );

		return null === $row
			? new \WP_Error(
				'closte_sync_not_recorded',
				/* translators: %s: domain */
				sprintf( __( '%s was not added: this network already serves it, or a wildcard covers it.', 'closte-sync' ), $names->shown( $domain ) ),
				array( 'status' => 409 )
			)
			: array(
				'row'    => $row,
				'is_new' => null === $before,
			);
	}

	/**
	 * A mapping, where a mapping plugin can make one.
	 *
	 * @param string $way The one that was asked for; '': none.
	 */
	private function way( string $domain, int $site, string $way ): Add_Method {
		$offers = array_column( $this->services->domain_preview()->of( $domain, $site )->offers, 'way' );

		return Add_Method::tryFrom( $way )
			?? ( $site > 0 && in_array( Add_Method::Mapping, $offers, true ) ? Add_Method::Mapping : Add_Method::Register );
	}

	/**
	 * @param bool $forget Only here: Closte is not called.
	 * @return array{before: Ledger_Row, row: ?Ledger_Row}|\WP_Error Row: as it is now, where it is removed later; null: it is gone.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function remove( int $id, bool $forget ): array|\WP_Error {
		$row = $this->services->ledger()->find_by_id( $id );

		if ( null === $row ) {
			return Rest_Error::not_found();
		}

		$result  = $this->services->domain_operations()->run( $forget ? Operation::Forget : Operation::Remove, array( $row ) );
		$refusal = $result->refused[ $row->domain ] ?? null;

		return null !== $refusal ? Rest_Error::refused( $refusal ) : array(
			'before' => $row,
			'row'    => array() === $result->waiting ? null : $this->services->ledger()->find_by_id( $id ),
		);
	}

	/**
	 * @return Ledger_Row|\WP_Error The domain as it is afterward.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function check( int $id ): Ledger_Row|\WP_Error {
		$before = $this->services->ledger()->find_by_id( $id );

		if ( null === $before ) {
			return Rest_Error::not_found();
		}

		$this->services->domain_operations()->check( array( $before ) );

		$row = $this->services->ledger()->find_by_id( $id );

		return $row ?? new \WP_Error(
			'closte_sync_domain_gone',
			/* translators: %s: domain */
			sprintf( __( '%s is no longer on the list: nothing in this network uses it, or it was removed from Closte.', 'closte-sync' ), $this->services->domain_names()->shown( $before->domain ) ),
			array( 'status' => 410 )
		);
	}
}
