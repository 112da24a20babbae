<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says why a call to Closte failed. The extension's own message stays in the ledger, for logs and developers.
 */
final class Error_Text {

	/** The reason that goes with a kind of its own. */
	private const ANSWERS = array(
		'rejected' => 'refused',
		'auth'     => 'key-refused',
	);

	/**
	 * Why a domain could not be sent or removed.
	 *
	 * @param string $kind    As in a record's `error_kind`; '': nothing failed.
	 * @param string $reason  As in its `error_reason`.
	 * @param string $message As in its `error_message`.
	 * @return string '' where nothing failed.
	 */
	public static function of_call( string $domain, bool $is_removal, string $kind, string $reason, string $message ): string {
		if ( '' === $kind ) {
			return '';
		}

		if ( 'invalid-domain' === $kind ) {
			return Name_Text::of( $reason, $domain ) ?? $message;
		}

		$why = self::why( $kind, $reason, $message );

		if ( null === $why ) {
			return $message;
		}

		// Closte’s own no says what it is about.
		if ( 'rejected' === $kind && ! $is_removal ) {
			return $why;
		}

		$what = $is_removal
			/* translators: %s: domain; the reason follows as a sentence of its own */
			? __( '%s could not be removed from Closte.', 'closte-sync' )
			/* translators: %s: domain; the reason follows as a sentence of its own */
			: __( '%s could not be added to Closte.', 'closte-sync' );

		return sprintf( $what, $domain ) . ' ' . $why;
	}

	/**
	 * What an exception means, also one of the plugin's own, whose message is translated already.
	 */
	public static function of( \Throwable $e ): string {
		return match ( true ) {
			$e instanceof \Closte\InvalidDomainException => Name_Text::of_exception( $e ),
			$e instanceof \Closte\ClosteException        => self::why( self::kind( $e ), $e->reason, $e->getMessage() ) ?? $e->getMessage(),
			default                                      => $e->getMessage(),
		};
	}

	/**
	 * What a failure that was kept means: see \Closte\CircuitBreaker::failure().
	 *
	 * @param ?array{kind: string, reason: string, message: string} $failure
	 */
	public static function of_failure( ?array $failure ): string {
		return null === $failure
			? ''
			: self::why( $failure['kind'], $failure['reason'], $failure['message'] ) ?? $failure['message'];
	}

	/**
	 * @return ?string Null: this version does not know the reason.
	 */
	private static function why( string $kind, string $reason, string $message ): ?string {
		$said = self::quoted( $message );

		if ( isset( self::ANSWERS[ $kind ] ) && self::ANSWERS[ $kind ] !== $reason ) {
			return null;
		}

		return match ( $kind ) {
			'rejected'  => '' === $said
				? __( 'Closte refused it and gave no reason. Check the domain at Closte, or ask Closte’s support.', 'closte-sync' )
				/* translators: %s: what Closte said, in English */
				: sprintf( __( 'Closte refused it: “%s” Check the domain at Closte, or ask Closte’s support.', 'closte-sync' ), self::sentence( $said ) ),
			'auth'      => '' === $said
				? __( 'Closte did not accept the API key. Check that it is the key of this network’s application at Closte.', 'closte-sync' )
				/* translators: %s: what Closte said, in English */
				: sprintf( __( 'Closte did not accept the API key: “%s” Check that it is the key of this network’s application at Closte.', 'closte-sync' ), self::sentence( $said ) ),
			'transient' => self::of_transient( $reason, $said ),
			'protocol'  => self::of_protocol( $reason ),
			'config'    => Setting_Text::of( $reason, $said ),
			default     => null,
		};
	}

	private static function of_transient( string $reason, string $said ): ?string {
		$why = Connection_Text::of( $reason );

		return match ( true ) {
			null === $why => null,
			'' === $said || ! in_array( $reason, Connection_Text::ANSWERS, true ) => $why,
			/* translators: 1: why a call failed, in a sentence, 2: what Closte said, in English */
			default       => sprintf( __( '%1$s Closte says: “%2$s”', 'closte-sync' ), $why, self::sentence( $said ) ),
		};
	}

	private static function of_protocol( string $reason ): ?string {
		return match ( $reason ) {
			'answer-too-big' => __( 'The answer is too long to be from Closte. Check closte.base_url.', 'closte-sync' ),
			'redirect'       => __( 'The answer was a redirect, which is not followed, so that the key goes nowhere else. Check closte.base_url. If it is right, a firewall, a proxy, or a login page may have answered instead of Closte.', 'closte-sync' ),
			'bad-answer'     => __( 'The answer is not what Closte’s API sends. Check closte.base_url. If it is right, a firewall, a proxy, or a login page may have answered instead of Closte, or Closte may be under maintenance.', 'closte-sync' ),
			default          => null,
		};
	}

	/**
	 * The words of Closte, or of a setting, that a message quotes.
	 */
	private static function quoted( string $message ): string {
		return 1 === preg_match( '/“(.*?)”/us', $message, $match ) ? Plain_Text::of( $match[1] ) : '';
	}

	/**
	 * With its full stop: another sentence follows.
	 */
	private static function sentence( string $said ): string {
		return 1 === preg_match( '/[.!?…]$/u', $said ) ? $said : "$said.";
	}

	private static function kind( \Closte\ClosteException $e ): string {
		return match ( true ) {
			$e instanceof \Closte\ConfigException    => 'config',
			$e instanceof \Closte\AuthException      => 'auth',
			$e instanceof \Closte\RejectedException  => 'rejected',
			$e instanceof \Closte\ProtocolException  => 'protocol',
			$e instanceof \Closte\TransientException => 'transient',
			default                                  => '',
		};
	}
}
