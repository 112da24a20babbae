<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Operations\Refusal;

/**
 * Makes the errors of the REST API and the abilities: a word for programs, a sentence for people, and the HTTP status.
 */
final class Rest_Error {

	public static function not_found(): \WP_Error {
		return new \WP_Error(
			'closte_sync_domain_not_found',
			__( 'This domain is not on the list.', 'closte-sync' ),
			array( 'status' => 404 )
		);
	}

	public static function refused( Refusal $refusal ): \WP_Error {
		return new \WP_Error(
			'closte_sync_' . str_replace( '-', '_', $refusal->code ),
			$refusal->sentence(),
			array(
				'status'  => in_array( $refusal->code, array( Refusal::INVALID, Refusal::NO_SITE ), true ) ? 400 : 409,
				'problem' => $refusal->message,
				'advice'  => $refusal->advice,
			)
		);
	}

	/**
	 * A callback that answers with an error where the database fails.
	 *
	 * @template A
	 * @template R
	 * @param callable(A): R $callback
	 * @return \Closure(A): (R|\WP_Error)
	 */
	public static function guard( callable $callback ): \Closure {
		return static function ( mixed $input = null ) use ( $callback ): mixed {
			try {
				return $callback( $input );
			} catch ( Database_Exception $e ) {
				return new \WP_Error(
					'closte_sync_database',
					/* translators: %s: message of the database */
					sprintf( __( 'The database failed: %s', 'closte-sync' ), $e->getMessage() ),
					array( 'status' => 500 )
				);
			}
		};
	}
}
