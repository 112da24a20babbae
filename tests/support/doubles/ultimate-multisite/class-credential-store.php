<?php
/**
 * Test double of Ultimate Multisite: where it keeps credentials.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Helpers;

class Credential_Store {

	private const PREFIX = '$wu_enc$';

	public static function encrypt( string $value ): string {
		return self::PREFIX . base64_encode( strrev( $value ) );
	}

	public static function decrypt( string $value ): string {
		return str_starts_with( $value, self::PREFIX ) ? strrev( (string) base64_decode( substr( $value, strlen( self::PREFIX ) ), true ) ) : $value;
	}
}
