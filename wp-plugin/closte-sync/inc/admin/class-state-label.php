<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Ledger\State;

/**
 * Shows who must act: a word with an icon of WordPress's own, so that it can be told without colour.
 */
final class State_Label {

	/**
	 * @param ?string $description What the word means, shown by the mouse; null: as network admins are told it; '': nothing.
	 */
	public static function html( State $state, ?string $description = null ): string {
		return sprintf(
			'<span class="closte-sync-state is-%1$s" title="%2$s"><span class="dashicons %3$s" aria-hidden="true"></span>%4$s</span>',
			esc_attr( $state->value ),
			esc_attr( $description ?? $state->description() ),
			esc_attr( self::icon( $state ) ),
			esc_html( $state->label() )
		);
	}

	private static function icon( State $state ): string {
		return match ( $state ) {
			State::Working        => 'dashicons-yes-alt',
			State::Waiting        => 'dashicons-clock',
			State::OwnerMustAct   => 'dashicons-admin-users',
			State::NetworkMustAct => 'dashicons-warning',
			State::Leaving        => 'dashicons-migrate',
		};
	}
}
