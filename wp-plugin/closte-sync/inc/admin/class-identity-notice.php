<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Admin\Settings\Identity_Actions;
use ClosteSync\Sync\Readiness;

/**
 * Says on every network screen that this may be a copy of the network, and lets an admin say which of the two it is.
 */
final class Identity_Notice {

	public function __construct( private readonly Readiness $readiness ) {}

	/**
	 * @return bool Whether there was something to say.
	 */
	public function show(): bool {
		$problem = $this->readiness->identity_problem();

		if ( null === $problem ) {
			return false;
		}

		$html = sprintf(
			'<p><strong>%1$s</strong> %2$s</p><p>%3$s</p><div class="closte-sync-identity">%4$s%5$s</div>',
			esc_html__( 'Closte:', 'closte-sync' ),
			esc_html( $problem ),
			esc_html__( 'If the network has moved, it keeps its list of domains, and queued changes are sent. If it is a copy, the list is deleted here, nothing changes at Closte for the original, and the integration is turned off here.', 'closte-sync' ),
			self::form( Identity_Actions::MOVE, __( 'It has moved', 'closte-sync' ), __( 'Is the old network gone? From now on, this network adds and removes the domains at Closte.', 'closte-sync' ) ),
			self::form( Identity_Actions::COPY, __( 'It is a copy', 'closte-sync' ), __( 'Delete the list of domains here, and turn the integration off?', 'closte-sync' ) )
		);

		Assets::enqueue();
		// wp_admin_notice() would take the forms away; each part of them is escaped where it is made.
		echo wp_get_admin_notice( $html, array( 'type' => 'error', 'paragraph_wrap' => false ) ); // phpcs:ignore WordPress.Security.EscapeOutput.OutputNotEscaped

		return true;
	}

	/**
	 * @param string $confirm What is asked before it is done.
	 */
	private static function form( string $action, string $label, string $confirm ): string {
		return sprintf(
			'<form method="post" action="%1$s" data-confirm="%2$s">%3$s<button type="submit" class="button">%4$s</button></form>',
			esc_url( network_admin_url( "edit.php?action=$action" ) ),
			esc_attr( $confirm ),
			Guard::nonce_field( $action ),
			esc_html( $label )
		);
	}
}
