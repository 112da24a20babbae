<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;

/**
 * Finds the row of a domain that someone typed, and says why there is none.
 */
final class Lookup {

	public function __construct( private readonly Container $services ) {}

	/**
	 * The row of a domain, however it is written.
	 *
	 * @param string $domain As it was typed.
	 */
	public function find( string $domain ): ?Ledger_Row {
		return $this->services->ledger()->find( $this->services->domain_names()->canonical( $domain ) );
	}

	/**
	 * Why there is no row: it is no host name, or not in the ledger.
	 *
	 * @param string $domain As it was typed.
	 */
	public function absence( string $domain ): string {
		/* translators: %s: domain */
		return $this->services->domain_names()->problem( $domain )
			?? sprintf( __( '%s is not in the list of domains.', 'closte-sync' ), $domain );
	}
}
