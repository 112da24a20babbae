<?php
/**
 * The plugin's objects.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

/**
 * Makes each object when it is first asked for, and keeps it for the request.
 */
class Services {

	/** @var array<string, object> By class. */
	private array $made = array();

	public function __construct( protected readonly \wpdb $wpdb ) {}

	public function extension(): Extension {
		return $this->made[ Extension::class ] ??= new Extension( new Proof() );
	}

	/**
	 * The ledger, its table brought up to date.
	 *
	 * @throws Ledger_Exception When the database fails.
	 */
	public function ledger(): Ledger {
		if ( ! isset( $this->made[ Ledger::class ] ) ) {
			$this->schema()->upgrade();
		}

		return $this->made[ Ledger::class ] ??= new Ledger( $this->wpdb );
	}

	public function schema(): Schema {
		return $this->made[ Schema::class ] ??= new Schema( $this->wpdb );
	}

	public function log(): Log\Log {
		return $this->made[ Log\Log::class ] ??= new Log\Log( $this->log_table( ... ), $this->occasion() );
	}

	/**
	 * The table of the log, brought up to date.
	 *
	 * @param bool $repair Whether to make it anew if it is missing.
	 * @throws Ledger_Exception When the database fails.
	 */
	public function log_table( bool $repair = false ): Log\Log_Table {
		if ( $repair || ! isset( $this->made[ Log\Log_Table::class ] ) ) {
			$this->schema()->upgrade( $repair );
		}

		return $this->made[ Log\Log_Table::class ] ??= new Log\Log_Table( $this->wpdb );
	}

	public function occasion(): Log\Occasion {
		return $this->made[ Log\Occasion::class ] ??= new Log\Occasion();
	}

	public function settings_watch(): Log\Settings_Watch {
		return $this->made[ Log\Settings_Watch::class ] ??= new Log\Settings_Watch( $this->log(), $this->occasion() );
	}

	public function database(): Database {
		return $this->made[ Database::class ] ??= new Database( $this->wpdb );
	}

	public function domain_names(): Domain_Names {
		return $this->made[ Domain_Names::class ] ??= new Domain_Names( $this->extension() );
	}

	public function domain_policy(): Domain_Policy {
		return $this->made[ Domain_Policy::class ] ??= new Domain_Policy( $this->database(), $this->ledger(), $this->domain_names() );
	}

	public function wanted_domains(): Wanted_Domains {
		return $this->made[ Wanted_Domains::class ] ??= new Wanted_Domains( $this->database(), $this->domain_names(), $this->domain_policy() );
	}

	public function readiness(): Readiness {
		return $this->made[ Readiness::class ] ??= new Readiness( $this->extension() );
	}

	public function reachability(): Reachability {
		return $this->made[ Reachability::class ] ??= new Reachability( $this->extension(), null, fn(): int => $this->ledger()->wake() );
	}

	public function scheduler(): Scheduler {
		return $this->made[ Scheduler::class ] ??= new Scheduler( $this->ledger() );
	}

	public function trouble(): Trouble {
		return $this->made[ Trouble::class ] ??= new Trouble( $this->wpdb );
	}

	public function recorder(): Recorder {
		return $this->made[ Recorder::class ] ??= new Recorder( $this->ledger(), $this->domain_policy(), $this->log() );
	}

	public function doubts(): Doubts {
		return $this->made[ Doubts::class ] ??= new Doubts( $this->ledger(), $this->wanted_domains(), $this->domain_policy(), $this->domain_names() );
	}

	public function caller(): Caller {
		return $this->made[ Caller::class ] ??= new Caller(
			$this->ledger(),
			$this->recorder(),
			$this->extension(),
			$this->readiness(),
			$this->reachability(),
			$this->wanted_domains(),
			$this->doubts(),
			$this->log(),
			new Budget()
		);
	}

	public function sync(): Sync {
		return $this->made[ Sync::class ] ??= new Sync(
			$this->ledger(),
			$this->wanted_domains(),
			$this->domain_policy(),
			$this->domain_names(),
			$this->caller(),
			$this->scheduler(),
			$this->occasion()
		);
	}

	public function runner(): Runner {
		return $this->made[ Runner::class ] ??= new Runner(
			$this->ledger(),
			$this->recorder(),
			$this->extension(),
			$this->readiness(),
			$this->reachability(),
			$this->wanted_domains(),
			$this->doubts(),
			$this->log(),
			$this->scheduler()
		);
	}

	public function reconciler(): Reconciler {
		return $this->made[ Reconciler::class ] ??= new Reconciler(
			$this->ledger(),
			$this->wanted_domains(),
			$this->domain_policy(),
			$this->domain_names(),
			$this->extension(),
			$this->readiness(),
			$this->runner(),
			$this->trouble(),
			$this->log(),
			$this->occasion()
		);
	}

	public function core_listener(): Listeners\Core_Listener {
		return $this->made[ Listeners\Core_Listener::class ] ??= new Listeners\Core_Listener( $this->sync(), $this->ledger(), $this->wanted_domains() );
	}

	public function mercator_listener(): Listeners\Mercator_Listener {
		return $this->made[ Listeners\Mercator_Listener::class ] ??= new Listeners\Mercator_Listener( $this->sync() );
	}

	public function domain_listener(): Ultimate_Multisite\Domain_Listener {
		return $this->made[ Ultimate_Multisite\Domain_Listener::class ] ??= new Ultimate_Multisite\Domain_Listener( $this->sync() );
	}

	public function queue_listener(): Ultimate_Multisite\Queue_Listener {
		return $this->made[ Ultimate_Multisite\Queue_Listener::class ] ??= new Ultimate_Multisite\Queue_Listener( $this->sync(), $this->ledger(), $this->wanted_domains(), $this->domain_names() );
	}

	public function record_follower(): Ultimate_Multisite\Record_Follower {
		return $this->made[ Ultimate_Multisite\Record_Follower::class ] ??= new Ultimate_Multisite\Record_Follower( $this->ledger(), $this->domain_names() );
	}

	/**
	 * Begins anew, as the next request would: for a process that serves many (a worker, a test).
	 */
	public function forget(): void {
		$this->made = array();
	}
}
