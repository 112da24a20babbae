<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Help;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Operations\Site_Finder;

/**
 * Network Admin → Sites → Domains → Add Domain.
 */
final class Add_Domain_Screen {

	private const NONCE = 'closte-sync-add-domain';

	private readonly Add_Domain_Request $typed;

	private readonly Add_Domain_Panel $panel;

	public function __construct( private readonly Container $services ) {
		$search      = new Site_Finder( $services->site_search(), get_current_network_id() );
		$this->typed = Add_Domain_Request::posted() ?? Add_Domain_Request::from( array( 'site' => self::site_of_address( $search ) ) );
		$this->panel = new Add_Domain_Panel( $services, $this->typed, (int) ( $search->find( $this->typed->site )->blog_id ?? 0 ) );
	}

	/**
	 * Whether the address asks for it.
	 */
	public static function is_asked_for(): bool {
		return Pages::ADD_DOMAIN === ( $_GET['view'] ?? '' ); // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only chooses what is shown.
	}

	/**
	 * Before anything is sent: adds the domain, or finds out what is in the way.
	 */
	public function prepare(): void {
		Guard::require_capability();

		if ( null !== Add_Domain_Request::posted() ) {
			Guard::require_form( self::NONCE );
			$this->submit();
		}

		Help::add_domain();
		add_filter( 'admin_title', static fn( string $title ): string => __( 'Add domain', 'closte-sync' ) . ' &lsaquo; ' . $title );
		add_action( 'admin_enqueue_scripts', array( Add_Domain_Assets::class, 'enqueue' ) );
	}

	public function show(): void {
		Guard::require_capability();
		printf(
			'<div class="wrap closte-sync-screen"><h1 class="wp-heading-inline">%1$s</h1> <a href="%2$s" class="page-title-action">%3$s</a><hr class="wp-header-end">',
			esc_html__( 'Add domain', 'closte-sync' ),
			esc_url( Pages::domains_url() ),
			esc_html__( 'All domains', 'closte-sync' )
		);
		$this->panel->show(
			new Add_Domain_Form( Pages::add_domain_url(), Guard::nonce_field( self::NONCE ), Preview_Route::PATH, Sites_Route::PATH )
		);
		echo '</div>';
	}

	private function submit(): void {
		$domain = $this->panel->submit();

		if ( null === $domain ) {
			return;
		}

		$row = $this->services->ledger()->find( $domain );

		Flash::add( 'success', self::added( $this->services->domain_names()->shown( $domain ) ) );
		Flash::redirect( null === $row ? Pages::domains_url() : Pages::domain_url( $row->id, $row->domain ) );
	}

	/**
	 * @param string $domain For people.
	 */
	public static function added( string $domain ): string {
		return sprintf(
			/* translators: %s: domain */
			__( '%s was added. If its DNS does not point to this network yet, set the records that are shown for it.', 'closte-sync' ),
			$domain
		);
	}

	/**
	 * The address of the site whose number a link has brought along.
	 */
	private static function site_of_address( Site_Finder $search ): string {
		// phpcs:ignore WordPress.Security -- only fills a field.
		$site = is_string( $_GET['site'] ?? null ) ? $search->find( wp_unslash( $_GET['site'] ) ) : null;

		return null === $site ? '' : Site_Finder::address_of( $site );
	}
}
