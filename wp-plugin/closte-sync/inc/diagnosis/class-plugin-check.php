<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Sync\Readiness;

/**
 * Says that the plugin is older than the tables.
 */
final class Plugin_Check {

	public function __construct( private readonly Readiness $readiness ) {}

	/**
	 * Null: it is not.
	 */
	public function run(): ?Finding {
		$problem = $this->readiness->plugin_problem();

		return null === $problem ? null : new Finding(
			'plugin',
			__( 'Plugin', 'closte-sync' ),
			Severity::Error,
			$problem,
			__( 'Update Closte Sync on this server to the version that the others have:', 'closte-sync' ),
			lines: array( 'wp plugin install ./closte-sync-*.zip --force' )
		);
	}
}
