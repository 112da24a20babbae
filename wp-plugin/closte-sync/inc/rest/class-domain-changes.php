<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Operations\Operation;

/**
 * Carries out what REST and abilities ask for a domain, and answers with the domain or an error.
 */
final class Domain_Changes {

	public function __construct( private readonly Container $services ) {}

	/**
	 * @param string $domain As it was typed.
	 * @param int    $site   0: none.
	 * @return array{row: Ledger_Row, is_new: bool}|\WP_Error
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function add( string $domain, int $site ): array|\WP_Error {
		$names   = $this->services->domain_names();
		$problem = $names->problem( $domain );

		if ( null !== $problem ) {
			return new \WP_Error( 'closte_sync_invalid_domain', $problem, array( 'status' => 400 ) );
		}

		if ( $site > 0 && null === get_site( $site ) ) {
			return new \WP_Error(
				'closte_sync_site_not_found',
				/* translators: %d: ID of a site */
				sprintf( __( 'There is no site with the ID %d.', 'closte-sync' ), $site ),
				array( 'status' => 400 )
			);
		}

		$domain = $names->canonical( $domain );
		$before = $this->services->ledger()->find( $domain );

		$this->services->domain_operations()->add( $domain, $site );

		$row = $this->services->ledger()->find( $domain );

		return null === $row
			? new \WP_Error(
				'closte_sync_not_recorded',
				/* translators: %s: domain */
				sprintf( __( '%s was not recorded: the network serves it already, or a wildcard covers it.', 'closte-sync' ), $names->shown( $domain ) ),
				array( 'status' => 409 )
			)
			: array(
				'row'    => $row,
				'is_new' => null === $before,
			);
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
	 * @return array{before: Ledger_Row, row: ?Ledger_Row, warning: ?string}|\WP_Error Row: null where nothing uses the domain any more.
	 * @throws \ClosteSync\Ledger\Database_Exception When the database fails.
	 */
	public function check( int $id ): array|\WP_Error {
		$row = $this->services->ledger()->find_by_id( $id );

		if ( null === $row ) {
			return Rest_Error::not_found();
		}

		$result = $this->services->domain_operations()->check( array( $row ) );

		return array(
			'before'  => $row,
			'row'     => $this->services->ledger()->find_by_id( $id ),
			'warning' => $result->warning,
		);
	}
}
