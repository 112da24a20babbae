<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Owners;

use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Settings\Settings;

/**
 * Puts Settings → Domains into the dashboards of sites, where the network allows their admins to add domains.
 */
final class Owner_Menu {

	/** Who may change the settings of the site. */
	public const CAPABILITY = 'manage_options';

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		add_action( 'admin_menu', $this->add( ... ) );
	}

	private function add(): void {
		if ( is_main_site() || ! current_user_can( self::CAPABILITY ) || ! $this->is_allowed() ) {
			return;
		}

		$screen = new Owner_Screen( $this->services );
		$title  = __( 'Domains', 'closte-sync' );
		$hook   = add_options_page( $title, $title, self::CAPABILITY, Pages::OWN_DOMAINS, $screen->show( ... ) );

		if ( false !== $hook ) {
			add_action( "load-$hook", $screen->prepare( ... ) );
		}
	}

	/**
	 * As the cache says: this is asked on each page of each dashboard. The screen itself asks the database.
	 */
	private function is_allowed(): bool {
		return $this->services->network_options()->as_cached( static fn(): bool => Settings::load()->owners );
	}
}
