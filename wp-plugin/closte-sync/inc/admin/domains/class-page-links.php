<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Pages;
use ClosteSync\Ledger\Ledger_Page;
use ClosteSync\Ledger\Ledger_Query;

/**
 * Shows how many domains there are, and leads to the other pages of the list. Pages have no numbers: each begins where another
 * ends.
 */
final class Page_Links {

	public function __construct( private readonly Domains_Query $query ) {}

	public function show( Ledger_Page $page, int $total ): void {
		$is_only = '' === $page->previous && '' === $page->next && array() === $this->query->cursor();

		printf(
			'<div class="tablenav-pages%s"><span class="displaying-num">%s</span>',
			$is_only ? ' one-page' : '',
			/* translators: %s: number of domains */
			esc_html( sprintf( _n( '%s domain', '%s domains', $total, 'closte-sync' ), number_format_i18n( $total ) ) )
		);

		$previous = '' === $page->previous ? null : array( 'before' => $page->previous );
		$next     = '' === $page->next ? null : array( 'after' => $page->next );

		echo '<span class="pagination-links">';
		$this->link( 'first-page', __( 'First page', 'closte-sync' ), '«', null === $previous ? null : array() );
		$this->link( 'prev-page', __( 'Previous page', 'closte-sync' ), '‹', $previous );
		$this->link( 'next-page', __( 'Next page', 'closte-sync' ), '›', $next );
		$this->link( 'last-page', __( 'Last page', 'closte-sync' ), '»', null === $next ? null : array( 'before' => Ledger_Query::END ) );
		echo '</span></div>';
	}

	/**
	 * @param ?array<string, string> $cursor Null: there is no such page.
	 */
	private function link( string $css_class, string $text, string $arrow, ?array $cursor ): void {
		if ( null === $cursor ) {
			printf( '<span class="tablenav-pages-navspan button disabled" aria-hidden="true">%s</span> ', esc_html( $arrow ) );
			return;
		}

		printf(
			'<a class="%s button" href="%s"><span class="screen-reader-text">%s</span><span aria-hidden="true">%s</span></a> ',
			esc_attr( $css_class ),
			esc_url( Pages::domains_url( $this->query->to_array() + $cursor ) ),
			esc_html( $text ),
			esc_html( $arrow )
		);
	}
}
