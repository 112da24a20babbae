<?php
/**
 * What the ledger says.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

use ClosteSync\Sync\Work;
use ClosteSync\Text\Plain_Text;

/**
 * The reading half of {@see Ledger}.
 */
abstract class Ledger_Reader {

	/** Seconds; longer than any one claim may take, so a lease further away was written by a clock that was wrong. */
	public const LONGEST_LEASE = 600;

	/** Errors that a later attempt may not meet. */
	protected const PASSING_ERRORS = "'transient', 'protocol', 'auth', 'config'";

	protected readonly Database $database;
	protected readonly string $table;

	/** @var \Closure(): int */
	protected readonly \Closure $clock;

	/**
	 * @param ?\Closure(): int $clock Unix time; null: the system's.
	 */
	public function __construct( \wpdb $wpdb, ?\Closure $clock = null ) {
		$this->database = new Database( $wpdb );
		$this->table    = $this->database->table( Schema::TABLE );
		$this->clock    = $clock ?? time( ... );
	}

	public function find( string $domain ): ?Ledger_Row {
		return $this->one( 'domain = %s', $domain );
	}

	public function find_by_id( int $id ): ?Ledger_Row {
		return $this->one( 'id = %d', $id );
	}

	/**
	 * @param list<int> $ids
	 * @return list<Ledger_Row>
	 */
	public function find_by_ids( array $ids ): array {
		return array() === $ids ? array() : $this->many( 'id IN ( ' . implode( ', ', array_map( 'intval', $ids ) ) . ' ) ORDER BY domain' );
	}

	/**
	 * @return list<Ledger_Row> The domains of one site.
	 */
	public function find_by_blog( int $blog_id ): array {
		return $this->query( new Ledger_Query( blog_id: $blog_id, per_page: null ) );
	}

	/**
	 * @return list<Ledger_Row>
	 */
	public function query( Ledger_Query $query ): array {
		list( $where, $values ) = $this->conditions( $query );

		$limit  = null === $query->per_page ? '' : ' LIMIT %d OFFSET %d';
		$values = null === $query->per_page ? $values : array( ...$values, $query->per_page, $query->offset );

		return $this->many( "$where ORDER BY {$query->orderby} {$query->order}, id {$query->order}$limit", ...$values );
	}

	public function count( Ledger_Query $query = new Ledger_Query() ): int {
		list( $where, $values ) = $this->conditions( $query );

		return (int) $this->database->value( "SELECT COUNT(*) FROM %i WHERE $where", $this->table, ...$values );
	}

	/**
	 * @return array<string, int> Every stage by its value, also those without a row.
	 */
	public function counts_by_stage(): array {
		$counts = array_fill_keys( array_column( Stage::cases(), 'value' ), 0 );

		foreach ( $this->database->rows( 'SELECT stage, COUNT(*) AS rows_there FROM %i GROUP BY stage', $this->table ) as $row ) {
			$counts[ $row['stage'] ] = (int) $row['rows_there'];
		}

		return $counts;
	}

	/**
	 * @return iterable<Ledger_Row> All rows, read in chunks.
	 */
	public function all( ?Wanted $wanted = null ): iterable {
		$last = 0;

		do {
			$rows = null === $wanted
				? $this->many( 'id > %d ORDER BY id LIMIT 1000', $last )
				: $this->many( 'id > %d AND wanted = %s ORDER BY id LIMIT 1000', $last, $wanted->value );

			foreach ( $rows as $row ) {
				$last = $row->id;
				yield $row;
			}
		} while ( array() !== $rows );
	}

	/**
	 * When the next row is due, as Unix seconds; a leased one when its lease ends. Null: there is no row.
	 */
	public function next_due(): ?int {
		$due = $this->database->value(
			'SELECT MIN( CASE WHEN lease_until > next_check_at AND lease_until <= %d THEN lease_until ELSE next_check_at END ) FROM %i',
			$this->now() + self::LONGEST_LEASE,
			$this->table
		);

		return null === $due ? null : (int) $due;
	}

	public function count_due( Work $work = Work::All ): int {
		return (int) $this->database->value( 'SELECT COUNT(*) FROM %i WHERE ' . $this->is_due( $this->now() ) . ' AND ' . self::is_work( $work ), $this->table );
	}

	/**
	 * Whether any row waits for a call to Closte: due, or after an error that may have passed.
	 */
	public function awaits_closte(): bool {
		return null !== $this->database->value(
			'SELECT id FROM %i WHERE ' . self::is_work( Work::Calls ) . ' AND ( ' . $this->is_due( $this->now() ) . ' OR error_kind IN ( ' . self::PASSING_ERRORS . ' ) ) LIMIT 1',
			$this->table
		);
	}

	/**
	 * @return list<string> The wildcards of ours that Closte has accepted.
	 */
	public function accepted_wildcards(): array {
		return $this->database->column( "SELECT domain FROM %i WHERE wanted = 'present' AND accepted_at > 0 AND domain LIKE %s", $this->table, '*.%' );
	}

	/**
	 * @return array{string, list<int|string>}
	 */
	private function conditions( Ledger_Query $query ): array {
		$conditions = array(
			'stage = %s'     => $query->stage?->value,
			'wanted = %s'    => $query->wanted?->value,
			'source = %s'    => '' === $query->source ? null : $query->source,
			'blog_id = %d'   => $query->blog_id,
			'domain LIKE %s' => '' === $query->search ? null : $this->database->like( Plain_Text::lower( $query->search ) ),
		);
		$conditions = array_filter( $conditions, static fn( mixed $value ): bool => null !== $value );

		return array( implode( ' AND ', array( '1 = 1', ...array_keys( $conditions ) ) ), array_values( $conditions ) );
	}

	protected function is_due( int $now ): string {
		return sprintf( 'next_check_at <= %d', $now );
	}

	protected function is_free( int $now ): string {
		return sprintf( "( lease_owner = '' OR lease_until <= %d OR lease_until > %d )", $now, $now + self::LONGEST_LEASE );
	}

	protected static function is_work( Work $work ): string {
		return match ( $work ) {
			Work::All    => '1 = 1',
			Work::Calls  => "stage IN ( 'pending', 'removing' )",
			Work::Checks => "stage NOT IN ( 'pending', 'removing' )",
		};
	}

	protected function one( string $where, mixed ...$values ): ?Ledger_Row {
		return $this->many( "$where LIMIT 1", ...$values )[0] ?? null;
	}

	/**
	 * @return list<Ledger_Row>
	 */
	protected function many( string $where, mixed ...$values ): array {
		return array_map( Ledger_Row::from_database( ... ), $this->database->rows( "SELECT * FROM %i WHERE $where", $this->table, ...$values ) );
	}

	protected function now(): int {
		return ( $this->clock )();
	}
}
