<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Mail;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Notified_Owners;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;
use ClosteSync\Settings\Settings;
use ClosteSync\Sync\Readiness;

/**
 * Tells the owner of a site, once for each trouble, what to change in the DNS of the site's domains.
 *
 * When many owners would be told at once, the cause may be the network's own: then nobody is told before a network admin
 * has said so.
 */
final class Owner_Mail {

	/** Seconds for which an owner must have had to act. */
	private const AFTER = DAY_IN_SECONDS;

	/** Sites whose owners are told in one run, and seconds after which no more are. */
	private const SITES_A_RUN   = 20;
	private const SECONDS_A_RUN = 10.0;

	/** Sites whose owners are told without asking a network admin, of those whose trouble began in so many seconds. */
	private const SITES_AT_ONCE = 10;
	private const AT_ONCE       = 2 * DAY_IN_SECONDS;

	/** No owner is told for so many seconds after the mail server has refused two recipients in a row. */
	private const PAUSE         = 'closte_sync_mail_pause';
	private const PAUSE_SECONDS = HOUR_IN_SECONDS;

	/** What is older than this may be told, however much it is. Unix time. */
	private const RELEASED = 'closte_sync_owner_mail_released';

	/** How many sites' owners are not told yet because they are so many. */
	private const HELD = 'closte_sync_owner_mail_held';

	public function __construct(
		private readonly Notified_Owners $owners,
		private readonly Readiness $readiness,
		private readonly Mailer $mailer,
		private readonly Undelivered $undelivered,
		private readonly Domain_Names $names,
	) {}

	/**
	 * Called by each run.
	 */
	public function send_due(): void {
		if ( ! Settings::load()->owner_mail || '' !== $this->readiness->hindrance() || false !== get_site_transient( self::PAUSE ) ) {
			return;
		}

		$begun   = hrtime( true );
		$refused = null;

		foreach ( $this->due_sites( time() ) as $blog_id ) {
			if ( ( hrtime( true ) - $begun ) / 1e9 > self::SECONDS_A_RUN ) {
				break;
			}

			$refused_before = $refused;
			$refused        = $this->tell( $blog_id );

			// One address may be wrong. Two mean that the mail server takes nothing.
			if ( null !== $refused && null !== $refused_before && $refused !== $refused_before ) {
				set_site_transient( self::PAUSE, time(), self::PAUSE_SECONDS );
				break;
			}
		}
	}

	/**
	 * Takes note that a domain is right, so that its owner is told of the next trouble.
	 */
	public function advanced( Ledger_Row $row ): void {
		$is_of_certificate = static fn( array $problem ): bool => str_starts_with( $problem['code'], 'certificate-' );
		$is_right          = State::Working === $row->state || (
			State::Waiting === $row->state
			&& Stage::CheckingCertificate === $row->stage
			&& $row->problems === array_filter( $row->problems, $is_of_certificate )
		);

		if ( $row->told_blog_id > 0 && $is_right ) {
			$this->owners->forget( $row );
		}
	}

	/**
	 * How many sites' owners are not told because they are so many; 0: none.
	 */
	public static function held(): int {
		return Settings::load()->owner_mail ? (int) get_network_option( get_main_network_id(), self::HELD, 0 ) : 0;
	}

	/**
	 * A network admin says that the owners who wait must act indeed.
	 */
	public static function release(): void {
		update_network_option( get_main_network_id(), self::RELEASED, time() );
		delete_network_option( get_main_network_id(), self::HELD );
	}

	/**
	 * @return list<int> Sites whose owners are to be told now.
	 */
	private function due_sites( int $now ): array {
		$released = (int) get_network_option( get_main_network_id(), self::RELEASED, 0 );
		$fresh    = $this->owners->count_untold( $released, $now - self::AFTER, $this->undelivered->sites() );
		$is_held  = $fresh > 0 && $this->are_many( $released, $now );

		$this->hold( $is_held ? $fresh : 0 );

		return $this->owners->untold_sites(
			$now - self::AFTER,
			$is_held ? $released : $now,
			$this->undelivered->left_out( $now ),
			self::SITES_A_RUN
		);
	}

