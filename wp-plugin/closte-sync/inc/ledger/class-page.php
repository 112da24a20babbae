<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * One page of a list, and where its neighbours are. A page begins where another ended, which an index finds: the last one costs
 * what the first one does.
 *
 * @template T of object
 */
final class Page {

	/** In place of the cursor of a page that another one follows: the last page. */
	public const END = 'end';

	/**
	 * @param list<T> $rows
	 * @param string  $previous Where the page before ends, as the cursor of the first row here; '': there is none.
	 * @param string  $next     Where the page after begins, as the cursor of the last row here; '': there is none.
	 */
	private function __construct(
		public readonly array $rows,
		public readonly string $previous,
		public readonly string $next,
	) {}

	/**
	 * @template R of object
	 * @param array<list<R>> $groups  Those of the page by cursor, in the order in which they were read.
	 * @param bool           $is_more Whether more follow in this order.
	 * @param bool           $is_back Whether they were read from the end of the page to its beginning.
	 * @param bool           $is_end  Whether the reading began at an end of the list, and not at a cursor.
	 * @return self<R>
	 */
	public static function of( array $groups, bool $is_more, bool $is_back, bool $is_end ): self {
		$groups   = $is_back ? array_reverse( $groups, true ) : $groups;
		$previous = $is_back ? $is_more : ! $is_end;
		$next     = $is_back ? ! $is_end : $is_more;

		return new self(
			array_merge( ...array_values( $groups ) ),
			$previous ? (string) array_key_first( $groups ) : '',
			$next ? (string) array_key_last( $groups ) : ''
		);
	}
}
