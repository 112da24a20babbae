<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

/**
 * How bad a finding is. `Skipped` is for a check that had nothing to look at.
 */
enum Severity: string {
	case Ok      = 'ok';
	case Warning = 'warning';
	case Error   = 'error';
	case Skipped = 'skipped';

	public function label(): string {
		return match ( $this ) {
			self::Ok      => __( 'OK', 'closte-sync' ),
			self::Warning => __( 'Warning', 'closte-sync' ),
			self::Error   => __( 'Error', 'closte-sync' ),
			self::Skipped => __( 'Skipped', 'closte-sync' ),
		};
	}
}
