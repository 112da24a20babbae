<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Ledger\Page;

/**
 * Shows how many rows a list has, and leads to its other pages. Pages have no numbers: each begins where another ends.
 */
final class Page_Links {

	/** Of the cursors in the query string: where the page before ended, and where the page after begins. */
	private const NAMES = array( 'after', 'before' );

	/**
	 * @param array<string, string>                   $cursor  That of this page, by name.
	 * @param \Closure(array<string, string>): string $address Of the list from a cursor on; without one: of its first page.
	 */
	public function __construct( private readonly array $cursor, private readonly \Closure $address ) {}

	/**
	 * The rest of the query string, where it asks for another page than the first.
	 *
	 * @param array<mixed> $query The query string, without slashes.
	 * @return array<string, string>
	 */
	public static function cursor( array $query ): array {
		$given = array_intersect_key( $query, array_flip( self::NAMES ) );

		return array_filter( $given, static fn( mixed $value ): bool => is_string( $value ) && '' !== $value );
	}

	/**
	 * Prints what leads to other orders of the list: each begins at its first page.
	 *
	 * @param \Closure(): void $show
	 */
	public static function from_first_page( \Closure $show ): void {
		$address = $_SERVER['REQUEST_URI'] ?? ''; // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- put back as it was.

		$_SERVER['REQUEST_URI'] = remove_query_arg( self::NAMES, $address );
		$show();
		$_SERVER['REQUEST_URI'] = $address;
	}

	/**
	 * @param string $total How many rows the list has, in words.
	 */
	public function show( Page $page, string $total ): void {
		$is_only = '' === $page->previous && '' === $page->next && array() === $this->cursor;

		printf(
			'<div class="tablenav-pages%s"><span class="displaying-num">%s</span>',
			$is_only ? ' one-page' : '',
			esc_html( $total )
		);

		$previous = '' === $page->previous ? null : array( 'before' => $page->previous );
		$next     = '' === $page->next ? null : array( 'after' => $page->next );

		echo '<span class="pagination-links">';
		$this->link( 'first-page', __( 'First page', 'closte-sync' ), '«', null === $previous ? null : array() );
		$this->link( 'prev-page', __( 'Previous page', 'closte-sync' ), '‹', $previous );
		$this->link( 'next-page', __( 'Next page', 'closte-sync' ), '›', $next );
		$this->link( 'last-page', __( 'Last page', 'closte-sync' ), '»', null === $next ? null : array( 'before' => Page::END ) );
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
			esc_url( ( $this->address )( $cursor ) ),
			esc_html( $text ),
			esc_html( $arrow )
		);
	}
}
