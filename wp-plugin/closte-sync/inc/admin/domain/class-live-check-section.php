<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;

/**
 * The place for what DNS and the certificate say now. The script fills it once the page is there; without it, a link does.
 */
final class Live_Check_Section {

	public const ID = 'closte-sync-look';

	public function __construct( private readonly Container $services ) {}

	public function html( Ledger_Row $row, bool $look ): string {
		return sprintf(
			'<p><a class="button" href="%1$s#%2$s" data-closte-sync-look="%3$s">%4$s</a> <span class="spinner"></span> <span class="closte-sync-look-status" data-running="%5$s" data-failed="%6$s"></span></p><div class="closte-sync-look-result">%7$s</div>',
			esc_url( Pages::domain_url( $row->id, $row->domain, array( 'look' => '1' ) ) ),
			esc_attr( self::ID ),
			esc_attr( Live_Check_Route::path( $row->id ) ),
			esc_html__( 'Check again', 'closte-sync' ),
			esc_attr__( 'Looking up DNS and certificate…', 'closte-sync' ),
			esc_attr__( 'DNS and certificate could not be checked. Try again.', 'closte-sync' ),
			$look ? ( new Live_Check_Report( Live_Check::at( $this->services->extension(), $row->domain ) ) )->html() : ''
		);
	}
}
