<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Domains;

use ClosteSync\Admin\Add_Domain\Add_Domain_Assets;
use ClosteSync\Admin\Add_Domain\Add_Domain_Form;
use ClosteSync\Admin\Add_Domain\Add_Domain_Panel;
use ClosteSync\Admin\Add_Domain\Add_Domain_Request;
use ClosteSync\Admin\Add_Domain\Add_Domain_Screen;
use ClosteSync\Admin\Add_Domain\Preview_Route;
use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Help;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Operations\Site_Domain;
use ClosteSync\Operations\Site_Domains;
use ClosteSync\Operations\Site_Finder;

/**
 * Network Admin → Sites → Edit → Domains.
 */
final class Site_Domains_Screen {

	private const REMOVE = 'remove';

	private readonly ?\WP_Site $site;

	private ?Add_Domain_Panel $panel = null;

	/** The domain that is to be removed, once that is confirmed. */
	private ?Ledger_Row $to_confirm = null;

	public function __construct( private readonly Container $services ) {
		// phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only chooses what is shown.
		$this->site = Site_Finder::editable( absint( $_GET['id'] ?? 0 ) );
	}

	/**
	 * Whether the address asks for it.
	 */
	public static function is_asked_for(): bool {
		return Pages::SITE_DOMAINS === ( $_GET['view'] ?? '' ); // phpcs:ignore WordPress.Security.NonceVerification.Recommended -- only chooses what is shown.
	}

	/**
	 * @param array<string, array{label: string, url: string, cap: string}> $links The tabs of a site so far.
	 * @return array<string, array{label: string, url: string, cap: string}>
	 */
	public static function add_tab( array $links ): array {
		$links[ Pages::DOMAINS ] = array(
			'label' => __( 'Domains', 'closte-sync' ),
			'url'   => Pages::site_domains_path(),
			'cap'   => Guard::CAPABILITY,
		);

		return $links;
	}

	/**
	 * Before anything is sent: does what is asked for.
	 */
	public function prepare(): void {
		Guard::require_capability();

		if ( null === $this->site ) {
			wp_die( esc_html__( 'This site does not exist, or belongs to another network.', 'closte-sync' ), '', array( 'response' => 404 ) );
		}

		$blog_id     = (int) $this->site->blog_id;
		$typed       = Add_Domain_Request::posted();
		$this->panel = new Add_Domain_Panel( $this->services, $typed ?? Add_Domain_Request::from( array() ), $blog_id );
		$removed     = self::posted( self::REMOVE );

		if ( null !== $typed ) {
			Guard::require_form( self::nonce_action( Add_Domain_Request::ADD, $blog_id ) );
			$this->add( $this->panel );
		} elseif ( '' !== $removed ) {
			Guard::require_form( self::nonce_action( self::REMOVE, (int) $removed ) );
			$this->remove( $this->domains()->row( (int) $removed, $blog_id ) );
		}

		Help::add_domain();

		// The menu shows where one is among WordPress's own screens of a site.
		add_filter( 'submenu_file', static fn(): string => 'sites.php' );
		add_filter( 'admin_title', fn( string $title ): string => self::heading( $this->site ) . ' &lsaquo; ' . $title );
		add_action( 'admin_enqueue_scripts', array( Add_Domain_Assets::class, 'enqueue' ) );
		add_action( 'admin_enqueue_scripts', static fn() => Assets::enqueue_style( 'site-domains', array( 'closte-sync-admin' ) ) );
	}

	public function show(): void {
		Guard::require_capability();

		if ( null === $this->site || null === $this->panel ) {
			return;
		}

		$blog_id = (int) $this->site->blog_id;

		echo '<div class="wrap closte-sync-screen">';
		self::show_header( $this->site );

		if ( null !== $this->to_confirm ) {
			$this->show_confirmation( $this->to_confirm, $blog_id );
		} else {
			// phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			echo $this->table()->html( $this->domains()->of( $this->site ) );
			printf( '<h2>%s</h2>', esc_html__( 'Add a domain to this site', 'closte-sync' ) );
			$this->panel->show(
				new Add_Domain_Form(
					Pages::site_domains_url( $blog_id ),
					Guard::nonce_field( self::nonce_action( Add_Domain_Request::ADD, $blog_id ) ),
					Preview_Route::PATH,
					null,
					$blog_id
				)
			);
		}

		echo '</div>';
	}

	/**
	 * What WordPress's own screens of a site have above their content.
	 */
	private static function show_header( \WP_Site $site ): void {
		$blog_id = (int) $site->blog_id;

		printf(
			'<h1 id="edit-site">%1$s</h1><p class="edit-site-actions"><a href="%2$s">%3$s</a> | <a href="%4$s">%5$s</a></p>',
			esc_html( self::heading( $site ) ),
			esc_url( get_home_url( $blog_id, '/' ) ),
			esc_html__( 'Visit', 'closte-sync' ),
			esc_url( get_admin_url( $blog_id ) ),
			esc_html__( 'Dashboard', 'closte-sync' )
		);
		network_edit_site_nav(
			array(
				'blog_id'  => $blog_id,
				'selected' => Pages::DOMAINS,
			)
		);
	}

	private static function heading( \WP_Site $site ): string {
		/* translators: %s: title of a site */
		return sprintf( __( 'Edit Site: %s', 'closte-sync' ), $site->blogname );
	}

