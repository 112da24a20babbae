<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Settings;

use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Guard;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;

/**
 * Carries out what an admin says of a network that is not the one that the list of domains was written for.
 */
final class Identity_Actions {

	public const MOVE = 'closte-sync-identity-move';
	public const COPY = 'closte-sync-identity-copy';

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		add_action( 'network_admin_edit_' . self::MOVE, array( $this, 'move' ) );
		add_action( 'network_admin_edit_' . self::COPY, array( $this, 'copy' ) );
	}

	public function move(): void {
		$this->choose(
			self::MOVE,
			fn(): bool => $this->services->identity_choice()->move(),
			__( 'The network has moved: it keeps its list of domains, and queued changes are sent automatically.', 'closte-sync' )
		);
	}

	public function copy(): void {
		$this->choose(
			self::COPY,
			fn(): bool => null !== $this->services->identity_choice()->copy(),
			__( 'This network is a copy: its list of domains is deleted, and the integration is off. Nothing was sent to Closte. Give the copy an API key of its own before you turn the integration on.', 'closte-sync' )
		);
	}

	/**
	 * @param callable(): bool $choice Whether it was stored.
	 * @param string           $done   What is said then.
	 */
	private function choose( string $action, callable $choice, string $done ): void {
		Guard::require_form( $action );

		if ( ! $this->services->readiness()->is_another_network() ) {
			Flash::add( 'info', __( 'Nothing has changed: the list of domains belongs to this network.', 'closte-sync' ) );
			Flash::redirect( Pages::settings_url() );
		}

		try {
			$is_stored = $choice();
		} catch ( Database_Exception $e ) {
			/* translators: %s: message of the database */
			Flash::add( 'error', sprintf( __( 'The database failed: %s', 'closte-sync' ), $e->getMessage() ) );
			Flash::redirect( Pages::settings_url() );
		}

		if ( $is_stored ) {
			Flash::add( 'success', $done );
		} else {
			Flash::add( 'error', __( 'Your choice could not be saved, because the database did not accept the change. Nothing is sent to Closte. Check that the database can be written to, then try again.', 'closte-sync' ) );
		}

		Flash::redirect( Pages::settings_url() );
	}
}
