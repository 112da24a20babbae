<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Ledger\Ledger_Row;

/**
 * A domain of a site.
 */
final class Site_Domain {

	/**
	 * @param string      $domain       In the form that is compared.
	 * @param ?Ledger_Row $row          Null: it is not recorded.
	 * @param bool        $is_served    Whether the network serves it, so that it needs nothing of its own at Closte.
	 * @param bool        $is_address   Whether it is in the site's own address.
	 * @param bool        $is_removable Whether {@see Domain_Mapper::remove()} can take it away.
	 */
	public function __construct(
		public readonly string $domain,
		public readonly ?Ledger_Row $row,
		public readonly bool $is_served,
		public readonly bool $is_address,
		public readonly bool $is_removable,
	) {}
}
