<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says what a problem of a domain is and what to do about it. The extension finds it and gives code, severity, values and
 * records; the sentences are here, so that they can be translated.
 */
final class Problem_Message {

	/**
	 * @param array<string, mixed> $problem As \Closte\Lifecycle and \Closte\DnsReport give it.
	 * @return string In plain text. The extension's own message for a code that this version does not know, and for a problem
	 *                of which only code and message were stored.
	 */
	public static function of( array $problem ): string {
		return self::text( $problem, true );
	}

	/**
	 * The same without what to change at the DNS provider, for where the records are listed beside it.
	 *
	 * @param array<string, mixed> $problem
	 */
	public static function finding( array $problem ): string {
		return self::text( $problem, array() === self::records( $problem ) );
	}

	/**
	 * @param array<string, mixed> $problem
	 */
	private static function text( array $problem, bool $says_change ): string {
		$values  = new Problem_Values( (array) ( $problem['values'] ?? array() ), self::records( $problem ), (string) ( $problem['severity'] ?? '' ), $says_change );
		$code    = (string) ( $problem['code'] ?? '' );
		$message = (string) ( $problem['message'] ?? '' );

		if ( '' === $values->text( 'domain' ) ) {
			return $message;
		}

		return match ( true ) {
			str_starts_with( $code, 'certificate-' ) => Problem_Message_Certificate::of( $code, $values ),
			str_starts_with( $code, 'caa-' )         => Problem_Message_Caa::of( $code, $values ),
			default                                  => Problem_Message_Dns::of( $code, $values ),
		} ?? $message;
	}

	/**
	 * The sentences of all problems, the worst first.
	 *
	 * @param list<array<string, mixed>> $problems
	 * @return list<string>
	 */
	public static function all( array $problems ): array {
		return array_values( array_filter( array_map( self::of( ... ), $problems ) ) );
	}

	/**
	 * @param array<string, mixed> $problem
	 * @return list<array{action: string, type: string, name: string, value: string}>
	 */
	private static function records( array $problem ): array {
		$is_record = static fn( mixed $record ): bool => is_array( $record )
			&& array_filter( $record, 'is_string' ) === $record
			&& isset( $record['action'], $record['type'], $record['name'], $record['value'] );

		return array_values( array_filter( array_values( (array) ( $problem['records'] ?? array() ) ), $is_record ) );
	}
}
