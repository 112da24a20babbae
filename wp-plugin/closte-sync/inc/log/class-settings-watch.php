<?php
/**
 * Notes who switched what.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Diagnosis\Wording;
use ClosteSync\Extension\Api_Key;
use ClosteSync\Settings\Settings;

/**
 * Hears every change of the settings, by whatever road, and looks whether the key is another one.
 */
final class Settings_Watch {

	/** A salt, and what it made of the key that was seen last: enough to tell another key, not to guess one. */
	public const OPTION = 'closte_sync_keys_seen';

	public function __construct( private readonly Log $log, private readonly Audit_Context $audit_context ) {}

	/**
	 * The option was written.
	 *
	 * @param mixed $current    Its value.
	 * @param mixed $old        What it was; null: there was none.
	 * @param bool  $was_enabled Whether the integration was on while nothing was stored.
	 */
	public function changed( mixed $current, mixed $old, bool $was_enabled = false ): void {
		$now    = Settings::sanitize( is_array( $current ) ? $current : array() )->to_array();
		$before = Settings::sanitize( is_array( $old ) ? $old : array( 'enabled' => $was_enabled ) )->to_array();

		if ( $now['enabled'] !== $before['enabled'] ) {
			$this->log->note( $now['enabled'] ? Action::Enable : Action::Disable, Outcome::Done );
		}

		$others = array_keys( array_filter( array_diff_key( $now, array( 'enabled' => true ) ), static fn( mixed $value, string $name ): bool => $before[ $name ] !== $value, ARRAY_FILTER_USE_BOTH ) );

		if ( array() !== $others ) {
			$this->log->note( Action::Settings, Outcome::Changed, message: implode( ', ', $others ) );
		}

		$this->log->flush();
	}

	/**
	 * Someone entered a key.
	 */
	public function key_entered(): void {
		$this->remember( Api_Key::find() );
		$this->log->note( Action::Key, Outcome::Changed, message: __( 'Entered in the settings.', 'closte-sync' ) );
		$this->log->flush();
	}

	/**
	 * Someone took the key away that was entered.
	 */
	public function key_deleted(): void {
		$this->log->note( Action::Key, Outcome::Removed, message: __( 'Taken out of the settings.', 'closte-sync' ) );
		$this->log->flush();
	}

	/**
	 * Looks at the key that is in force: who changes wp-config.php tells nobody, so that whoever comes by first did not do it.
	 *
	 * @return bool Whether it is another one than before.
	 */
	public function look_at_key(): bool {
		$key    = Api_Key::find();
		$change = $this->remember( $key );

		if ( null === $key || null === $change ) {
			return false;
		}

		$this->audit_context->noticing(
			/* translators: %s: where the key is, such as "the constant CLOSTE_CLIENT_API_KEY" */
			fn() => $this->log->note( Action::Key, $change, message: sprintf( __( 'Noticed in %s.', 'closte-sync' ), Wording::key_source( $key ) ) )
		);
		$this->log->flush();

		return Outcome::Changed === $change;
	}

	/**
	 * The web and the command line may each have a key of their own.
	 *
	 * @return ?Outcome What is new about it, or null.
	 */
	private function remember( ?Api_Key $key ): ?Outcome {
		if ( null === $key ) {
			return null;
		}

		$place  = 'cli' === PHP_SAPI ? 'cli' : 'web';
		$stored = get_network_option( get_main_network_id(), self::OPTION, array() );
		$stored = is_array( $stored ) ? array_filter( $stored, 'is_string' ) : array();
		$salt   = $stored['salt'] ?? wp_generate_password( 32, false );
		$mark   = substr( hash_hmac( 'sha256', $key->reveal(), $salt ), 0, 16 );
		$seen   = array_diff_key( $stored, array( 'salt' => true ) );

		if ( ( $seen[ $place ] ?? '' ) === $mark ) {
			return null;
		}

		update_network_option( get_main_network_id(), self::OPTION, array_merge( $seen, array( 'salt' => $salt, $place => $mark ) ) );

		// The stored key is the same one everywhere: where it was entered, that is logged.
		$is_known = in_array( $mark, $seen, true ) && ( 'settings' === $key->source || ! isset( $seen[ $place ] ) );

		return match ( true ) {
			array() === $seen => Outcome::Found,
			$is_known         => null,
			default           => Outcome::Changed,
		};
	}
}
