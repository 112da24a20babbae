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
		return Api_Key::predefined()
			?? ( Key_Store::has_key() ? Api_Key::from( Key_Store::read(), 'settings' ) : self::of_another_plugin() );
	}

	private static function of_another_plugin(): ?Api_Key {
		/**
		 * Filters the plugins whose credential for Closte is used where no other key is found. The key itself does not pass
		 * through the filter: it would be in the traces of errors.
		 *
		 * @param array<string, array{label: string|\Closure(): string, key: \Closure(): string}> $plugins By a word for the plugin:
		 *                          where the key is, for people, and what gives it, or ''. Keys are asked for early, when nothing may
		 *                          be translated yet: what gives a label is called when it is shown.
		 */
		foreach ( apply_filters( 'closte_sync_key_providers', array() ) as $id => $plugin ) {
			$label = $plugin['label'] ?? '';
			$key   = Api_Key::from( $plugin['key'](), (string) $id, $label instanceof \Closure ? $label : (string) $label );

			if ( null !== $key ) {
				return $key;
			}
		}

		return null;
	}
}
