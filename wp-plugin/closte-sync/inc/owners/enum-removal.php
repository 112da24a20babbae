<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

/**
 * What came of giving up a domain, where it was not refused.
 */
enum Removal {

	/** It was claimed only. */
	case Canceled;
	case Removed;
	/** It is no domain of the site. */
	case NotThere;
}
