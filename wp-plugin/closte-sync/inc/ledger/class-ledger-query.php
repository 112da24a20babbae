<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

use ClosteSync\Text\Plain_Text;

/**
 * The arguments of {@see Ledger::query()} and {@see Ledger::count()}, as a value.
 */
final class Ledger_Query {

	public const ORDERBY = array(
		'id',
		'domain',
		'blog_id',
		'source',
		'wanted',
		'stage',
		'stage_since',
		'attempts',
		'next_check_at',
		'accepted_at',
		'certificate_not_after',
		'created_at',
		'updated_at',
	);

	public readonly string $orderby;
	public readonly string $order;

	/**
	 * @param string $search   Part of a domain.
	 * @param ?int   $blog_id  Only the domains of this site.
	 * @param string $orderby  One of {@see self::ORDERBY}; anything else orders by domain.
	 * @param string $order    `asc` or `desc`.
	 * @param ?int   $per_page Null: all.
	 */
	public function __construct(
		public readonly ?Stage $stage = null,
		public readonly ?Wanted $wanted = null,
		public readonly string $search = '',
		public readonly string $source = '',
		public readonly ?int $blog_id = null,
		string $orderby = 'domain',
		string $order = 'asc',
		public readonly ?int $per_page = 20,
		public readonly int $offset = 0,
	) {
		$this->orderby = in_array( $orderby, self::ORDERBY, true ) ? $orderby : 'domain';
		$this->order   = 'desc' === strtolower( $order ) ? 'DESC' : 'ASC';
	}

	/**
	 * @return array{string, list<int|string>} The condition in SQL, and its values.
	 */
	public function conditions( Database $database ): array {
		$conditions = array(
			'stage = %s'     => $this->stage?->value,
			'wanted = %s'    => $this->wanted?->value,
			'source = %s'    => '' === $this->source ? null : $this->source,
			'blog_id = %d'   => $this->blog_id,
			'domain LIKE %s' => '' === $this->search ? null : $database->like( Plain_Text::lower( $this->search ) ),
		);
		$conditions = array_filter( $conditions, static fn( mixed $value ): bool => null !== $value );

		return array( implode( ' AND ', array( '1 = 1', ...array_keys( $conditions ) ) ), array_values( $conditions ) );
	}
}
