<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * Whose a domain is that Closte has.
 */
enum Ownership: string {

	case Foreign = 'foreign';
	case Unused  = 'unused';
	case Ours    = 'ours';

	public function label(): string {
		return match ( $this ) {
			self::Ours    => __( 'Ours', 'closte-sync' ),
			self::Unused  => __( 'Unused', 'closte-sync' ),
			self::Foreign => __( 'Foreign', 'closte-sync' ),
		};
	}

	/**
	 * What the word means, in a sentence.
	 */
	public function description(): string {
		return match ( $this ) {
			self::Ours    => __( 'A site or mapping of this network uses the domain, or someone added it manually.', 'closte-sync' ),
			self::Unused  => __( 'Nothing in this network uses the domain any longer. It stays at Closte until you remove it.', 'closte-sync' ),
			self::Foreign => __( 'No site or mapping of this network has had the domain. It is left alone unless you adopt it.', 'closte-sync' ),
		};
	}
}
