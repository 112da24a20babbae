<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Mercator;

use ClosteSync\Sync\Sync;

/**
 * Hands the mappings that come, change and go to {@see Sync}.
 */
final class Mercator_Listener {

	/**
	 * @param string $source The id of the source.
	 */
	public function __construct( private readonly Sync $sync, private readonly string $source ) {}

	/**
	 * @param object $mapping A `Mercator\Mapping`.
	 */
	public function created( object $mapping ): void {
		$this->sync->domain_added( $this->domain( $mapping ), $this->site_id( $mapping ), $this->source );
	}

	/**
	 * @param object $current A `Mercator\Mapping`.
	 * @param object $old     The same, as it was.
	 */
	public function updated( object $current, object $old ): void {
		if ( $this->domain( $current ) !== $this->domain( $old ) ) {
			$this->created( $current );
			$this->deleted( $old );
		} elseif ( $this->site_id( $current ) !== $this->site_id( $old ) ) {
			$this->sync->domain_moved( $this->domain( $current ), $this->site_id( $current ), $this->source );
		}
	}

	/**
	 * @param object $mapping A `Mercator\Mapping`.
	 */
	public function deleted( object $mapping ): void {
		$this->sync->domain_removed( $this->domain( $mapping ), $this->site_id( $mapping ), $this->source );
	}

	private function domain( object $mapping ): string {
		return (string) $mapping->get_domain();
	}

	private function site_id( object $mapping ): int {
		return (int) ( method_exists( $mapping, 'get_site_id' ) ? $mapping->get_site_id() : $mapping->get_site()?->blog_id );
	}
}
