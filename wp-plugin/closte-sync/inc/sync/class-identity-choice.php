<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Network_Identity;
use ClosteSync\Settings\Settings;

/**
 * Carries out what an admin says of a network that is not the one that the ledger was written for.
 */
final class Identity_Choice {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Network_Identity $identity,
		private readonly Scheduler $scheduler,
	) {}

	/**
	 * It has moved: the ledger goes on, and what was recorded meanwhile is sent.
	 *
	 * @return bool Whether that is stored: the database may refuse.
	 * @throws Database_Exception When the database fails.
	 */
	public function move(): bool {
		if ( ! $this->identity->record( Network_Identity::MOVED ) ) {
			return false;
		}

		$this->scheduler->wake_at( time() );
		$this->scheduler->reconcile_at( time() );

		return true;
	}

	/**
	 * It is a copy: it forgets without a call what the original has recorded, and stays off until someone switches it on as a
	 * network of its own. Broken off at any point, nothing is sent.
	 *
	 * @return ?int How many domains were forgotten; null: the database refuses to store it.
	 * @throws Database_Exception When the database fails.
	 */
	public function copy(): ?int {
		if ( ! Settings::stored()->with( array( 'enabled' => false ) )->save() ) {
			return null;
		}

		$forgotten = $this->ledger->forget_all();

		if ( ! $this->identity->record( Network_Identity::COPIED ) ) {
			return null;
		}

		$this->scheduler->reschedule();

		return $forgotten;
	}
}
