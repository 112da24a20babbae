<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

/**
 * Whether others than the site had a domain before the admins of the site add it.
 */
enum Prior_Use {

	case None;
	/** Names under the same registrable domain, at Closte alone. */
	case Related;
	/** The domain itself, or what comes with it. */
	case Same;
}
