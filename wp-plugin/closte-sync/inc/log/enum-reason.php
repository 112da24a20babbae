<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

/**
 * The event in which a call was made or a decision taken.
 */
enum Reason: string {

	case SiteCreated = 'site-created';
	case SiteChanged = 'site-changed';
	case SiteDeleted = 'site-deleted';
	case Mapped      = 'mapped';
	case Unmapped    = 'unmapped';
	case Queue       = 'queue';
	case ByHand      = 'by-hand';
	case Retry       = 'retry';
	case Sync        = 'sync';
	case Daily       = 'daily';
	case Run         = 'run';
	case Other       = 'other';

	public function label(): string {
		return match ( $this ) {
			self::SiteCreated => __( 'Site created', 'closte-sync' ),
			self::SiteChanged => __( 'Site changed', 'closte-sync' ),
			self::SiteDeleted => __( 'Site deleted', 'closte-sync' ),
			self::Mapped      => __( 'Domain mapped', 'closte-sync' ),
			self::Unmapped    => __( 'Mapping removed', 'closte-sync' ),
			self::Queue       => __( 'Ultimate Multisite queue', 'closte-sync' ),
			self::ByHand      => __( 'Manual action', 'closte-sync' ),
			self::Retry       => __( 'Manual retry', 'closte-sync' ),
			self::Sync        => __( 'All domains sent', 'closte-sync' ),
			self::Daily       => __( 'Daily comparison', 'closte-sync' ),
			self::Run         => __( 'Background processing', 'closte-sync' ),
			self::Other       => __( 'Other', 'closte-sync' ),
		};
	}
}
