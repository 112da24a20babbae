<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Ledger\Ledger_Row;

/**
 * Says what the owner of a site changes for a domain. Owners manage DNS, not the network: what Closte answered, or what is wrong
 * with the network's own settings, is for {@see Advice}.
 */
final class Owner_Advice {

	/**
	 * @return string Plain text, never empty. Who asks knows that the owner must act.
	 */
	public static function of( Ledger_Row $row ): string {
		return $row->problem_texts()[0] ?? __( 'This domain does not point to your site.', 'closte-sync' );
	}
}
