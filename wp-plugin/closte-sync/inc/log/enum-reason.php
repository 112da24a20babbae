<?php
/**
 * Why something was done.
 *
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
			self::Queue       => __( 'Queue of Ultimate Multisite', 'closte-sync' ),
			self::ByHand      => __( 'By hand', 'closte-sync' ),
			self::Retry       => __( 'Retry by hand', 'closte-sync' ),
			self::Sync        => __( 'All domains sent', 'closte-sync' ),
			self::Daily       => __( 'Daily comparison', 'closte-sync' ),
			self::Run         => __( 'Background run', 'closte-sync' ),
			self::Other       => __( 'Something else', 'closte-sync' ),
		};
	}

	/**
	 * What a WordPress hook means for what is done while it fires, or null.
	 *
	 * @param Action $action What is done: a mapping that changes its domain is an add and a removal.
	 */
	public static function of_hook( string $hook, Action $action ): ?self {
		return match ( $hook ) {
			'wp_initialize_site'                          => self::SiteCreated,
			'wp_update_site'                              => self::SiteChanged,
			'wp_uninitialize_site', 'wp_delete_site'      => self::SiteDeleted,
			'wu_domain_added', 'mercator.mapping.created' => self::Mapped,
			'wu_domain_post_delete', 'wu_domain_removed', 'mercator.mapping.deleted' => self::Unmapped,
			'wu_transition_domain_domain', 'mercator.mapping.updated' => Action::Remove === $action ? self::Unmapped : self::Mapped,
			'wu_add_domain', 'wu_remove_domain', 'wu_add_subdomain', 'wu_remove_subdomain' => self::Queue,
			'closte_sync_run', 'wp_ajax_closte_sync_poll' => self::Run,
			'closte_sync_reconcile'                       => self::Daily,
			default                                       => null,
		};
	}
}
