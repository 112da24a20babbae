<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Encrypts what is kept in the database under a key that is derived from WordPress's salts, which are in wp-config.php:
 * a copy of the database alone does not give it away. XChaCha20-Poly1305 (RFC 8439, with the longer nonce), by PHP's
 * sodium extension or by the sodium_compat that WordPress brings; the key is derived by HKDF (RFC 5869).
 */
final class Salt_Cipher {

	private const VERSION = 'v1:';

	private const NONCE_BYTES = SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_NPUBBYTES;

	/** The salts of the cookie that logs into wp-admin over HTTPS. */
	private const SCHEME = 'secure_auth';

	/**
	 * @param string $purpose What is encrypted: what was encrypted for another purpose is refused.
	 */
	public function __construct( private readonly string $purpose ) {}

	/**
	 * @return string Printable; another one each time.
	 */
	public function encrypt( #[\SensitiveParameter] string $plaintext ): string {
		$nonce  = random_bytes( self::NONCE_BYTES );
		$bound  = self::VERSION . $this->purpose;
		$sealed = sodium_crypto_aead_xchacha20poly1305_ietf_encrypt( $plaintext, $bound, $nonce, $this->derive_key() );

		return self::VERSION . sodium_bin2base64( $nonce . $sealed, SODIUM_BASE64_VARIANT_ORIGINAL );
	}

	/**
	 * @return ?string Null when it was encrypted under other salts, or is damaged.
	 */
	public function decrypt( string $ciphertext ): ?string {
		if ( ! str_starts_with( $ciphertext, self::VERSION ) ) {
			return null;
		}

		try {
			$binary    = sodium_base642bin( substr( $ciphertext, strlen( self::VERSION ) ), SODIUM_BASE64_VARIANT_ORIGINAL );
			$nonce     = substr( $binary, 0, self::NONCE_BYTES );
			$sealed    = substr( $binary, self::NONCE_BYTES );
			$bound     = self::VERSION . $this->purpose;
			$plaintext = sodium_crypto_aead_xchacha20poly1305_ietf_decrypt( $sealed, $bound, $nonce, $this->derive_key() );
		} catch ( \SodiumException ) {
			return null;
		}

		return is_string( $plaintext ) ? $plaintext : null;
	}

	/**
	 * Whether the salts are kept in the database too. WordPress does so where wp-config.php has none, or has them as they
	 * come with wp-config-sample.php; encryption then protects nothing from who has the database.
	 */
	public static function are_salts_in_database(): bool {
		return hash_equals( wp_salt( self::SCHEME ), self::stored_salt( 'key' ) . self::stored_salt( 'salt' ) );
	}

	/**
	 * @return string 32 bytes.
	 */
	private function derive_key(): string {
		return hash_hkdf( 'sha256', self::salts(), SODIUM_CRYPTO_AEAD_XCHACHA20POLY1305_IETF_KEYBYTES, 'closte-sync ' . $this->purpose );
	}

	/**
	 * The same in each network of the installation: of salts in the database, each network has its own, and the main
	 * network's count.
	 */
	private static function salts(): string {
		$salts = wp_salt( self::SCHEME );

		if ( is_main_network() ) {
			return $salts;
		}

		$key  = self::stored_salt( 'key' );
		$salt = self::stored_salt( 'salt' );

		if ( '' !== $key && str_starts_with( $salts, $key ) ) {
			$salts = self::main_salt( 'key' ) . substr( $salts, strlen( $key ) );
		}

		return '' !== $salt && str_ends_with( $salts, $salt ) ? substr( $salts, 0, -strlen( $salt ) ) . self::main_salt( 'salt' ) : $salts;
	}

	/**
	 * What wp_salt() falls back to in a network.
	 *
	 * @param string $half       `key` or `salt`.
	 * @param ?int   $network_id Null: the current network.
	 */
	private static function stored_salt( string $half, ?int $network_id = null ): string {
		$stored = get_network_option( $network_id, self::SCHEME . "_$half", '' );

		return is_string( $stored ) ? $stored : '';
	}

	/**
	 * As wp_salt() would make it in the main network, if nobody has needed it there yet.
	 */
	private static function main_salt( string $half ): string {
		$stored = self::stored_salt( $half, get_main_network_id() );

		if ( '' === $stored ) {
			$stored = wp_generate_password( 64, true, true );
			update_network_option( get_main_network_id(), self::SCHEME . "_$half", $stored );
		}

		return $stored;
	}
}
