<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Database;
use ClosteSync\Text\Plain_Text;

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

	/**
	 * Whether an index leads to what is asked for: entries of one domain, or all of them in their order.
	 */
	public function is_found_by_index(): bool {
		return '' !== $this->domain || ( array() === array( ...$this->actions, ...$this->outcomes, ...$this->reasons )
			&& '' === $this->search && null === ( $this->actor ?? $this->user_id ?? $this->blog_id ?? $this->since ?? $this->until ) );
	}

	/**
	 * @return array{string, list<int|string>} The condition in SQL, and its values.
	 */
	public function conditions( Database $database ): array {
		$conditions = array( '1 = 1' );
		$values     = array();
		$exact      = array(
			'domain = %s'    => '' === $this->domain ? null : $this->domain,
			'actor = %s'     => $this->actor?->value,
			'user_id = %d'   => $this->user_id,
			'blog_id = %d'   => $this->blog_id,
			'logged_at >= %d' => $this->since,
			'logged_at < %d' => $this->until,
			'id > %d'        => $this->after_id,
			'id < %d'        => $this->before_id,
		);

		foreach ( $exact as $condition => $value ) {
			if ( null !== $value ) {
				$conditions[] = $condition;
				$values[]     = $value;
			}
		}

		foreach ( array( 'action' => $this->actions, 'outcome' => $this->outcomes, 'reason' => $this->reasons ) as $column => $words ) {
			if ( array() !== $words ) {
				$conditions[] = "$column IN ( " . Database::placeholders( $words ) . ' )';
				array_push( $values, ...array_map( static fn( \BackedEnum $word ): string => $word->value, $words ) );
			}
		}

		if ( '' !== $this->search ) {
			$conditions[] = '( domain LIKE %s OR LOWER( message ) LIKE %s )';
			$like = $database->like( Plain_Text::lower( $this->search ) );
			array_push( $values, $like, $like );
		}

		return array( implode( ' AND ', $conditions ), $values );
	}
}
