<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Admin\Settings\Settings_Actions;
use ClosteSync\Container;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Stage;
use ClosteSync\Settings\Settings;

/**
 * Prints what the network screens say by themselves: what is missing, what waits, and the offer to switch on.
 */
final class Notices {

	public const USER_META = 'closte_sync_dismissed';

	/**
	 * Screens where sites and domains are dealt with: only there it is said that domains wait.
	 */
	private const SCREENS_OF_SITES = array( 'dashboard-network', 'sites-network', 'site-new-network', 'site-info-network' );

	public function __construct( private readonly Container $services ) {}

	public function show(): void {
		if ( ! Guard::allows() ) {
			return;
		}
		Flash::show();
		$this->show_trouble_of_the_past();
		$is_another = ( new Identity_Notice( $this->services->readiness() ) )->show();
		$problem = $this->services->extension()->problem();
		if ( null !== $problem ) {
			$this->show_dismissible( 'extension-' . ( $this->services->extension()->version() ?? 'missing' ), 'error', esc_html( $problem ) );
			return;
		}
		if ( $is_another ) {
			return;
		}
		if ( Settings::load()->enabled ) {
			$this->show_trouble();
			return;
		}
		if ( ! Settings::saved() && $this->offer_to_enable() ) {
			return;
		}
		if ( Pages::domains_screen_id() === ( get_current_screen()->id ?? '' ) ) {
			$this->show_notice( 'warning', esc_html( (string) $this->services->readiness()->problem() ), Pages::settings_url() . '#closte-sync-enabled', __( 'Switch it on', 'closte-sync' ) );
		}
	}

	public static function dismiss( string $notice ): void {
		$dismissed = self::dismissed();
		if ( '' === $notice || in_array( $notice, $dismissed, true ) ) {
			return;
		}
		update_user_meta( get_current_user_id(), self::USER_META, array_slice( array( ...$dismissed, $notice ), -20 ) );
	}

	/**
	 * On Closte, where the key is there already: one click is all the configuration.
	 *
	 * @return bool Whether it is offered.
	 */
	private function offer_to_enable(): bool {
		$key = Key_Provider::find();
		if ( null === $key ) {
			return false;
		}
		$form = sprintf(
			'<form method="post" action="%1$s" class="closte-sync-offer">%2$s<p>%3$s</p><p><button type="submit" class="button button-primary">%4$s</button> <a class="button" href="%5$s">%6$s</a></p></form>',
			esc_url( network_admin_url( 'edit.php?action=' . Settings_Actions::ENABLE ) ),
			Guard::nonce_field( Settings_Actions::ENABLE ),
			esc_html__( 'This network runs with a Closte API key. Switch the integration on, and the domain of every new site is served by Closte, with a certificate, by itself.', 'closte-sync' ),
			esc_html__( 'Switch on', 'closte-sync' ),
			esc_url( Pages::settings_url() ),
			esc_html__( 'Settings', 'closte-sync' )
		);
		return $this->show_dismissible( 'offer-to-enable', 'info', $form, false );
	}

	/**
	 * What failed in a page that had gone on to another before it could be shown, or in nobody's page.
	 */
	private function show_trouble_of_the_past(): void {
		$trouble = $this->services->last_error()->last();
		if ( null === $trouble ) {
			return;
		}
		/* translators: %s: a span of time */
		$time = sprintf( __( '%s ago', 'closte-sync' ), human_time_diff( $trouble['time'] ) );
		$this->show_dismissible( 'trouble-' . $trouble['time'], 'error', esc_html( Environment_Notice::sentence( $trouble['message'] ) . " ($time)" ) );
	}

	/**
	 * What keeps domains from Closte.
	 */
	private function show_trouble(): void {
		if ( null === Key_Provider::find() ) {
			$this->show_notice(
				'error',
				esc_html(
					( Key_Store::is_unreadable() ? Key_Store::unreadable() : __( 'The Closte integration is on, but there is no API key.', 'closte-sync' ) )
					. ' ' . __( 'Domains are recorded and will be sent once it is there.', 'closte-sync' )
				),
				Pages::settings_url(),
				__( 'Settings', 'closte-sync' )
			);
			return;
		}
		$screen = get_current_screen()->id ?? '';
		$here   = in_array( $screen, array( ...self::SCREENS_OF_SITES, Pages::domains_screen_id(), Pages::settings_screen_id() ), true );
		if ( $here ) {
			try {
				$this->show_waiting();
			} catch ( Database_Exception $e ) {
				/* translators: %s: message of the database */
				$this->show_notice( 'error', esc_html( sprintf( __( 'The list of the network’s domains cannot be read: %s', 'closte-sync' ), $e->getMessage() ) ) );
			}
		}
	}

