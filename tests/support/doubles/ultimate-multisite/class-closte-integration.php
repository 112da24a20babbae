<?php
/**
 * Test double of Ultimate Multisite: its built-in integration with Closte.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Integrations\Providers\Closte;

use WP_Ultimo\Integrations\Integration;

class Closte_Integration extends Integration {

	public function __construct() {
		parent::__construct( 'closte', 'Closte' );
		$this->set_constants( array( 'CLOSTE_CLIENT_API_KEY' ) );
		$this->set_supports( array( 'autossl', 'no-instructions', 'no-config' ) );
	}
}
