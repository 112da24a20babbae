<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Sync\Readiness;

/**
 * Says that this may be a copy of the network that the ledger was written for.
 */
final class Identity_Check {

	public function __construct( private readonly Readiness $readiness ) {}

	/**
	 * Null where nothing says so.
	 */
	public function run(): ?Finding {
		$problem = $this->readiness->identity_problem();

		return null === $problem
			? null
			: new Finding( 'identity', __( 'Network', 'closte-sync' ), Severity::Error, $problem, Readiness::identity_advice() );
	}
}
