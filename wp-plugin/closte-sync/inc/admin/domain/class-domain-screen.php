<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Help;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Operations\Operation;

/**
 * Network Admin → Sites → Domains → one domain.
 */
final class Domain_Screen {

	private readonly Domain_Request $request;

	/**
	 * Null: it is not on the list.
	 */
	private ?Ledger_Row $row = null;

	/**
	 * What the database said when it failed; ''.
	 */
	private string $failure = '';

	/**
	 * What was asked for and is to be confirmed first.
	 */
	private ?Operation $to_confirm = null;

	public function __construct( private readonly Container $services ) {
		$this->request = Domain_Request::current();
	}

	/**
	 * Before anything is sent: reads the domain, then does what is asked for.
	 */
	public function prepare(): void {
		Guard::require_capability();

		try {
			$this->row = $this->services->ledger()->find_by_id( $this->request->id );
			$this->handle_operation();
		} catch ( Database_Exception $e ) {
			$this->failure = $e->getMessage();
		}

		Help::domain();
		add_filter( 'admin_title', $this->title( ... ) );
		add_action( 'admin_enqueue_scripts', self::enqueue( ... ) );
	}

	public function show(): void {
		Guard::require_capability();
		echo '<div class="wrap closte-sync-screen closte-sync-domain">';

		try {
			'' === $this->failure ? $this->show_content() : $this->show_failure( $this->failure );
		} catch ( Database_Exception $e ) {
			$this->show_failure( $e->getMessage() );
		}

		echo '</div>';
	}

	private function show_content(): void {
		if ( null === $this->row ) {
			$gone = ( new Removed_Domain_Page( $this->services ) )->html( $this->request );
			$this->show_heading( esc_html__( 'Domain', 'closte-sync' ) );
			echo $gone; // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		} elseif ( null !== $this->to_confirm ) {
			$this->show_confirmation( $this->to_confirm, $this->row );
		} else {
			$this->show_domain( $this->row );
		}
	}

	/**
	 * @param string $failure What the database said.
	 */
	private function show_failure( string $failure ): void {
		$this->show_heading( esc_html__( 'Domain', 'closte-sync' ) );
		wp_admin_notice(
			/* translators: %s: message of the database */
			esc_html( sprintf( __( 'The domain cannot be read: %s', 'closte-sync' ), $failure ) ),
			array( 'type' => 'error' )
		);
	}

