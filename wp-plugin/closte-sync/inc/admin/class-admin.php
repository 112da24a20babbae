<?php
/**
 * The network screens.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Admin\Domains\Domains_Screen;
use ClosteSync\Admin\Log\Log_Screen;
use ClosteSync\Admin\Settings\Key_Actions;
use ClosteSync\Admin\Settings\Settings_Actions;
use ClosteSync\Admin\Settings\Settings_Screen;
use ClosteSync\Container;

/**
 * Puts the network screens, their notices and their AJAX calls in place.
 */
final class Admin {

	public const SETTINGS_PAGE = 'closte-sync';
	public const DOMAINS_PAGE  = 'closte-sync-domains';
	public const LOG_PAGE      = 'closte-sync-log';

	/**
	 * Takes the plugin, for its ledger and its calls.
	 *
	 * @param Container $services The plugin's objects.
	 */
	public function __construct( private readonly Container $services ) {}

	/**
	 * Adds the hooks. Called on admin requests only; those of a single site get none.
	 */
	public function register(): void {
		if ( wp_doing_ajax() ) {
			( new Ajax( $this->services ) )->register();
			return;
		}
		if ( ! is_network_admin() ) {
			return;
		}
		( new Settings_Actions( $this->services ) )->register();
		( new Key_Actions( $this->services ) )->register();
		add_action( 'network_admin_menu', array( $this, 'add_pages' ) );
		add_action( 'network_admin_notices', array( new Notices( $this->services ), 'show' ) );
		foreach ( array( Domains_Screen::PER_PAGE_OPTION, Log_Screen::PER_PAGE_OPTION ) as $option ) {
			add_filter( "set_screen_option_$option", array( Domains_Screen::class, 'accept_per_page' ), 10, 3 );
		}
		add_filter( 'network_admin_plugin_action_links_' . plugin_basename( CLOSTE_SYNC_FILE ), array( $this, 'add_plugin_link' ) );
	}

	/**
	 * Adds the menu entries.
	 */
	public function add_pages(): void {
		$settings = new Settings_Screen( $this->services );
		$hook     = add_submenu_page(
			'settings.php',
			__( 'Closte', 'closte-sync' ),
			__( 'Closte', 'closte-sync' ),
			Guard::CAPABILITY,
			self::SETTINGS_PAGE,
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
			self::LOG_PAGE,
			array( $log, 'show' )
		);
		if ( $hook ) {
			add_action( "load-$hook", array( $log, 'prepare' ) );
		}

		$domains = new Domains_Screen( $this->services );
		$hook    = add_submenu_page(
			'sites.php',
			__( 'Closte Domains', 'closte-sync' ),
			__( 'Closte Domains', 'closte-sync' ),
			Guard::CAPABILITY,
			self::DOMAINS_PAGE,
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
		$link = sprintf( '<a href="%s">%s</a>', esc_url( self::settings_url() ), esc_html__( 'Settings', 'closte-sync' ) );
		return array( 'closte-sync-settings' => $link ) + $links;
	}

	/**
	 * Address of the settings screen.
	 */
	public static function settings_url(): string {
		return network_admin_url( 'settings.php?page=' . self::SETTINGS_PAGE );
	}

	/**
	 * Address of the Domains screen.
	 *
	 * @param array<string, string> $query More of the query string.
	 */
	public static function domains_url( array $query = array() ): string {
		return add_query_arg(
			array_map( 'rawurlencode', $query ),
			network_admin_url( 'sites.php?page=' . self::DOMAINS_PAGE )
		);
	}

	/**
	 * Loads the script and style of the screens.
	 */
	public static function enqueue_assets(): void {
		$main    = dirname( __DIR__, 2 ) . '/closte-sync.php';
		$version = static fn( string $asset ): string => (string) filemtime( dirname( $main ) . "/assets/$asset" );
		wp_enqueue_style( 'closte-sync-admin', plugins_url( 'assets/admin.css', $main ), array(), $version( 'admin.css' ) );
		wp_enqueue_script( 'closte-sync-admin', plugins_url( 'assets/admin.js', $main ), array( 'wp-a11y' ), $version( 'admin.js' ), array( 'in_footer' => true ) );
		wp_add_inline_script( 'closte-sync-admin', 'window.closteSync = ' . wp_json_encode( self::script_data(), JSON_HEX_TAG | JSON_HEX_AMP ) . ';', 'before' );
	}

	/**
	 * What the script needs to know.
	 *
	 * @return array<string, mixed>
	 */
	private static function script_data(): array {
		return array(
			'url'     => admin_url( 'admin-ajax.php', 'relative' ),
			'nonces'  => Ajax::nonces(),
			'strings' => array(
				'noAnswer'  => __( 'The server did not answer. Try again.', 'closte-sync' ),
				'loggedOut' => __( 'Your session has ended. Reload the page and log in again.', 'closte-sync' ),
				'removed'   => __( 'Removed', 'closte-sync' ),
			),
		);
	}
}
