<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domains;

use ClosteSync\Admin\Page_Links;
use ClosteSync\Ledger\Ledger_Query;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\State;

/**
 * Reads from the address of the Domains screen what it is asked to show.
 */
final class Domains_Query {

	/** Rows a page has where the user has chosen nothing. */
	public const PER_PAGE = 20;

	private const ORDERBY = array( 'state', 'domain', 'blog_id', 'state_since', 'next_check_at', 'created_at' );

	/**
	 * @param ?State                $state   Only this state, as it is shown.
	 * @param ?Stage                $stage   Only this stage.
	 * @param string                $source  Only domains from this source; '': from any.
	 * @param ?int                  $blog_id Only the domains of this site.
	 * @param string                $search  What is looked for.
	 * @param string                $orderby Column of the ledger; `state`: trouble first.
	 * @param string                $order   `asc` or `desc`.
	 * @param array<string, string> $cursor  As {@see Page_Links::cursor()} gives it.
	 */
	private function __construct(
		public readonly ?State $state,
		public readonly ?Stage $stage,
		public readonly string $source,
		public readonly ?int $blog_id,
		public readonly string $search,
		public readonly string $orderby,
		public readonly string $order,
		public readonly array $cursor,
	) {}

	/**
	 * Reads the query string; what is not allowed falls back to what is shown without it.
	 *
	 * @param array<mixed> $query The query string, without slashes.
	 */
	public static function from( array $query ): self {
		$text = static fn( string $name ): string => is_string( $query[ $name ] ?? null ) ? $query[ $name ] : '';

		return new self(
			State::tryFrom( $text( 'state' ) ),
			Stage::tryFrom( $text( 'stage' ) ),
			sanitize_key( $text( 'source' ) ),
			1 === preg_match( '/^[0-9]{1,18}$/D', $text( 'blog_id' ) ) ? (int) $text( 'blog_id' ) : null,
			trim( mb_substr( sanitize_text_field( $text( 's' ) ), 0, 253 ) ),
			in_array( $text( 'orderby' ), self::ORDERBY, true ) ? $text( 'orderby' ) : 'state',
			'desc' === strtolower( $text( 'order' ) ) ? 'desc' : 'asc',
			Page_Links::cursor( $query )
		);
	}

	public function is_filtered(): bool {
		return null !== $this->state || null !== $this->stage || '' !== $this->source || null !== $this->blog_id || '' !== $this->search;
	}

	/**
	 * The query string that asks for the same, from the first page on.
	 *
	 * @return array<string, string>
	 */
	public function to_array(): array {
		return array_filter(
			array(
				'state'   => $this->state->value ?? '',
				'stage'   => $this->stage->value ?? '',
				'source'  => $this->source,
				'blog_id' => (string) $this->blog_id,
				's'       => $this->search,
				'orderby' => 'state' === $this->orderby ? '' : $this->orderby,
				'order'   => 'asc' === $this->order ? '' : $this->order,
			),
			static fn( string $value ): bool => '' !== $value
		);
	}

	/**
	 * @param string    $hindrance What keeps all domains from being sent.
	 * @param string    $term      What to look for in domains.
	 * @param list<int> $sites     Those whose domains are found as well.
	 * @param int       $per_page  Rows a page.
	 */
	public function to_ledger_query( string $hindrance, string $term, array $sites, int $per_page ): Ledger_Query {
		return new Ledger_Query(
			stage: $this->stage,
			search: $term,
			source: $this->source,
			blog_id: $this->blog_id,
			orderby: $this->orderby,
			order: $this->order,
			per_page: $per_page,
			state: null === $this->state ? State::in_order( $hindrance ) : $this->state->stored_under( $hindrance ),
			after: $this->cursor['after'] ?? '',
			before: $this->cursor['before'] ?? '',
			sites: $sites
		);
	}
}