	private function show_domain( Ledger_Row $row ): void {
		$names   = $this->services->domain_names();
		$a_label = $names->a_label( $row->domain );
		$parts   = ( new Domain_Page( $this->services ) )->parts( $row, $this->request );

		$this->show_heading(
			'<span dir="ltr">' . esc_html( $names->unicode( $row->domain ) ) . '</span>'
				. ( null === $a_label ? '' : ' <code class="closte-sync-ascii" dir="ltr">' . esc_html( $a_label ) . '</code>' )
		);

		echo '<div id="closte-sync-watch-trouble" class="notice notice-error inline" hidden></div>';
		printf( '<div class="closte-sync-parts"%s><div class="closte-sync-first">', $this->script_data( $row ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		self::show_part( 'closte-sync-state', $parts['closte-sync-state'] );
		echo '</div><div class="closte-sync-side">';
		self::show_part( 'closte-sync-actions', $parts['closte-sync-actions'] );
		self::show_part( 'closte-sync-facts', $parts['closte-sync-facts'] );
		echo '</div><div class="closte-sync-rest">';
		self::show_part( Live_Check_Section::ID, ( new Live_Check_Section( $this->services ) )->html( $row, $this->request->look ) );
		self::show_part( 'closte-sync-story', $parts['closte-sync-story'] );
		echo '</div></div>';
	}

	/**
	 * @param string $html Escaped.
	 */
	private function show_heading( string $html ): void {
		printf(
			'<h1 class="wp-heading-inline">%1$s</h1> <a href="%2$s" class="page-title-action">%3$s</a><hr class="wp-header-end">',
			$html, // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
			esc_url( Pages::domains_url() ),
			esc_html__( 'All domains', 'closte-sync' )
		);
	}

	/**
	 * @param string $html Escaped.
	 */
	private static function show_part( string $id, string $html ): void {
		printf(
			'<section class="postbox" aria-labelledby="%1$s-heading"><div class="postbox-header"><h2 id="%1$s-heading">%2$s</h2></div><div class="inside" id="%1$s">%3$s</div></section>',
			esc_attr( $id ),
			esc_html( Domain_Page::headings()[ $id ] ),
			$html // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
		);
	}

	/**
	 * Asks before something is done that cannot be taken back.
	 */
	private function show_confirmation( Operation $operation, Ledger_Row $row ): void {
		$this->show_heading( esc_html( $operation->label( $row ) ) );
		printf(
			'<p>%1$s</p><form method="post" action="%2$s">%3$s<input type="hidden" name="confirmed" value="1"><p class="submit">',
			sprintf(
				esc_html(
					Operation::Forget === $operation
						/* translators: %s: domain */
						? __( '%s is removed from the list. If Closte has it, it stays there, and this network no longer knows of it.', 'closte-sync' )
						/* translators: %s: domain */
						: __( 'Closte stops serving %s.', 'closte-sync' )
				),
				'<strong dir="ltr">' . esc_html( $this->services->domain_names()->shown( $row->domain ) ) . '</strong>'
			),
			esc_url( Pages::domain_url( $row->id, $row->domain ) ),
			Actions_Section::fields( $operation, $row ) // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped -- escaped there.
		);
		submit_button( $operation->label( $row ), 'primary', 'submit', false );
		printf( ' <a class="button" href="%1$s">%2$s</a></p></form>', esc_url( Pages::domain_url( $row->id, $row->domain ) ), esc_html__( 'Cancel', 'closte-sync' ) );
	}

	/**
	 * Does what a button or a confirmation asks for. Only what was posted counts.
	 */
	private function handle_operation(): void {
		$operation = Operation::tryFrom( self::posted( 'operation' ) );

		if ( null === $operation ) {
			return;
		}

		Guard::require_form( Actions_Section::nonce_action( $operation, $this->request->id ) );

		if ( null === $this->row ) {
			Flash::redirect( $this->request->url() );
		}

		$refusal = $this->services->domain_operations()->refusal( $operation, $this->row );

		if ( null === $refusal && Operation::Check !== $operation && '1' !== self::posted( 'confirmed' ) ) {
			$this->to_confirm = $operation;
			return;
		}

		( new Domain_Actions( $this->services ) )->run( $operation, $this->row );
		Flash::redirect( Pages::domain_url( $this->row->id, $this->row->domain ) );
	}

	/**
	 * What the script goes by, as attributes.
	 */
	private function script_data( Ledger_Row $row ): string {
		$live = new Live_Update( $this->services );

		return sprintf(
			' data-watch="%1$s" data-now="%2$d" data-wait="%3$d" data-said="%4$s" data-checked-at="%5$d" data-unchanged="%6$s" data-trouble="%7$s" data-name="%8$s" data-steps="%9$d"',
			esc_attr( Watch_Route::path( $row->id ) ),
			time(),
			$live->wait( $row ),
			esc_attr( $live->said( $row ) ),
			Live_Update::checked_at( $row ),
			esc_attr__( 'The domain was checked. Nothing has changed.', 'closte-sync' ),
			esc_attr__( 'This page cannot be updated at the moment. Reload it to see what has changed.', 'closte-sync' ),
			esc_attr( $row->domain ),
			$this->request->steps
		);
	}

	/**
	 * What a browser's tab is called.
	 */
	private function title( string $title ): string {
		$domain = $this->row->domain ?? $this->request->name;

		return '' === $domain ? $title : $this->services->domain_names()->unicode( $domain ) . ' &lsaquo; ' . $title;
	}

	private static function enqueue(): void {
		Assets::enqueue();
		Assets::enqueue_script( 'copy' );
		Assets::enqueue_script( 'domain', array( Assets::API ) );
		Assets::enqueue_style( 'domain', array( 'closte-sync-admin' ) );
	}

	private static function posted( string $name ): string {
		// phpcs:ignore WordPress.Security.NonceVerification, WordPress.Security.ValidatedSanitizedInput -- read here, checked and compared where it is used.
		$value = wp_unslash( $_POST[ $name ] ?? '' );

		return is_string( $value ) ? $value : '';
	}
}
