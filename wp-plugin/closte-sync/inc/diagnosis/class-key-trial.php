<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Sync\Services;

/**
 * Asks Closte whether it takes the key that was just entered. If so, all that waited for that is due at once.
 */
final class Key_Trial {

	public function __construct( private readonly Services $services ) {}

	public function run(): Finding {
		$finding = ( new Connection_Check( $this->services->extension(), $this->services->circuit_breaker() ) )->run();

		if ( Severity::Ok === $finding->severity ) {
			$this->services->ledger()->schedule()->make_due();
		}

		$this->services->scheduler()->wake_at( time() );

		return $finding;
	}
}
