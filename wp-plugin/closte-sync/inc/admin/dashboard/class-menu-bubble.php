<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Dashboard;

use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;

/**
 * Shows in the menu how many domains need somebody.
 */
final class Menu_Bubble {

	public function __construct( private readonly Container $services ) {}

	/**
	 * Called on `network_admin_menu`, when the menu is complete.
	 */
	public function add(): void {
		if ( ! Guard::allows() ) {
			return;
		}

		try {
			$count = $this->services->attention()->counts( $this->services->readiness()->hindrance() )->total();
		} catch ( Database_Exception ) {
			// The screens themselves say what the database says.
			return;
		}

		if ( 0 === $count ) {
			return;
		}

		$bubble = self::html( $count );

		// phpcs:disable WordPress.WP.GlobalVariablesOverride.Prohibited -- WordPress has no other way to change a label of its menu.
		foreach ( $GLOBALS['menu'] ?? array() as $position => $item ) {
			if ( 'sites.php' === $item[2] ) {
				$GLOBALS['menu'][ $position ][0] .= $bubble;
			}
		}

		foreach ( $GLOBALS['submenu']['sites.php'] ?? array() as $position => $item ) {
			if ( Pages::DOMAINS === $item[2] ) {
				$GLOBALS['submenu']['sites.php'][ $position ][0] .= $bubble;
			}
		}
		// phpcs:enable
	}

	private static function html( int $count ): string {
		$text = sprintf(
			/* translators: %s: number of domains */
			_n( '%s domain needs attention', '%s domains need attention', $count, 'closte-sync' ),
			number_format_i18n( $count )
		);

		return sprintf(
			' <span class="awaiting-mod count-%1$d"><span class="pending-count" aria-hidden="true">%2$s</span><span class="screen-reader-text">%3$s</span></span>',
			$count,
			esc_html( number_format_i18n( $count ) ),
			esc_html( $text )
		);
	}
}