	private function add( Add_Domain_Panel $panel ): void {
		$domain = $panel->submit();

		if ( null !== $domain ) {
			Flash::add( 'success', Add_Domain_Screen::added( $this->services->domain_names()->shown( $domain ) ) );
			Flash::redirect( Pages::site_domains_url( (int) $this->site?->blog_id ) );
		}
	}

	/**
	 * @param ?Ledger_Row $row Null: it is gone, or no domain of this site.
	 */
	private function remove( ?Ledger_Row $row ): void {
		if ( null !== $row && '1' !== self::posted( 'confirmed' ) ) {
			$this->to_confirm = $row;
			return;
		}

		$refusal = null === $row ? null : $this->services->domain_mapper()->remove( $row );

		if ( null !== $refusal ) {
			Flash::add( 'error', $refusal->sentence() );
		} elseif ( null !== $row ) {
			$name = $this->services->domain_names()->shown( $row->domain );
			/* translators: %s: domain */
			Flash::add( 'success', sprintf( __( '%s was removed from the site.', 'closte-sync' ), $name ) );
		}

		Flash::redirect( Pages::site_domains_url( (int) $this->site?->blog_id ) );
	}

	/**
	 * Asks before something is done that cannot be taken back.
	 */
	private function show_confirmation( Ledger_Row $row, int $blog_id ): void {
		printf(
			'<h2>%1$s</h2><p>%2$s</p>',
			esc_html__( 'Remove domain', 'closte-sync' ),
			sprintf(
				/* translators: %s: domain */
				esc_html__( '%s is removed from the site and from Closte. Visitors of the domain no longer see the site.', 'closte-sync' ),
				'<strong dir="ltr">' . esc_html( $this->services->domain_names()->shown( $row->domain ) ) . '</strong>'
			)
		);
		printf(
			'<form method="post" action="%1$s">%2$s<input type="hidden" name="%3$s" value="%4$d"><input type="hidden" name="confirmed" value="1"><p class="submit"><button type="submit" class="button button-primary">%5$s</button> <a class="button" href="%1$s">%6$s</a></p></form>',
			esc_url( Pages::site_domains_url( $blog_id ) ),
			Guard::nonce_field( self::nonce_action( self::REMOVE, $row->id ) ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			esc_attr( self::REMOVE ),
			(int) $row->id,
			esc_html__( 'Remove domain', 'closte-sync' ),
			esc_html__( 'Cancel', 'closte-sync' )
		);
	}

	private function table(): Site_Domains_Table {
		return new Site_Domains_Table( $this->services->domain_names(), $this->services->readiness()->hindrance(), $this->actions( ... ) );
	}

	/**
	 * The links and buttons of one domain.
	 */
	private function actions( Site_Domain $domain ): string {
		$blog_id = (int) $this->site?->blog_id;
		$actions = array();
		$name    = $this->services->domain_names()->unicode( $domain->domain );

		if ( null !== $domain->row ) {
			$actions[] = self::link(
				Pages::domain_url( $domain->row->id, $domain->domain ),
				__( 'Details', 'closte-sync' ),
				/* translators: %s: domain */
				sprintf( __( 'Details of %s', 'closte-sync' ), $name )
			);
		}

		if ( $domain->is_address && ! is_main_site( $blog_id, (int) $this->site?->network_id ) ) {
			$label     = __( 'Change the address', 'closte-sync' );
			$actions[] = self::link( network_admin_url( "site-info.php?id=$blog_id" ), $label, $label );
		}

		if ( $domain->is_removable && null !== $domain->row ) {
			$actions[] = sprintf(
				'<form method="post" action="%1$s">%2$s<button type="submit" class="button-link button-link-delete" name="%3$s" value="%4$d" aria-label="%5$s">%6$s</button></form>',
				esc_url( Pages::site_domains_url( $blog_id ) ),
				Guard::nonce_field( self::nonce_action( self::REMOVE, $domain->row->id ) ),
				esc_attr( self::REMOVE ),
				$domain->row->id,
				/* translators: %s: domain */
				esc_attr( sprintf( __( 'Remove %s', 'closte-sync' ), $name ) ),
				esc_html__( 'Remove', 'closte-sync' )
			);
		}

		return array() === $actions ? '' : '<div class="closte-sync-actions">' . implode( ' ', $actions ) . '</div>';
	}

	/**
	 * @param string $label What it is called where nothing else says which domain is meant.
	 */
	private static function link( string $url, string $text, string $label ): string {
		return sprintf( '<a href="%1$s" aria-label="%2$s">%3$s</a>', esc_url( $url ), esc_attr( $label ), esc_html( $text ) );
	}

	private function domains(): Site_Domains {
		return new Site_Domains(
			$this->services->ledger(),
			$this->services->desired_domains(),
			$this->services->domain_names(),
			$this->services->domain_rules(),
			$this->services->domain_mapper()
		);
	}

	private static function nonce_action( string $action, int $id ): string {
		return "closte-sync-site-domains-$action-$id";
	}

	private static function posted( string $name ): string {
		// phpcs:ignore WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- read here, checked and compared where it is used.
		$value = wp_unslash( $_POST[ $name ] ?? '' );

		return is_string( $value ) ? $value : '';
	}
}