	/**
	 * Domains that are recorded and not sent yet.
	 */
	private function show_waiting(): void {
		$added   = $this->services->ledger_search()->count_waiting( Stage::Pending );
		$waiting = $added + $this->services->ledger_search()->count_waiting( Stage::Removing );
		if ( 0 === $waiting ) {
			return;
		}
		$last    = $this->last_touched();
		$text    = sprintf(
			/* translators: %s: number of domains */
			_n( '%s domain is recorded and waits for Closte.', '%s domains are recorded and wait for Closte.', $waiting, 'closte-sync' ),
			number_format_i18n( $waiting )
		);
		$failure = $this->services->circuit_breaker()->failure();
		$refused = 'auth' === ( null === $last || '' === $last->error_kind ? $failure['kind'] ?? '' : $last->error_kind );
		$text   .= ' ' . ( $refused
			? _n( 'Closte refuses the API key: correct it, and it is sent by itself.', 'Closte refuses the API key: correct it, and they are sent by themselves.', $waiting, 'closte-sync' )
			: _n( 'Nothing to do: it is sent by itself.', 'Nothing to do: they are sent by themselves.', $waiting, 'closte-sync' ) );
		$html    = esc_html( $text );
		$reason  = null === $last || '' === $last->error_message ? ( $failure['message'] ?? '' ) : $last->error_message;
		if ( '' !== $reason ) {
			$html .= '<br>' . esc_html( $reason );
		}
		$this->show_notice(
			$refused ? 'error' : 'warning',
			$html,
			$refused ? Pages::settings_url() : Pages::domains_url(
				array( 'stage' => $added > 0 ? Stage::Pending->value : Stage::Removing->value )
			),
			$refused ? __( 'Test the connection', 'closte-sync' ) : _n( 'Show it', 'Show them', $waiting, 'closte-sync' )
		);
	}

	/**
	 * The row that waits for Closte and was worked on last: it knows how Closte answers now.
	 */
	private function last_touched(): ?Ledger_Row {
		$rows = array();
		foreach ( array( Stage::Pending, Stage::Removing ) as $stage ) {
			array_push(
				$rows,
				...$this->services->ledger_search()->query(
					new Ledger_Query( stage: $stage, orderby: 'updated_at', order: 'desc', per_page: 1 )
				)
			);
		}
		usort( $rows, static fn( Ledger_Row $a, Ledger_Row $b ): int => $b->updated_at <=> $a->updated_at );
		return $rows[0] ?? null;
	}

	/**
	 * Prints a notice, with a link to where something can be done about it.
	 *
	 * @param string $html What it says, escaped.
	 * @param string $url  Where the link goes, or ''.
	 * @param string $link What the link is called.
	 */
	private function show_notice( string $type, string $html, string $url = '', string $link = '' ): void {
		if ( '' !== $url ) {
			$html .= sprintf( ' <a href="%s">%s</a>', esc_url( $url ), esc_html( $link ) );
		}
		wp_admin_notice( $html, array( 'type' => $type ) );
	}

	/**
	 * Prints a notice that a user can send away for good.
	 *
	 * @param string $html What it says, escaped.
	 * @param bool   $wrap Whether it is put into a paragraph.
	 * @return bool Whether it is printed.
	 */
	private function show_dismissible( string $notice, string $type, string $html, bool $wrap = true ): bool {
		$notice = sanitize_key( $notice );
		if ( in_array( $notice, self::dismissed(), true ) ) {
			return false;
		}
		Assets::enqueue();
		$args = array(
			'type'           => $type,
			'dismissible'    => true,
			'paragraph_wrap' => $wrap,
			'attributes'     => array( 'data-closte-sync-notice' => $notice ),
		);
		// wp_admin_notice() would take the form away; each part of it is escaped where it is made.
		echo wp_get_admin_notice( $html, $args ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
		return true;
	}

	/**
	 * @return list<string>
	 */
	private static function dismissed(): array {
		$dismissed = get_user_meta( get_current_user_id(), self::USER_META, true );
		return is_array( $dismissed ) ? array_values( array_filter( $dismissed, 'is_string' ) ) : array();
	}
}
