<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

/**
 * The arguments of {@see Log_Table::query()} and {@see Log_Table::count()}, as a value.
 */
final class Log_Query {

	/**
	 * @param string        $domain       Only this domain.
	 * @param list<Action>  $actions      Only these; empty: all.
	 * @param list<Outcome> $outcomes     Only these; empty: all.
	 * @param list<Reason>  $reasons      Only these; empty: all.
	 * @param string        $search       Part of a domain or of a message.
	 * @param ?int          $since        Unix seconds: from then on.
	 * @param ?int          $until        Unix seconds: before then.
	 * @param ?int          $after_id     Only what was logged after this entry.
	 * @param ?int          $before_id    Only what was logged before this entry.
	 * @param bool          $newest_first Else the oldest come first.
	 * @param ?int          $per_page     Null: all.
	 */
	public function __construct(
		public readonly string $domain = '',
		public readonly array $actions = array(),
		public readonly array $outcomes = array(),
		public readonly array $reasons = array(),
		public readonly ?Actor $actor = null,
		public readonly ?int $user_id = null,
		public readonly ?int $blog_id = null,
		public readonly string $search = '',
		public readonly ?int $since = null,
		public readonly ?int $until = null,
		public readonly ?int $after_id = null,
		public readonly ?int $before_id = null,
		public readonly bool $newest_first = true,
		public readonly ?int $per_page = 20,
		public readonly int $offset = 0,
	) {}

	/**
	 * The same, but for these properties.
	 */
	public function with( mixed ...$changes ): self {
		return new self( ...array_merge( get_object_vars( $this ), $changes ) );
	}
}
