<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Log\Actor;
use ClosteSync\Log\Entry;
use ClosteSync\Log\Log_Query;

/**
 * Shows what the log has about a domain, the newest entry first: when, what was done and found, and who caused it.
 */
final class History_Section {

	public function __construct( private readonly Container $services ) {}

	/**
	 * @param string      $domain As the log has it.
	 * @param ?Ledger_Row $row    Null: it is not on the list.
	 */
	public function html( string $domain, ?Ledger_Row $row, Domain_Request $request ): string {
		try {
			$entries = $this->services->log_table()->query( new Log_Query( domain: $domain, per_page: $request->steps + 1 ) );
		} catch ( Database_Exception $e ) {
			/* translators: %s: message of the database */
			return '<p>' . esc_html( sprintf( __( 'The log cannot be read: %s', 'closte-sync' ), $e->getMessage() ) ) . '</p>';
		}

		$is_all = count( $entries ) <= $request->steps;
		$shown  = array_slice( $entries, 0, $request->steps );
		$steps  = array_map( $this->step( ... ), $shown );

		if ( null !== $row ) {
			// The domain may have been on the list before, and the log then knows of that, too.
			$newer = count( array_filter( $shown, static fn( Entry $entry ): bool => $entry->logged_at >= $row->created_at ) );
			$begin = self::item( $row->created_at, esc_html__( 'Added to the list', 'closte-sync' ), 'working', '' );

			if ( $is_all || $newer < count( $shown ) ) {
				array_splice( $steps, $newer, 0, $begin );
			}
		}

		return ( array() === $steps
			? '<p>' . esc_html__( 'The log has nothing about this domain.', 'closte-sync' ) . '</p>'
			: '<ol class="closte-sync-story" reversed>' . implode( '', $steps ) . '</ol>' )
			. $this->links( $domain, $row, $is_all ? null : $request->more_steps() );
	}

	private function step( Entry $entry ): string {
		return self::item(
			$entry->logged_at,
			esc_html(
				sprintf(
					/* translators: 1: what was done, such as "Add to Closte", 2: what came of it, such as "Added" */
					_x( '%1$s: %2$s', 'action and outcome', 'closte-sync' ),
					$entry->label( 'action' ),
					$entry->label( 'outcome' )
				)
			),
			$entry->outcome->status(),
			( '' === $entry->message ? '' : '<p>' . esc_html( $entry->message ) . '</p>' )
				. sprintf( '<p class="closte-sync-since">%s</p>', self::cause( $entry ) )
		);
	}

	/**
	 * Why it was done and by whom. That a run is in the background, its name says.
	 */
	private static function cause( Entry $entry ): string {
		$reason = esc_html( $entry->label( 'reason' ) );
		$by     = 0 === $entry->user_id ? $entry->label( 'actor' ) : $entry->by();

		return Actor::Cron === $entry->actor && 0 === $entry->user_id ? $reason : sprintf(
			/* translators: 1: why it was done, such as "Site created", 2: by whom, such as a user name */
			esc_html_x( '%1$s (%2$s)', 'cause and actor', 'closte-sync' ),
			$reason,
			'<bdi>' . esc_html( $by ) . '</bdi>'
		);
	}

	/**
	 * @param string $what   HTML.
	 * @param string $status As {@see \ClosteSync\Log\Outcome::status()} has it.
	 * @param string $more   HTML.
	 */
	private static function item( int $time, string $what, string $status, string $more ): string {
		return sprintf(
			'<li><span class="closte-sync-since">%1$s</span> <strong class="closte-sync-status is-%2$s">%3$s</strong>%4$s</li>',
			Local_Time::html( $time ),
			esc_attr( $status ),
			$what,
			$more
		);
	}

	private function links( string $domain, ?Ledger_Row $row, ?int $more_steps ): string {
		$links = null === $more_steps ? array() : array(
			sprintf(
				'<a class="button" href="%1$s#closte-sync-story">%2$s</a>',
				esc_url( Pages::domain_url( $row->id ?? 0, $domain, array( 'steps' => (string) $more_steps ) ) ),
				esc_html__( 'Show more', 'closte-sync' )
			),
		);

		$links[] = sprintf(
			'<a href="%1$s">%2$s</a>',
			esc_url( Pages::log_url( array( 'domain' => $domain ) ) ),
			esc_html__( 'Show in the log', 'closte-sync' )
		);

		return '<p>' . implode( ' ', $links ) . '</p>';
	}
}
