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
use ClosteSync\Diagnosis\Connection_Check;
use ClosteSync\Operations\Send_All;
use ClosteSync\Settings\Settings;

/**
 * Carries out what the forms of the settings screen ask for, without JavaScript too.
 */
final class Settings_Actions {

	public const SAVE     = 'closte-sync-save';
	public const ENABLE   = 'closte-sync-enable';
	public const TEST     = 'closte-sync-test';
	public const SEND_ALL = 'closte-sync-send-all';

	public function __construct( private readonly Container $services ) {}

	public function register(): void {
		add_action( 'network_admin_edit_' . self::SAVE, array( $this, 'save' ) );
		add_action( 'network_admin_edit_' . self::ENABLE, array( $this, 'enable' ) );
		add_action( 'network_admin_edit_' . self::TEST, array( $this, 'test' ) );
		add_action( 'network_admin_edit_' . self::SEND_ALL, array( $this, 'send_all' ) );
	}

	/**
	 * Saves the settings; a field that is wrong keeps its value, and what was entered stays in it to be corrected.
	 */
	public function save(): void {
		Guard::require_form( self::SAVE );
		// phpcs:ignore WordPress.Security.ValidatedSanitizedInput.InputNotSanitized -- Settings_Form checks each field.
		$input = isset( $_POST['closte_sync'] ) && is_array( $_POST['closte_sync'] ) ? wp_unslash( $_POST['closte_sync'] ) : array();
		$form  = new Settings_Form( $input, Settings::stored() );
		$this->store( $form->settings() );
		if ( array() === $form->errors() ) {
			Flash::add( 'success', __( 'Settings saved.', 'closte-sync' ) );
		} else {
			Rejected_Input::of( $input, $form->errors() )->keep();
		}
		Flash::redirect( Pages::settings_url() );
	}

	/**
	 * Turns the integration on in one click.
	 */
	public function enable(): void {
		Guard::require_form( self::ENABLE );
		$this->store( Settings::stored()->with( array( 'enabled' => true ) ) );
		Flash::add( 'success', __( 'The Closte integration is on. From now on, new domains of this network are sent automatically.', 'closte-sync' ) );
		Flash::add_finding( ( new Connection_Check( $this->services->extension(), $this->services->circuit_breaker() ) )->run() );
		Flash::redirect( Pages::settings_url() );
	}

	public function test(): void {
		Guard::require_form( self::TEST );
		Flash::add_finding( ( new Connection_Check( $this->services->extension(), $this->services->circuit_breaker() ) )->run() );
		Flash::redirect( Pages::settings_url() );
	}

	/**
	 * Without the script: sends as many domains as one request can; the rest follow automatically. The screen says how far
	 * it came.
	 */
	public function send_all(): void {
		Guard::require_form( self::SEND_ALL );
		$send_all = new Send_All( $this->services );
		$progress = isset( $_POST['continue'] ) ? $send_all->go_on() : $send_all->start(); // phpcs:ignore WordPress.Security.NonceVerification.Missing -- checked above.
		if ( 0 === $progress->total ) {
			Flash::add( $progress->notice_type(), $progress->summary() );
		}
		Flash::redirect( Section::sending_url() );
	}

	/**
	 * Stores settings. Where the database does not take them, a message for the next screen would be lost as well.
	 */
	private function store( Settings $settings ): void {
		if ( ! $settings->save() ) {
			wp_die(
				esc_html__( 'The settings could not be saved, because the database did not accept the change. Nothing has changed. Check that the database can be written to, then try again.', 'closte-sync' ),
				esc_html__( 'Settings not saved', 'closte-sync' ),
				array(
					'response'  => 500,
					'back_link' => true,
				)
			);
		}
	}
}
