<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

use ClosteSync\Text\Plain_Text;

/**
 * The arguments of {@see Ledger_Search::query()} and {@see Ledger_Search::count()}, as a value.
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
		'state',
		'state_since',
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
	 * @param null|Stage|list<Stage>   $stage    Only rows in one of these.
	 * @param null|State|list<State>   $state    Only rows in one of these; an empty list: none.
	 * @param null|Wanted|list<Wanted> $wanted   Only rows that say one of these.
	 * @param string                   $search   Part of a domain.
	 * @param string|list<string>      $source   Only rows that were heard of from one of these; '': from anywhere.
	 * @param ?int                     $blog_id  Only the domains of this site.
	 * @param string                   $orderby  One of {@see self::ORDERBY}; anything else orders by domain.
	 * @param string                   $order    `asc` or `desc`.
	 * @param ?int                     $per_page Null: all.
	 */
	public function __construct(
		public readonly null|Stage|array $stage = null,
		public readonly null|Wanted|array $wanted = null,
		public readonly string $search = '',
		public readonly string|array $source = '',
		public readonly ?int $blog_id = null,
		string $orderby = 'domain',
		string $order = 'asc',
		public readonly ?int $per_page = 20,
		public readonly int $offset = 0,
		public readonly null|State|array $state = null,
	) {
		$this->orderby = in_array( $orderby, self::ORDERBY, true ) ? $orderby : 'domain';
		$this->order   = 'desc' === strtolower( $order ) ? 'DESC' : 'ASC';
	}

	/**
	 * @return array{string, list<int|string>} The condition in SQL, and its values.
	 */
	public function conditions( Database $database ): array {
		$conditions = array( '1 = 1' );
		$values     = array();
		$words      = array(
			'stage'  => $this->stage,
			'state'  => $this->state,
			'wanted' => $this->wanted,
			'source' => '' === $this->source ? null : $this->source,
		);

		foreach ( $words as $column => $given ) {
			$given = is_array( $given ) ? $given : array_filter( array( $given ) );

			if ( array() !== $given ) {
				$conditions[] = "$column IN ( " . Database::placeholders( $given ) . ' )';
				foreach ( $given as $word ) {
					$values[] = is_string( $word ) ? $word : $word->value;
				}
			}
		}

		if ( array() === $this->state ) {
			$conditions[] = '1 = 0';
		}

		if ( null !== $this->blog_id ) {
			$conditions[] = 'blog_id = %d';
			$values[]     = $this->blog_id;
		}

		if ( '' !== $this->search ) {
			$conditions[] = 'domain LIKE %s';
			$values[]     = $database->like( Plain_Text::lower( $this->search ) );
		}

		return array( implode( ' AND ', $conditions ), $values );
	}
}
