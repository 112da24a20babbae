<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

defined( 'ABSPATH' ) || exit;

/**
 * The database is away, read-only, or lacks the table. Its message is the database's own.
 */
final class Database_Exception extends \RuntimeException {

	/**
	 * @param bool $is_busy Whether others held what the statement needs: it is right, and may work later.
	 */
	public function __construct( string $message, public readonly bool $is_busy = false ) {
		parent::__construct( $message );
	}
}
