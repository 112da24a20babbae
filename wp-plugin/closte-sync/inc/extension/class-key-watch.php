<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Tells when the key in force is another one than before. Who changes wp-config.php tells nobody: that is found out by
 * whoever comes by first.
 */
final class Key_Watch {

	/** A salt, and what it made of the key that was seen last: enough to tell another key, not to guess one. */
	public const OPTION = 'closte_sync_keys_seen';

	/**
	 * Someone entered a key.
	 */
	public function entered(): void {
		$this->remember( Key_Provider::find() );
		$this->announce( 'entered' );
	}

	/**
	 * Someone took the key away that was entered.
	 */
	public function deleted(): void {
		$this->announce( 'deleted' );
	}

	/**
	 * Looks at the key that is in force.
	 */
	public function look(): void {
		$key  = Key_Provider::find();
		$what = $this->remember( $key );

		if ( null !== $key && '' !== $what ) {
			$this->announce( $what, $key->place() );
		}
	}

	private function announce( string $what, string $place = '' ): void {
		/**
		 * Fires when there is another key for Closte, or none.
		 *
		 * @param string $what  `entered` or `deleted` in the settings, just now; or `found` (the first one) or `changed`
		 *                      elsewhere, some time ago.
		 * @param string $place Where it was found, for people; '' for the settings.
		 */
		do_action( 'closte_sync_key_changed', $what, $place );
	}

	/**
	 * The web and the command line may each have a key of their own.
	 *
	 * @return string What is new about it: `found` or `changed`, or ''.
	 */
	private function remember( ?Api_Key $key ): string {
		if ( null === $key ) {
			return '';
		}

		$place  = 'cli' === PHP_SAPI ? 'cli' : 'web';
		$stored = get_network_option( get_main_network_id(), self::OPTION, array() );
		$stored = is_array( $stored ) ? array_filter( $stored, 'is_string' ) : array();
		$salt   = $stored['salt'] ?? wp_generate_password( 32, false );
		$mark   = substr( hash_hmac( 'sha256', $key->reveal(), $salt ), 0, 16 );
		$seen   = array_diff_key( $stored, array( 'salt' => true ) );

		if ( ( $seen[ $place ] ?? '' ) === $mark ) {
			return '';
		}

		update_network_option( get_main_network_id(), self::OPTION, array_merge( $seen, array( 'salt' => $salt, $place => $mark ) ) );

		// The stored key is the same one everywhere: where it was entered, that was announced.
		$is_known = in_array( $mark, $seen, true ) && ( 'settings' === $key->source || ! isset( $seen[ $place ] ) );

		return match ( true ) {
			array() === $seen => 'found',
			$is_known         => '',
			default           => 'changed',
		};
	}
}
