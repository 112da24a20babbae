<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

/**
 * What was there of a domain before the admins of a site add it, for others than the site.
 */
enum Earlier {

	case Nothing;
	/** Names under the same registrable domain, at Closte alone. */
	case Beside;
	/** The domain itself, or what comes with it. */
	case There;
}
