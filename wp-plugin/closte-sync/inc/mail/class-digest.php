<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Mail;

use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Attention;
use ClosteSync\Ledger\Ledger_Search;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Readiness;

/**
 * Sends the network admin once a week what needs attention; nothing where nothing does.
 */
final class Digest {

	/** When the last one was sent, or found that there was nothing to send. Unix time. */
	private const OPTION = 'closte_sync_digest';

	/** Seconds; less than a week by what a daily run may be early. */
	private const EVERY = WEEK_IN_SECONDS - 2 * HOUR_IN_SECONDS;

	/** Domains that are named. */
	private const NAMED = 20;

	public function __construct(
		private readonly Attention $attention,
		private readonly Ledger_Search $search,
		private readonly Readiness $readiness,
		private readonly Mailer $mailer,
		private readonly Digest_Text $text,
	) {}

	/**
	 * Called by the daily run.
	 *
	 * @param string $domains_url  Address of the list of domains.
	 * @param string $settings_url Address of the settings.
	 */
	public function send_if_due( string $domains_url, string $settings_url ): void {
		$network   = get_main_network_id();
		$now       = time();
		$last      = (int) get_network_option( $network, self::OPTION, 0 );
		$hindrance = $this->readiness->hindrance();

		// What is off is off on purpose, and a copy of a network has nobody to write to.
		if ( ! Settings::load()->digest || in_array( $hindrance, array( 'off', 'identity' ), true ) ) {
			return;
		}

		if ( $now < $last + self::EVERY ) {
			return;
		}

		update_network_option( $network, self::OPTION, $now );

		$counts = $this->search->counts_by_state( $hindrance );
		$rows   = $this->attention->longest( self::NAMED, $hindrance, is_each: true );
		$ending = Extension::is_loaded()
			? $this->attention->certificates_ending( $now + \Closte\Lifecycle::CERTIFICATE_WARNING_DAYS * DAY_IN_SECONDS, self::NAMED )
			: array();

		if ( array() === $rows && array() === $ending ) {
			return;
		}

		$to      = (string) get_network_option( $network, 'admin_email' );
		$problem = $this->mailer->in_locale(
			(string) get_network_option( $network, 'WPLANG' ),
			fn(): ?string => $this->mailer->send(
				$to,
				$this->text->subject( $counts ),
				$this->text->message( $counts, $rows, $ending, $hindrance, $this->readiness->problem(), $domains_url, $settings_url )
			)
		);

		if ( null !== $problem ) {
			// The next daily run tries again.
			update_network_option( $network, self::OPTION, $last );
		}

		/**
		 * Fires when the weekly summary was sent, or could not be.
		 *
		 * @param ?string $problem Why it could not be sent, for people; null: it was sent.
		 */
		do_action( 'closte_sync_digest_sent', $problem );
	}
}
