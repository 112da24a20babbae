<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Assets;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Stage;

/**
 * Answers the live update of the Domains screen: while it is open it drives what is due, so that intervals below a minute
 * are kept where WP-Cron is too slow for them.
 */
final class Domains_Poll {

	/**
	 * Seconds that one poll may work.
	 */
	private const BUDGET = 5.0;

	/**
	 * Seconds between two polls: while something moves, and while nothing does.
	 */
	private const SHORTEST_WAIT = 3;
	private const LONGEST_WAIT  = 30;

	public function __construct( private readonly Container $services ) {}

	/**
	 * Works on what is due, then says how the rows on screen are.
	 *
	 * @param list<int> $ids          The rows on screen, in their order.
	 * @param string    $query_string What the address of the screen asks for.
	 * @return array{rows: array<int, ?string>, views: string, wait: int, nonce: string} A row: null where
	 *         it is gone, '' where it stands in the line of another.
	 */
	public function answer( array $ids, string $query_string ): array {
		// An open screen keeps asking: that is nobody's doing.
		$this->services->audit_context()->unattended( fn() => $this->services->worker()->run( self::BUDGET ) );

		$query = array();
		wp_parse_str( ltrim( $query_string, '?' ), $query );
		// The links of a list table carry the address that it believes to be at.
		$_SERVER['REQUEST_URI'] = Pages::domains_url();
		set_current_screen( Pages::domains_screen_id() );
		$table = new Domains_List_Table( $this->services, Domains_Query::from( $query ) );

		$found = array_column( $this->services->ledger()->find_by_ids( $ids ), null, 'id' );
		$gone  = array_fill_keys( $ids, null );

		// In the order of the screen.
		$there = array_values( array_filter( array_replace( $gone, $found ) ) );

		return array(
			'rows'  => array_replace( $gone, $table->lines_html( $there ) ),
			'views' => $table->views_html(),
			'wait'  => $this->wait(),
			'nonce' => wp_create_nonce( Assets::BULK ),
		);
	}

	/**
	 * Seconds until the next poll is worth its while.
	 */
	private function wait(): int {
		$due    = $this->services->leases()->next_due() ?? PHP_INT_MAX;
		$counts = $this->services->ledger_search()->recent_counts()->by_stage();
		unset( $counts[ Stage::Done->value ], $counts[ Stage::Retired->value ] );
		$longest = array_sum( $counts ) > 0 ? (int) ( self::LONGEST_WAIT / 3 ) : self::LONGEST_WAIT;
		return max( self::SHORTEST_WAIT, min( $longest, $due - time() ) );
	}
}
