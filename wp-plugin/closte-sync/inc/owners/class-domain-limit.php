<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Domains\Source_Registry;

/**
 * How many domains the admins of a site may add: as the settings say, and no more than the site's plan.
 */
final class Domain_Limit {

	/**
	 * @param int $limit As the settings say.
	 */
	public function __construct( private readonly int $limit, private readonly Source_Registry $sources ) {}

	/**
	 * How many more there may be, claims among them.
	 *
	 * @param int $added Those that they have added.
	 */
	public function room( int $blog_id, int $added ): int {
		$left = $this->limit - $added;
		$plan = $this->sources->mapper()?->plan_leaves( $blog_id );

		return max( 0, null === $plan ? $left : min( $left, $plan ) );
	}
}
