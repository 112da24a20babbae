<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

use ClosteSync\Text\Plain_Text;

/**
 * The arguments of {@see Ledger_Search::page()}, {@see Ledger_Search::each()} and {@see Ledger_Search::count()}, as a value.
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
	 * @param null|Wanted|list<Wanted> $wanted   Only rows that say one of these.
	 * @param string                   $search   Part of a domain.
	 * @param string|list<string>      $source   Only rows that were heard of from one of these; '': from anywhere.
	 * @param ?int                     $blog_id  Only the domains of this site.
	 * @param string                   $orderby  One of {@see self::ORDERBY}; anything else orders by domain. `state` is trouble first.
	 * @param string                   $order    `asc` or `desc`.
	 * @param ?int                     $per_page Null: all. A domain and its www name are not parted: a page may have a row more.
	 * @param null|State|list<State>   $state    Only rows in one of these; an empty list: none. The order of a list is that of `state`.
	 * @param string                   $after    Where the page before ended: {@see Page::$next}.
	 * @param string                   $before   Where the page after begins: {@see Page::$previous}, or {@see Page::END}.
	 * @param list<int>                $sites    Of a search: the domains of these sites are found, whatever they are called.
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
		public readonly null|State|array $state = null,
		public readonly string $after = '',
		public readonly string $before = '',
		public readonly array $sites = array(),
	) {
		$this->orderby = in_array( $orderby, self::ORDERBY, true ) ? $orderby : 'domain';
		$this->order   = 'desc' === strtolower( $order ) ? 'DESC' : 'ASC';
	}

	/**
	 * The same question, from this cursor on; '': from the first page on.
	 */
	public function from( string $after, int $per_page ): self {
		return new self( ...array_merge( get_object_vars( $this ), array( 'before' => '' ), compact( 'after', 'per_page' ) ) );
	}

	/**
	 * @return list<State> Those that are asked for, in the order of a list that is sorted by them.
	 */
	public function states(): array {
		return $this->state instanceof State ? array( $this->state ) : $this->state ?? State::cases();
	}

	/**
	 * @return array{string, list<int|string>} The condition in SQL, and its values.
	 */
	public function conditions( Database $database ): array {
		$conditions = array( '1 = 1' );
		$values     = array();
		$words      = array(
			'stage'  => $this->stage,
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

		if ( null !== $this->state ) {
			list( $conditions[], $words ) = self::in_states( $this->states() );
			array_push( $values, ...$words );
		}

		if ( null !== $this->blog_id ) {
			$conditions[] = 'blog_id = %d';
			$values[]     = $this->blog_id;
		}

		if ( '' !== $this->search ) {
			list( $conditions[], $terms ) = $this->matches( $database );
			array_push( $values, ...$terms );
		}

		return array( implode( ' AND ', $conditions ), $values );
	}

	/**
	 * A word that is no state counts as {@see State::NetworkMustAct}.
	 *
	 * @param list<State> $states
	 * @return array{string, list<string>}
	 */
	public static function in_states( array $states ): array {
		$words  = array_column( $states, 'value' );
		$others = array_values( array_diff( array_column( State::cases(), 'value' ), $words ) );

		if ( array() === $words || array() === $others ) {
			return array( array() === $words ? '1 = 0' : '1 = 1', array() );
		}

		return in_array( State::NetworkMustAct, $states, true )
			? array( 'state NOT IN ( ' . Database::placeholders( $others ) . ' )', $others )
			: array( 'state IN ( ' . Database::placeholders( $words ) . ' )', $words );
	}

	/**
	 * The name without its `www.` is in every index that a list is read by: what does not match is left out there, and its row
	 * is not read.
	 *
	 * @return array{string, list<int|string>}
	 */
	private function matches( Database $database ): array {
		$term       = Plain_Text::lower( $this->search );
		$conditions = array( 'base_name LIKE %s' );
		$values     = array( $database->like( $term ) );

		if ( str_starts_with( $term, 'www.' ) ) {
			$conditions[] = "( base_name LIKE %s AND domain LIKE 'www.%%' )";
			$values[]     = substr( $database->like( substr( $term, 4 ) ), 1 );
		}

		if ( array() !== $this->sites ) {
			$conditions[] = 'id IN ( SELECT id FROM %i WHERE blog_id IN ( ' . implode( ', ', array_map( 'intval', $this->sites ) ) . ' ) )';
			$values[]     = $database->table( Schema::TABLE );
		}

		return array( '( ' . implode( ' OR ', $conditions ) . ' )', $values );
	}
}
