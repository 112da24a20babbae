<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Stage;

/**
 * Reads from the address of the Domains screen what it is asked to show.
 */
final class Domains_Query {

	/** Rows a page has where the user has chosen nothing. */
	public const PER_PAGE = 20;

	private const ORDERBY = array( 'domain', 'blog_id', 'stage', 'next_check_at', 'created_at' );

	/**
	 * @param ?Stage $stage   Only this stage.
	 * @param string $search  Only domains with this in their name.
	 * @param string $orderby Column of the ledger.
	 * @param string $order   `asc` or `desc`.
	 */
	private function __construct(
		public readonly ?Stage $stage,
		public readonly string $search,
		public readonly string $orderby,
		public readonly string $order,
	) {}

	/**
	 * Reads the query string; what is not allowed falls back to what is shown without it.
	 *
	 * @param array<mixed> $query The query string, without slashes.
	 */
	public static function from( array $query ): self {
		$text = static fn( string $name ): string => is_string( $query[ $name ] ?? null ) ? $query[ $name ] : '';

		return new self(
			Stage::tryFrom( $text( 'stage' ) ),
			trim( mb_substr( sanitize_text_field( $text( 's' ) ), 0, 253 ) ),
			in_array( $text( 'orderby' ), self::ORDERBY, true ) ? $text( 'orderby' ) : 'domain',
			'desc' === strtolower( $text( 'order' ) ) ? 'desc' : 'asc'
		);
	}

	/**
	 * @param Domain_Names $names    For names as people write them.
	 * @param int          $per_page Rows a page.
	 * @param int          $page     Number of the page, from 1.
	 */
	public function to_ledger_query( Domain_Names $names, int $per_page, int $page ): Ledger_Query {
		return new Ledger_Query(
			stage: $this->stage,
			search: $names->searchable( $this->search ),
			orderby: $this->orderby,
			order: $this->order,
			per_page: $per_page,
			offset: ( max( 1, $page ) - 1 ) * $per_page
		);
	}
}
