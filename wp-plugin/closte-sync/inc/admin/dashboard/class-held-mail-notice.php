<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Dashboard;

use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Ledger\State;
use ClosteSync\Mail\Owner_Mail;

/**
 * Asks a network admin whether so many owners must act indeed, before they are told.
 */
final class Held_Mail_Notice {

	private const ACTION = 'closte-sync-tell-owners';

	public static function register(): void {
		add_action( 'network_admin_edit_' . self::ACTION, self::submitted( ... ) );
	}

	public static function show(): void {
		$sites = Owner_Mail::held();

		if ( 0 === $sites ) {
			return;
		}

		$text = sprintf(
			/* translators: %s: number of sites */
			_n( 'The email to the owner of %s site is on hold.', 'The emails to the owners of %s sites are on hold.', $sites, 'closte-sync' ),
			number_format_i18n( $sites )
		);
		$html = sprintf(
			'<p><strong>%1$s</strong> %2$s <a href="%3$s">%4$s</a></p><form method="post" action="%5$s">%6$s<p><button type="submit" class="button">%7$s</button></p></form>',
			esc_html( $text ),
			esc_html__( 'Many domains changed to “Owner must act” at once. The cause may be this network and not the DNS of each domain. Check some of them before you send the emails.', 'closte-sync' ),
			esc_url( Pages::domains_url( array( 'state' => State::OwnerMustAct->value ) ) ),
			esc_html__( 'See these domains', 'closte-sync' ),
			esc_url( network_admin_url( 'edit.php?action=' . self::ACTION ) ),
			Guard::nonce_field( self::ACTION ),
			esc_html__( 'Send the emails', 'closte-sync' )
		);

		// wp_admin_notice() would take the form away; each part of it is escaped where it is made.
		echo wp_get_admin_notice( $html, array( 'type' => 'warning', 'paragraph_wrap' => false ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped
	}

	private static function submitted(): void {
		Guard::require_form( self::ACTION );
		Owner_Mail::release();
		Flash::add( 'success', __( 'The emails to the owners are sent in the background.', 'closte-sync' ) );

		$referer = wp_get_referer();
		Flash::redirect( false === $referer ? network_admin_url() : $referer );
	}
}
