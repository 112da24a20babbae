<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Finds the key in force: the constant, then the environment variable, then what was entered on screen, then the
 * credential of another plugin.
 */
final class Key_Provider {

	/**
	 * The key in force, or null. An entered key that cannot be read any longer counts as missing: another site's key must
	 * not take its place unseen.
	 */
	public static function find(): ?Api_Key {
		$key = self::predefined();

		if ( null === $key && Key_Store::has_key() ) {
			$entered = Key_Store::read();

			return null === $entered ? null : Api_Key::entered( $entered );
		}

		return $key ?? self::of_another_plugin();
	}

	/**
	 * The key that the constant or else the environment variable gives.
	 */
	public static function predefined(): ?Api_Key {
		return Api_Key::from( defined( Api_Key::NAME ) ? constant( Api_Key::NAME ) : null, 'constant' )
			?? Api_Key::from( getenv( Api_Key::NAME ), 'environment' );
	}

	/**
	 * Where a key was found, for people.
	 */
	public static function place( Api_Key $key ): string {
		return match ( $key->source ) {
			'constant'    => __( 'the constant CLOSTE_CLIENT_API_KEY', 'closte-sync' ),
			'environment' => __( 'the environment variable CLOSTE_CLIENT_API_KEY', 'closte-sync' ),
			'settings'    => __( 'the settings of this network', 'closte-sync' ),
			default       => self::other_plugins()[ $key->source ]['label'] ?? $key->source,
		};
	}

	private static function of_another_plugin(): ?Api_Key {
		foreach ( self::other_plugins() as $id => $plugin ) {
			$key = Api_Key::from( $plugin['key'](), (string) $id );

			if ( null !== $key ) {
				return $key;
			}
		}

		return null;
	}

	/**
	 * @return array<string, array{label: string, key: \Closure(): string}>
	 */
	private static function other_plugins(): array {
		/**
		 * Filters the plugins whose credential for Closte is used where no other key is found. The key itself does not pass
		 * through the filter: it would be in the traces of errors.
		 *
		 * @param array<string, array{label: string, key: \Closure(): string}> $plugins By a word for the plugin: where the key
		 *                                                                              is, for people, and what gives it, or ''.
		 */
		return apply_filters( 'closte_sync_key_providers', array() );
	}
}
