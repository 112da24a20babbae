<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Dashboard;

use ClosteSync\Admin\Notice;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Stage;

/**
 * Says that changes are recorded and not sent yet.
 */
final class Waiting_Notice {

	public function __construct( private readonly Container $services ) {}

	/**
	 * @return bool Whether it says that Closte refuses the key.
	 * @throws Database_Exception When the database fails.
	 */
	public function show(): bool {
		$counts  = $this->services->ledger_search()->recent_counts();
		$added   = $counts->waiting( Stage::Pending );
		$waiting = $added + $counts->waiting( Stage::Removing );

		if ( 0 === $waiting ) {
			return false;
		}

		$last       = $this->services->ledger_search()->last_waiting();
		$failure    = $this->services->circuit_breaker()->failure();
		$reason     = null === $last || ! $last->has_error() ? $this->services->circuit_breaker()->failure_text() : $last->error_text();
		$is_refused = 'auth' === ( null === $last || '' === $last->error_kind ? $failure['kind'] ?? '' : $last->error_kind );
		$html       = esc_html( self::sentence( $waiting, $is_refused ) ) . ( '' === $reason ? '' : '<br>' . esc_html( $reason ) );

		if ( $is_refused ) {
			Notice::show( 'error', $html, Pages::settings_url(), __( 'Test the connection', 'closte-sync' ) );
		} else {
			$stage = $added > 0 ? Stage::Pending : Stage::Removing;
			$url   = Pages::domains_url( array( 'stage' => $stage->value ) );

			Notice::show( 'warning', $html, $url, __( 'See these domains', 'closte-sync' ) );
		}

		return $is_refused;
	}

	private static function sentence( int $waiting, bool $is_refused ): string {
		$text = sprintf(
			/* translators: %s: number of domains */
			_n( '%s change has not been sent to Closte yet.', '%s changes have not been sent to Closte yet.', $waiting, 'closte-sync' ),
			number_format_i18n( $waiting )
		);

		return $text . ' ' . ( $is_refused
			? __( 'Closte refuses the API key. Correct the key, and changes are sent automatically.', 'closte-sync' )
			: __( 'You do not need to do anything: changes are sent automatically.', 'closte-sync' ) );
	}
}
