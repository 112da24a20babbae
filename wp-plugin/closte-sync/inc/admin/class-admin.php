<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Admin\Add_Domain\Add_Domain_Screen;
use ClosteSync\Admin\Dashboard\Dashboard_Widget;
use ClosteSync\Admin\Dashboard\Held_Mail_Notice;
use ClosteSync\Admin\Dashboard\Menu_Bubble;
use ClosteSync\Admin\Dashboard\Sites_Column;
use ClosteSync\Admin\Domain\Domain_Request;
use ClosteSync\Admin\Domain\Domain_Screen;
use ClosteSync\Admin\Domains\Domains_Screen;
use ClosteSync\Admin\Guide\Guide_Screen;
use ClosteSync\Admin\Log\Log_Screen;
use ClosteSync\Admin\Settings\Adoption_Form;
use ClosteSync\Admin\Settings\Identity_Actions;
use ClosteSync\Admin\Settings\Key_Actions;
use ClosteSync\Admin\Settings\Settings_Actions;
use ClosteSync\Admin\Settings\Settings_Screen;
use ClosteSync\Admin\Site_Domains\Site_Domains_Screen;
use ClosteSync\Admin\Site_Owners\Owner_Menu;
use ClosteSync\Container;

/**
 * Puts the network screens, and their notices in place.
 */
final class Admin {

	public function __construct( private readonly Container $services ) {}

	/**
	 * Called on admin requests only.
	 */
	public function register(): void {
		if ( wp_doing_ajax() ) {
			return;
		}
		if ( ! is_network_admin() ) {
			( new Owner_Menu( $this->services ) )->register();
			return;
		}
		( new Settings_Actions( $this->services ) )->register();
		( new Key_Actions( $this->services ) )->register();
		( new Identity_Actions( $this->services ) )->register();
		Dismissals::register();
		( new Adoption_Form( $this->services ) )->register();
		Held_Mail_Notice::register();
		add_action( 'network_admin_menu', array( $this, 'add_pages' ) );
		// After the pages of all plugins.
		add_action( 'network_admin_menu', array( new Menu_Bubble( $this->services ), 'add' ), 99 );
		add_action( 'wp_network_dashboard_setup', array( new Dashboard_Widget( $this->services ), 'add' ) );
		( new Sites_Column( $this->services ) )->register();
		add_filter( 'network_edit_site_nav_links', array( Site_Domains_Screen::class, 'add_tab' ) );
		add_action( 'network_admin_notices', array( new Notices( $this->services ), 'show' ) );
		foreach ( array( Pages::DOMAINS_PER_PAGE, Pages::LOG_PER_PAGE ) as $option ) {
			add_filter( "set_screen_option_$option", array( Domains_Screen::class, 'accept_per_page' ), 10, 3 );
		}
		$plugin = plugin_basename( CLOSTE_SYNC_FILE );
		add_filter( "network_admin_plugin_action_links_$plugin", array( $this, 'add_plugin_link' ) );
		add_action( "after_plugin_row_$plugin", fn() => ( new Plugin_Row( $this->services->networks() ) )->show() );
	}

	public function add_pages(): void {
		$settings = new Settings_Screen( $this->services );
		$hook     = add_submenu_page(
			'settings.php',
			__( 'Closte', 'closte-sync' ),
			__( 'Closte', 'closte-sync' ),
			Guard::CAPABILITY,
			Pages::SETTINGS,
			array( $settings, 'show' )
		);
		if ( $hook ) {
			add_action( "load-$hook", array( $settings, 'prepare' ) );
		}

		$log  = new Log_Screen( $this->services );
		$hook = add_submenu_page(
			'settings.php',
			__( 'Closte Log', 'closte-sync' ),
			__( 'Closte Log', 'closte-sync' ),
			Guard::CAPABILITY,
			Pages::LOG,
			array( $log, 'show' )
		);
		if ( $hook ) {
			add_action( "load-$hook", array( $log, 'prepare' ) );
		}

		$guide = new Guide_Screen();
		$hook  = add_submenu_page(
			'settings.php',
			__( 'Closte Guide', 'closte-sync' ),
			__( 'Closte Guide', 'closte-sync' ),
			Guard::CAPABILITY,
			Pages::GUIDE,
			array( $guide, 'show' )
		);
		if ( $hook ) {
			add_action( "load-$hook", array( $guide, 'prepare' ) );
		}

		$domains = match ( true ) {
			Add_Domain_Screen::is_asked_for()   => new Add_Domain_Screen( $this->services ),
			Site_Domains_Screen::is_asked_for() => new Site_Domains_Screen( $this->services ),
			Domain_Request::is_one()            => new Domain_Screen( $this->services ),
			default                             => new Domains_Screen( $this->services ),
		};
		$hook    = add_submenu_page(
			'sites.php',
			__( 'Domains', 'closte-sync' ),
			__( 'Domains', 'closte-sync' ),
			Guard::CAPABILITY,
			Pages::DOMAINS,
			array( $domains, 'show' )
		);
		if ( $hook ) {
			add_action( "load-$hook", array( $domains, 'prepare' ) );
		}
	}

	/**
	 * Adds a link to the settings on the network's Plugins screen.
	 *
	 * @param array<string, string> $links The links so far.
	 * @return array<string, string>
	 */
	public function add_plugin_link( array $links ): array {
		$link = sprintf( '<a href="%s">%s</a>', esc_url( Pages::settings_url() ), esc_html__( 'Settings', 'closte-sync' ) );
		return array( 'closte-sync-settings' => $link ) + $links;
	}
}
