<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Owners;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Operations\Add_Option;
use ClosteSync\Owners\Claim;
use ClosteSync\Owners\Owner_Domains;
use ClosteSync\Settings\Settings;

/**
 * Settings → Domains of a site: its domains, and how to add one.
 */
final class Owner_Screen {

	/** What was typed and refused, so that it stays in its field. */
	private string $typed = '';

	/** What making a domain the address of the site would do, to be confirmed. */
	private ?Add_Option $offer = null;

	/** The domain that it is about. */
	private string $to_move = '';

	public function __construct( private readonly Container $services ) {}

	/**
	 * Before anything is sent: does what was posted.
	 */
	public function prepare(): void {
		if ( ! Settings::load()->owners ) {
			wp_die( esc_html__( 'Sorry, you are not allowed to access this page.', 'closte-sync' ), '', array( 'response' => 403 ) );
		}

		add_action( 'admin_enqueue_scripts', self::enqueue( ... ) );

		if ( 'POST' !== ( $_SERVER['REQUEST_METHOD'] ?? '' ) ) {
			return;
		}

		if ( ! wp_verify_nonce( Guard::posted( '_wpnonce' ), Owner_Form::NONCE ) ) {
			wp_nonce_ays( Owner_Form::NONCE );
		}

		$actions       = new Owner_Actions( $this->services, get_current_blog_id() );
		$to_remove     = Guard::posted( Owner_Form::REMOVE );
		$this->to_move = Guard::posted( Owner_Form::MOVE );

		if ( '' !== $this->to_move ) {
			$this->offer = $actions->move( $this->to_move, '1' === Guard::posted( Owner_Form::CONFIRMED ) );
		} else {
			$this->typed = '' === $to_remove ? $actions->add( Guard::posted( Owner_Form::ADD ) ) : $actions->remove( $to_remove );
		}
	}

	public function show(): void {
		printf( '<div class="wrap closte-sync-screen closte-sync-own-domains"><h1>%s</h1>', esc_html__( 'Domains', 'closte-sync' ) );
		Flash::show();

		try {
			null === $this->offer ? $this->show_domains() : $this->show_confirmation( $this->offer );
		} catch ( Database_Exception ) {
			wp_admin_notice( esc_html__( 'The domains of this site cannot be read at the moment. Try again later.', 'closte-sync' ), array( 'type' => 'error' ) );
		}

		echo '</div>';
	}

	private function show_domains(): void {
		$domains = $this->domains();
		$site    = get_current_blog_id();
		$rows    = $domains->rows( $site );
		$move    = $this->services->site_move();
		$table   = new Owner_Table( $this->services->domain_names(), $this->services->readiness()->hindrance() );
		$html    = $table->html(
			$rows,
			array_column( $domains->removable( $rows ), 'domain' ),
			array_map( $move->is_ready( ... ), array_column( $move->candidates( $site, $rows ), null, 'domain' ) )
		);

		echo $html; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		$this->show_claims( $domains->claims( $site ) );
		$this->show_form( $domains->left( $site ), $domains->limit_reached( $site )?->sentence() ?? '' );
	}

	/**
	 * Says what the move does, before it is done.
	 */
	private function show_confirmation( Add_Option $offer ): void {
		$name = $this->services->domain_names()->shown( $this->to_move );

		printf(
			'<h2>%1$s</h2><p>%2$s</p><p>%3$s</p><form method="post" action="%4$s">%5$s<input type="hidden" name="%6$s" value="%7$s"><p class="submit"><button type="submit" name="%8$s" value="1" class="button button-primary">%9$s</button> <a class="button" href="%4$s">%10$s</a></p></form>',
			/* translators: %s: domain */
			esc_html( sprintf( __( 'Make %s the address of the site', 'closte-sync' ), $name ) ),
			esc_html( $offer->description ),
			esc_html__( 'After that, you log in at the new address. To get the old address back, ask a network admin.', 'closte-sync' ),
			esc_url( Pages::own_domains_url() ),
			Guard::nonce_field( Owner_Form::NONCE ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			esc_attr( Owner_Form::MOVE ),
			esc_attr( $this->to_move ),
			esc_attr( Owner_Form::CONFIRMED ),
			esc_html__( 'Make it the address of the site', 'closte-sync' ),
			esc_html__( 'Cancel', 'closte-sync' )
		);
	}

	/**
	 * @param list<Claim> $claims
	 */
	private function show_claims( array $claims ): void {
		if ( array() === $claims ) {
			return;
		}

		printf(
			'<h2>%1$s</h2><p>%2$s</p>',
			esc_html__( 'Domains to confirm', 'closte-sync' ),
			esc_html__( 'A domain is added once you have shown that it is yours: set the records below, then select Check again. Changes of DNS records can take a few hours.', 'closte-sync' )
		);

		$section = new Claim_Section( $this->services->domain_names(), $this->services->domain_preview(), get_current_blog_id() );

		foreach ( $claims as $claim ) {
			$accepts_pointing = $this->domains()->accepts_pointing( get_current_blog_id(), $claim );

			echo $section->html( $claim, $accepts_pointing, $claim->domain === self::asked() ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		}
	}

	/**
	 * @param string $reason Why there can be no more; '': there can.
	 */
	private function show_form( int $left, string $reason ): void {
		printf( '<h2>%s</h2>', esc_html__( 'Add a domain', 'closte-sync' ) );

		if ( '' !== $reason ) {
			printf( '<p>%s</p>', esc_html( $reason ) );
			return;
		}

		printf(
			'<form method="post" action="%1$s">%2$s<table class="form-table" role="presentation"><tr><th scope="row"><label for="closte-sync-own-domain">%3$s</label></th><td>'
				. '<input type="text" name="%4$s" id="closte-sync-own-domain" class="regular-text code" dir="ltr" value="%5$s" placeholder="shop.example.com" aria-describedby="closte-sync-own-domain-help" autocapitalize="none" autocomplete="off" spellcheck="false" required%8$s>'
				. '<p class="description" id="closte-sync-own-domain-help">%6$s</p></td></tr></table><p class="submit"><button type="submit" class="button button-primary">%7$s</button></p></form>',
			esc_url( Pages::own_domains_url() ),
			Guard::nonce_field( Owner_Form::NONCE ), // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
			esc_html__( 'Domain', 'closte-sync' ),
			esc_attr( Owner_Form::ADD ),
			esc_attr( $this->typed ),
			esc_html(
				__( 'A domain that you own. It is added once you have shown that it is yours.', 'closte-sync' ) . ' '
				. sprintf(
					/* translators: %s: number of domains */
					_n( 'This site can have %s more domain.', 'This site can have %s more domains.', $left, 'closte-sync' ),
					number_format_i18n( $left )
				)
			),
			esc_html__( 'Add domain', 'closte-sync' ),
			'' === $this->typed ? '' : ' aria-invalid="true"'
		);
	}

	private function domains(): Owner_Domains {
		return $this->services->owner_domains();
	}

	/**
	 * The claim that was just looked at: its records are shown in full.
	 */
	private static function asked(): string {
		$domain = wp_unslash( $_GET['domain'] ?? '' ); // phpcs:ignore WordPress.Security -- only chooses what is shown, and is compared.

		return is_string( $domain ) ? $domain : '';
	}

	private static function enqueue(): void {
		Assets::enqueue_style();
		Assets::enqueue_style( 'site-domains', array( 'closte-sync-admin' ) );
		Assets::enqueue_script( 'copy' );
		Assets::enqueue_script( 'confirm', array() );
	}
}
