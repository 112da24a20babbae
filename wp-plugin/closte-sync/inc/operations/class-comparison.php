<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Diagnosis\Connection_Check;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Text\Error_Text;

/**
 * Compares the network with Closte, for the screen.
 */
final class Comparison {

	/**
	 * @param bool $keep Whether what is kept is named, too.
	 * @return \Closte\Plan|string The plan, which removes nothing; or why there is none and what to do, in words.
	 */
	public static function plan( Services $services, bool $keep = false ): \Closte\Plan|string {
		foreach ( array( $services->extension()->problem(), self::key_problem( $services ) ) as $problem ) {
			if ( null !== $problem ) {
				return $problem;
			}
		}

		wp_raise_memory_limit( 'admin' );

		try {
			return $services->reconciler()->plan( keep: $keep );
		} catch ( Database_Exception $e ) {
			/* translators: %s: message of the database */
			return sprintf( __( 'The database failed: %s', 'closte-sync' ), $e->getMessage() );
		} catch ( \Closte\ClosteException $e ) {
			return trim( Error_Text::of( $e ) . ' ' . Connection_Check::advice( $e ) );
		} catch ( \RuntimeException $e ) {
			return $e->getMessage();
		}
	}

	private static function key_problem( Services $services ): ?string {
		$finding = ( new Connection_Check( $services->extension() ) )->key();

		return Severity::Ok === $finding->severity ? null : trim( $finding->message . ' ' . $finding->advice );
	}
}
