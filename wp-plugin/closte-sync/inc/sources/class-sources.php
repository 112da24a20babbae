<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources;

use ClosteSync\Domains\Source;
use ClosteSync\Sources\Core\Core;
use ClosteSync\Sources\Mercator\Mercator;
use ClosteSync\Sources\Ultimate_Multisite\Ultimate_Multisite;
use ClosteSync\Sync\Services;

/**
 * Lists WordPress and the mapping plugins that domains are heard of from. A further one is a folder here, a line below, and
 * its hooks in {@see \ClosteSync\Lazy_Loader}.
 */
final class Sources {

	/**
	 * @return list<Source> In the order in which they are asked who has a domain.
	 */
	public static function all( Services $services ): array {
		return array(
			new Core( $services ),
			new Ultimate_Multisite( $services ),
			new Mercator( $services ),
		);
	}
}
