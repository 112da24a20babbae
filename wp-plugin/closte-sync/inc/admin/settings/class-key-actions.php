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
use ClosteSync\Diagnosis\Key_Trial;
use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;

/**
 * Stores the key that was entered, and deletes it.
 */
final class Key_Actions {

	public const SAVE   = 'closte-sync-key-save';
	public const FORGET = 'closte-sync-key-forget';
	public const FIELD  = 'closte_sync_api_key';

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		add_action( 'network_admin_edit_' . self::SAVE, array( $this, 'save' ) );
		add_action( 'network_admin_edit_' . self::FORGET, array( $this, 'forget' ) );
	}

	/**
	 * Stores the key in place of the one before, and says whether Closte takes it.
	 */
	public function save(): void {
		$key = self::take_posted();
		Guard::require_form( self::SAVE );
		$problem = Key_Store::enter( $key, Extension::is_loaded() );
		if ( null !== $problem ) {
			Flash::add( 'error', $problem );
		} else {
			Flash::add( 'success', __( 'API key saved. It is stored encrypted.', 'closte-sync' ) );
			Flash::add_finding( ( new Key_Trial( $this->services ) )->run() );
		}
		Flash::redirect( Pages::settings_url() );
	}

	public function forget(): void {
		Guard::require_form( self::FORGET );
		if ( ! Key_Store::has_key() ) {
			Flash::add( 'info', __( 'No API key is stored.', 'closte-sync' ) );
		} elseif ( ! Key_Store::delete() ) {
			Flash::add( 'error', __( 'The API key could not be deleted, because the database did not accept the change. Check that the database can be written to, then try again.', 'closte-sync' ) );
		} elseif ( null === Key_Provider::find() ) {
			Flash::add( 'success', __( 'API key deleted. Changes are queued and sent once there is an API key again.', 'closte-sync' ) );
		} else {
			Flash::add( 'success', __( 'The API key that was entered here is deleted.', 'closte-sync' ) );
		}
		Flash::redirect( Pages::settings_url() );
	}

	/**
	 * Takes the key out of the request, so that no report of an error that lists the request's fields holds it.
	 */
	private static function take_posted(): Api_Key {
		$value = $_POST[ self::FIELD ] ?? ''; // phpcs:ignore WordPress.Security -- checked right after, and by Key_Store.
		unset( $_POST[ self::FIELD ], $_REQUEST[ self::FIELD ] );
		return Api_Key::entered( is_string( $value ) ? wp_unslash( $value ) : '' );
	}
}
