<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Mail;

use ClosteSync\Text\Plain_Text;

/**
 * Sends plain text by WordPress's own function.
 */
final class Mailer {

	/**
	 * @param list<string> $headers
	 * @return ?string Why it was not sent; null: it was.
	 */
	public function send( string $to, string $subject, string $message, array $headers = array() ): ?string {
		$reason = '';
		$listen = static function ( \WP_Error $error ) use ( &$reason ): void {
			$reason = $error->get_error_message();
		};

		add_action( 'wp_mail_failed', $listen );

		try {
			$is_sent = wp_mail( $to, wp_specialchars_decode( $subject, ENT_QUOTES ), $message, $headers );
		} catch ( \Throwable $e ) {
			$is_sent = false;
			$reason  = $e->getMessage();
		} finally {
			remove_action( 'wp_mail_failed', $listen );
		}

		if ( $is_sent ) {
			return null;
		}

		return '' === $reason ? __( 'WordPress could not send the email.', 'closte-sync' ) : Plain_Text::of( $reason );
	}

	/**
	 * @template T
	 * @param string        $locale As WordPress names it; '': English.
	 * @param callable(): T $write
	 */
	public function in_locale( string $locale, callable $write ): mixed {
		$is_switched = switch_to_locale( '' === $locale ? 'en_US' : $locale );

		try {
			return $write();
		} finally {
			$is_switched && restore_previous_locale();
		}
	}
}
