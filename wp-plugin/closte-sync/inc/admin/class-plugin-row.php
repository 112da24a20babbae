<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Diagnosis\Activation_Check;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Sync\Networks;

/**
 * Says below the plugin's row on the network's Plugins screen on which other networks it must be active.
 */
final class Plugin_Row {

	public function __construct( private readonly Networks $networks ) {}

	public function show(): void {
		try {
			$finding = ( new Activation_Check( $this->networks ) )->run();
		} catch ( Database_Exception ) {
			// WordPress itself shows what the database says.
			return;
		}

		if ( Severity::Ok === $finding->severity ) {
			return;
		}

		$table   = $GLOBALS['wp_list_table'] ?? null;
		$columns = $table instanceof \WP_List_Table ? $table->get_column_count() : 4;

		printf(
			'<tr class="plugin-update-tr active"><td colspan="%d" class="plugin-update colspanchange"><div class="notice inline notice-warning notice-alt"><p>%s</p></div></td></tr>',
			(int) $columns,
			esc_html( $finding->message . ' ' . $finding->advice )
		);
	}
}
