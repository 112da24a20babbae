<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Text\Plain_Text;

/**
 * Runs our part of a request that is about something else. What goes wrong in it is logged, kept for the network's
 * admins and announced, and the page goes on.
 */
final class Error_Boundary {

	/**
	 * @param \Closure(): Table_Repair $table
	 * @param \Closure(): Last_Error   $last_error
	 */
	public function __construct( private readonly \Closure $table, private readonly \Closure $last_error ) {}

	/**
	 * @param callable(): mixed $task Called again where it failed because the ledger's table was missing.
	 */
	public function run( callable $task ): void {
		try {
			try {
				$task();
			} catch ( Database_Exception $e ) {
				if ( ! ( $this->table )()->repair() ) {
					throw $e;
				}

				$task();
			}
		} catch ( \Throwable $e ) {
			$this->report( $e );
		}
	}

	private function report( \Throwable $e ): void {
		// The log is for who runs the server; exceptions of the extension never hold the key.
		error_log(
			sprintf( 'closte-sync: %s in %s:%d', Plain_Text::of( wp_strip_all_tags( $e->getMessage() ) ), $e->getFile(), $e->getLine() )
		); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log

		$is_kept = ( $this->last_error )()->remember( $e->getMessage() );

		/**
		 * Fires when the plugin could not finish its part of a request, and may have missed a change of domains.
		 *
		 * @param string $message What failed, for people.
		 * @param bool   $is_kept Whether it is kept and shown to the network's admins later: the database may be what failed.
		 */
		do_action( 'closte_sync_error', $e->getMessage(), $is_kept );
	}
}
