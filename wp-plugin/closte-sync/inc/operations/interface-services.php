<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Log\Audit_Context;
use ClosteSync\Sync\Reconciler;
use ClosteSync\Sync\Services as Sync_Services;
use ClosteSync\Sync\Worker;

defined( 'ABSPATH' ) || exit;

/**
 * What operations on all domains of a network work with.
 */
interface Services extends Sync_Services {

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function reconciler(): Reconciler;

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function worker(): Worker;

	public function audit_context(): Audit_Context;
}
