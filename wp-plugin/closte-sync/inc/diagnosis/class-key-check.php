<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Extension\Salt_Cipher;

/**
 * Checks whether the key that was entered on screen is kept well: readable, used, and out of reach of who has the database.
 */
final class Key_Check {

	/**
	 * What is the case; null when no key was entered.
	 */
	public function run(): ?Finding {
		$predefined = Api_Key::predefined();

		return match ( true ) {
			! Key_Store::has_key()               => null,
			Key_Store::is_unreadable()           => $this->finding( Severity::Error, Key_Store::unreadable(), __( 'Changes are queued and sent automatically once you enter it.', 'closte-sync' ) ),
			null !== $predefined                 => $this->finding(
				Severity::Warning,
				/* translators: %s: where the key in force is defined */
				sprintf( __( 'The API key that was entered is not used: the one in %s takes precedence.', 'closte-sync' ), $predefined->place() ),
				__( 'Delete it under Network Admin → Settings → Closte or with "wp closte key delete": a key that is not needed can only leak.', 'closte-sync' )
			),
			Salt_Cipher::are_salts_in_database() => $this->finding(
				Severity::Warning,
				__( 'The API key is encrypted, but WordPress’s salts are in the same database: anyone with a copy of the database can read the key.', 'closte-sync' ),
				self::salts_advice()
			),
			default                              => $this->finding( Severity::Ok, __( 'The API key that was entered is encrypted with WordPress’s salts, which are not in the database.', 'closte-sync' ) ),
		};
	}

	/**
	 * What to do where the salts are in the database.
	 */
	public static function salts_advice(): string {
		return __( 'Define your own salts in wp-config.php ("wp config shuffle-salts" does that; all users have to log in again), then enter the key again.', 'closte-sync' );
	}

	/**
	 * @param string $advice What to do next.
	 */
	private function finding( Severity $severity, string $message, string $advice = '' ): Finding {
		return new Finding( 'key-storage', __( 'Stored API key', 'closte-sync' ), $severity, $message, $advice );
	}
}
