<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Leases;

/**
 * Makes the objects that carry out what is wanted of domains, each when it is first asked for, and keeps it for the request.
 */
final class Sync_Container {

	/** @var array<string, object> By class. */
	private array $made = array();

	/**
	 * @param \Closure(): Last_Error $last_error
	 */
	public function __construct(
		private readonly Services $services,
		private readonly Leases $leases,
		private readonly Recorder $recorder,
		private readonly \Closure $last_error,
	) {}

	public function worker(): Worker {
		return $this->made[ Worker::class ] ??= new Worker(
			$this->services->ledger(),
			$this->leases,
			$this->recorder,
			$this->services->extension(),
			$this->services->readiness(),
			$this->services->circuit_breaker(),
			$this->services->desired_domains(),
			$this->confirmation(),
			$this->services->scheduler(),
			$this->budget(),
			new Quarantine( $this->leases )
		);
	}

	public function sync(): Sync {
		return $this->made[ Sync::class ] ??= new Sync(
			$this->services->ledger(),
			$this->services->desired_domains(),
			$this->wanted_domains(),
			$this->missing_domains( ... ),
			$this->services->domain_rules(),
			$this->services->domain_names(),
			$this->removals(),
			$this->worker(),
			$this->services->scheduler(),
			$this->announced_domains()
		);
	}

	public function reconciler(): Reconciler {
		return $this->made[ Reconciler::class ] ??= new Reconciler(
			$this->services->ledger(),
			$this->services->desired_domains(),
			$this->wanted_domains(),
			$this->services->domain_rules(),
			$this->services->domain_names(),
			$this->services->extension(),
			$this->services->readiness(),
			$this->retirement(),
			$this->worker(),
			( $this->last_error )()
		);
	}

	/**
	 * The request has said all: what it holds back is carried out.
	 */
	public function end(): void {
		if ( isset( $this->made[ Deferred_Removals::class ] ) ) {
			$this->removals()->carry_out();
		}

		if ( isset( $this->made[ Announced_Domains::class ] ) ) {
			$this->announced_domains()->end();
		}
	}

	private function wanted_domains(): Wanted_Domains {
		return $this->made[ Wanted_Domains::class ] ??= new Wanted_Domains(
			$this->services->ledger(),
			$this->services->desired_domains(),
			$this->services->domain_rules()
		);
	}

	private function confirmation(): Confirmation {
		return $this->made[ Confirmation::class ] ??= new Confirmation(
			$this->services->ledger(),
			$this->leases,
			$this->wanted_domains(),
			$this->retirement( ... ),
			$this->unused_domains( ... ),
			$this->wildcard_removal( ... ),
			$this->services->domain_rules(),
			$this->services->domain_names()
		);
	}

	private function wildcard_removal(): Wildcard_Removal {
		return $this->made[ Wildcard_Removal::class ] ??= new Wildcard_Removal(
			$this->services->ledger(),
			$this->leases,
			$this->wanted_domains()
		);
	}

	private function retirement(): Retirement {
		return $this->made[ Retirement::class ] ??= new Retirement( $this->services->ledger() );
	}

	private function budget(): Time_Budget {
		return $this->made[ Time_Budget::class ] ??= new Time_Budget();
	}

	private function missing_domains(): Missing_Domains {
		return $this->made[ Missing_Domains::class ] ??= new Missing_Domains(
			$this->services->ledger(),
			$this->services->extension(),
			$this->services->readiness(),
			$this->services->circuit_breaker(),
			$this->budget()
		);
	}

	private function unused_domains(): Unused_Domains {
		return $this->made[ Unused_Domains::class ] ??= new Unused_Domains(
			$this->services->ledger(),
			$this->wanted_domains(),
			$this->services->domain_rules(),
			$this->services->domain_names(),
			$this->services->scheduler()
		);
	}

	private function removals(): Deferred_Removals {
		return $this->made[ Deferred_Removals::class ] ??= new Deferred_Removals(
			$this->services->ledger(),
			$this->services->desired_domains(),
			$this->wanted_domains(),
			$this->services->domain_rules(),
			$this->unused_domains( ... ),
			$this->worker(),
			$this->services->scheduler(),
			$this->services->error_boundary()
		);
	}

	private function announced_domains(): Announced_Domains {
		return $this->made[ Announced_Domains::class ] ??= new Announced_Domains(
			$this->services->ledger(),
			$this->services->desired_domains(),
			$this->services->error_boundary()
		);
	}
}
