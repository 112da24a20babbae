<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;

/**
 * The parts of one domain's page, each as HTML of its own, so that each can be brought up to date alone.
 */
final class Domain_Page {

	public function __construct( private readonly Container $services ) {}

	/**
	 * @return array<string, string> HTML by the id of its place.
	 */
	public function parts( Ledger_Row $row, Domain_Request $request ): array {
		$hindrance = $this->services->readiness()->hindrance();

		return array(
			'closte-sync-state'   => ( new State_Section( $this->services ) )->html( $row, $hindrance ),
			'closte-sync-facts'   => ( new Facts_Section( $this->services ) )->html( $row, $hindrance ),
			'closte-sync-actions' => ( new Actions_Section( $this->services ) )->html( $row ),
			'closte-sync-story'   => ( new History_Section( $this->services ) )->html( $row->domain, $row, $request ),
		);
	}

	/**
	 * @return array<string, string> Headings by the id of the part.
	 */
	public static function headings(): array {
		return array(
			'closte-sync-state'   => __( 'Status', 'closte-sync' ),
			'closte-sync-facts'   => __( 'Details', 'closte-sync' ),
			'closte-sync-actions' => __( 'Actions', 'closte-sync' ),
			'closte-sync-story'   => __( 'History', 'closte-sync' ),
			Live_Check_Section::ID      => __( 'DNS and certificate now', 'closte-sync' ),
		);
	}
}