	/**
	 * Whether trouble came to so many sites that its cause may be the network's own. Where it comes to one after the other,
	 * few are due at a time: those that were told and those that are not due yet count too.
	 */
	private function are_many( int $released, int $now ): bool {
		/**
		 * Filters how many sites' owners are told at once. When the trouble of more has begun within two days, none is told until a
		 * network admin agrees.
		 *
		 * @param int $sites Number of sites.
		 */
		$at_once = (int) apply_filters( 'closte_sync_owner_mails_at_once', self::SITES_AT_ONCE );

		return $this->owners->count_troubled( $released, $now - self::AFTER, $now - self::AT_ONCE, $this->undelivered->sites() ) > $at_once;
	}

	private function hold( int $sites ): void {
		if ( self::held() === $sites ) {
			return;
		}

		if ( 0 === $sites ) {
			delete_network_option( get_main_network_id(), self::HELD );
		} else {
			update_network_option( get_main_network_id(), self::HELD, $sites );
		}
	}

	/**
	 * @return ?string Who could not be told; null: the owner was, or need not be.
	 */
	private function tell( int $blog_id ): ?string {
		$rows = $this->owners->untold_of_site( $blog_id );

		// Before it is sent: who is killed meanwhile has told once too few, not once too many.
		if ( array() === $rows || ! $this->owners->mark( $rows ) ) {
			return null;
		}

		$mail = $this->mail( $rows, get_site( $blog_id ) );

		if ( null === $mail ) {
			return null;
		}

		// Who has no address is told once there is one.
		if ( ! is_email( $mail['to'] ) ) {
			$this->owners->unmark( $rows );
			$this->undelivered->add( $blog_id, time() );

			return null;
		}

		$problem = $this->mailer->send( ...$mail );

		if ( null === $problem ) {
			$this->undelivered->drop( $blog_id );
		} else {
			$this->owners->unmark( $rows );
			$this->undelivered->add( $blog_id, time() );
		}

		/**
		 * Fires when the owner of a site was told what to do about domains, or could not be.
		 *
		 * @param list<Ledger_Row> $rows    Rows of the domains, all of one site.
		 * @param ?string          $problem Why the email could not be sent, for people; null: it was sent.
		 */
		do_action_ref_array( 'closte_sync_owner_told', array( $rows, $problem ) );

		return null === $problem ? null : $mail['to'];
	}

	/**
	 * @param non-empty-list<Ledger_Row> $rows
	 * @return ?array{to: string, subject: string, message: string, headers: list<string>} Null: nobody is to be told.
	 */
	private function mail( array $rows, ?\WP_Site $site ): ?array {
		if ( null === $site ) {
			return null;
		}

		$blog_id = (int) $site->blog_id;
		$locale  = get_blog_option( $blog_id, 'WPLANG' );
		$locale  = is_string( $locale ) ? $locale : (string) get_network_option( (int) $site->network_id, 'WPLANG' );
		$text    = $this->mailer->in_locale( $locale, fn(): Owner_Text => Owner_Text::of( $rows, $site, $this->names ) );

		/**
		 * Filters the email that tells the owner of a site what to do about domains.
		 *
		 * @param ?array{to: string, subject: string, message: string, headers: list<string>} $mail Null: nobody is told.
		 * @param list<Ledger_Row> $rows Rows of the domains, all of this site.
		 * @param \WP_Site         $site The site.
		 */
		$mail = apply_filters_ref_array(
			'closte_sync_owner_mail',
			array(
				array(
					'to'      => (string) get_blog_option( $blog_id, 'admin_email' ),
					'subject' => $text->subject,
					'message' => $text->message,
					'headers' => array(),
				),
				$rows,
				$site,
			)
		);

		return is_array( $mail ) ? array(
			'to'      => (string) ( $mail['to'] ?? '' ),
			'subject' => (string) ( $mail['subject'] ?? $text->subject ),
			'message' => (string) ( $mail['message'] ?? $text->message ),
			'headers' => array_values( array_filter( (array) ( $mail['headers'] ?? array() ), 'is_string' ) ),
		) : null;
	}
}
