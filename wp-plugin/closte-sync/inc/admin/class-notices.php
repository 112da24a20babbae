<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Admin\Dashboard\Attention_Notice;
use ClosteSync\Admin\Dashboard\Held_Mail_Notice;
use ClosteSync\Admin\Dashboard\Next_Step_Notice;
use ClosteSync\Admin\Dashboard\Waiting_Notice;
use ClosteSync\Container;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Settings\Settings;

/**
 * Decides what the network screens say: what is missing, which domains need somebody or wait, and what comes next.
 */
final class Notices {

	/** Screens where sites and domains are dealt with: only there it is said how domains are. */
	private const SCREENS_OF_SITES = array(
		'dashboard-network',
		'sites-network',
		'site-new-network',
		'site-info-network',
		'site-users-network',
		'site-themes-network',
		'site-settings-network',
	);

	/** Where people are who have just activated a plugin. */
	private const PLUGINS = 'plugins-network';

	public function __construct( private readonly Container $services ) {}

	public function show(): void {
		if ( ! Guard::allows() ) {
			return;
		}

		Flash::show();
		$this->show_trouble_of_the_past();
		$is_another = ( new Identity_Notice( $this->services->readiness() ) )->show();
		$outdated   = $this->services->readiness()->plugin_problem();
		$problem    = $this->services->extension()->problem();

		if ( null !== $outdated ) {
			Notice::show( 'error', esc_html( $outdated ) );
			return;
		}

		if ( null !== $problem ) {
			$notice = new Extension_Notice( $this->services->extension(), $this->services->sources()->stand_in() );
			$notice->show( ! self::is_on( Pages::settings_screen_id() ) );
			return;
		}

		if ( $is_another ) {
			return;
		}

		if ( Settings::load()->enabled ) {
			$this->show_while_on();
		} elseif ( ! $this->show_next_step_before() && self::is_on( Pages::domains_screen_id() ) ) {
			Notice::show(
				'warning',
				esc_html( (string) $this->services->readiness()->problem() ),
				Pages::settings_url() . '#closte-sync-enabled',
				__( 'Turn it on', 'closte-sync' )
			);
		}
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

		Notice::show_dismissible(
			'trouble-' . $trouble['time'],
			'error',
			Notice::paragraph( esc_html( Environment_Notice::sentence( $trouble['message'] ) . " ($time)" ) )
		);
	}

	private function show_next_step_before(): bool {
		$screens = array( self::PLUGINS, Pages::domains_screen_id(), Pages::log_screen_id(), ...self::SCREENS_OF_SITES );

		return ( new Next_Step_Notice() )->show_before( self::is_on( ...$screens ) );
	}

	private function show_while_on(): void {
		if ( null === Key_Provider::find() ) {
			$problem = Key_Store::is_unreadable() ? Key_Store::unreadable() : __( 'The Closte integration is on, but there is no API key.', 'closte-sync' );

			Notice::show(
				'error',
				esc_html( $problem . ' ' . __( 'Changes are queued and sent once there is one.', 'closte-sync' ) ),
				Pages::settings_url(),
				__( 'Enter the API key', 'closte-sync' )
			);
			return;
		}

		if ( ! self::is_on( self::PLUGINS, Pages::domains_screen_id(), Pages::settings_screen_id(), ...self::SCREENS_OF_SITES ) ) {
			return;
		}

		try {
			self::is_on( Pages::settings_screen_id() ) || ( new Next_Step_Notice() )->show_after();

			$is_refused = ! self::is_on( self::PLUGINS ) && ( new Waiting_Notice( $this->services ) )->show();

			// Where Closte refuses the key, that is what these domains need.
			if ( ! $is_refused && self::is_on( ...self::SCREENS_OF_SITES ) ) {
				( new Attention_Notice( $this->services ) )->show();
			}

			Held_Mail_Notice::show();
		} catch ( Database_Exception $e ) {
			/* translators: %s: message of the database */
			Notice::show( 'error', esc_html( sprintf( __( 'The domains of this network cannot be read from the database: %s', 'closte-sync' ), $e->getMessage() ) ) );
		}
	}

	private static function is_on( string ...$screens ): bool {
		return in_array( get_current_screen()->id ?? '', $screens, true );
	}
}
