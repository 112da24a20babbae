<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Reads the ledger for lists and counts. What changes rows, and finds one by its name, is {@see Ledger}.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Ledger_Search {

	private const ROWS_A_CHUNK = 1000;

	/** Rows written last that are looked at. */
	private const NEWEST = 200;

	private readonly Database $database;
	private readonly Ledger_Pager $pager;
	private readonly Row_Counter $counter;
	private readonly string $table;

	public function __construct( \wpdb $wpdb, private readonly Ledger $ledger ) {
		$this->database = new Database( $wpdb );
		$this->table    = $this->database->table( Schema::TABLE );
		$this->pager    = new Ledger_Pager( $this->database, $this->table );
		$this->counter  = new Row_Counter( $this->database );
	}

	/**
	 * @return Page<Ledger_Row>
	 */
	public function page( Ledger_Query $query ): Page {
		return $this->pager->page( $query );
	}

	/**
	 * @return list<Ledger_Row> Those of one page, or all.
	 */
	public function query( Ledger_Query $query ): array {
		return null === $query->per_page ? iterator_to_array( $this->each( $query ), false ) : $this->page( $query )->rows;
	}

	/**
	 * @return \Generator<Ledger_Row> All of them, read in chunks.
	 */
	public function each( Ledger_Query $query ): \Generator {
		$after = '';

		do {
			$page = $this->page( $query->from( $after, self::ROWS_A_CHUNK ) );
			yield from $page->rows;
			$after = $page->next;
		} while ( '' !== $after );
	}

	/**
	 * The next rows in the order in which they came, for programs that ask page by page.
	 *
	 * @param Ledger_Query $query Its order and page are not read.
	 * @param int          $id    That of the last row before them; 0: begin.
	 * @return list<Ledger_Row>
	 */
	public function beyond( Ledger_Query $query, int $id, int $limit ): array {
		list( $where, $values ) = $query->conditions( $this->database );

		return $this->many( "id > %d AND $where ORDER BY id LIMIT %d", ...array( $id, ...$values, $limit ) );
	}

	public function count( Ledger_Query $query = new Ledger_Query() ): int {
		list( $where, $values ) = $query->conditions( $this->database );

		return (int) $this->database->value( "SELECT COUNT(*) FROM %i WHERE $where", $this->table, ...$values );
	}

	/**
	 * @return list<Ledger_Row> Those that Closte refuses, and that wait for their next try.
	 */
	public function refused(): array {
		return $this->many(
			"next_call = 'add' AND error_kind IN ( " . Database::placeholders( Ledger_Row::REFUSALS ) . " ) AND stage = 'failed' AND next_check_at > %d ORDER BY domain",
			...Ledger_Row::REFUSALS,
			...array( time() )
		);
	}

	/**
	 * Why Closte refused these domains, for people.
	 *
	 * @return array<string, string> By domain.
	 */
	public function refusals(): array {
		return array_map( static fn( Ledger_Row $row ): string => $row->error_text(), array_column( $this->refused(), null, 'domain' ) );
	}

	public function counts(): Row_Counts {
		return $this->counter->count();
	}

	/**
	 * For pages: as they were within the last minute, where they are many.
	 */
	public function recent_counts(): Row_Counts {
		return $this->counter->recent();
	}

	/**
	 * How many rows a list has; as they were within the last minute, where they are many and are not searched.
	 */
	public function recent_count( Ledger_Query $query ): int {
		return $this->recent_counts()->matching( $query ) ?? $this->count( $query );
	}

	/**
	 * The row that waits for Closte and was written last, among the rows that were written last; null: none of these waits.
	 */
	public function last_waiting(): ?Ledger_Row {
		$id = $this->database->value(
			"SELECT id FROM ( SELECT id, stage, next_call, updated_at FROM %i ORDER BY updated_at DESC LIMIT %d ) AS newest
			WHERE next_call <> '' AND stage IN ( %s, %s ) ORDER BY updated_at DESC, id DESC LIMIT 1",
			$this->table,
			self::NEWEST,
			Stage::Pending->value,
			Stage::Removing->value
		);

		return null === $id ? null : $this->ledger->find_by_id( (int) $id );
	}

	/**
	 * @return array<string, int> As in {@see Row_Counts::by_stage()}.
	 */
	public function counts_by_stage(): array {
		return $this->counts()->by_stage();
	}

	/**
	 * @param string $hindrance What keeps all domains from being sent, as {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 * @return array<string, int> As in {@see Row_Counts::by_state()}.
	 */
	public function counts_by_state( string $hindrance = '' ): array {
		return $this->counts()->by_state( $hindrance );
	}

	/**
	 * How many rows of these stages wait for Closte. Of those that are pending, one that has no DNS yet does not.
	 */
	public function count_waiting( Stage ...$stages ): int {
		$names = array_column( $stages, 'value' );

		return (int) $this->database->value( "SELECT COUNT(*) FROM %i WHERE next_call <> '' AND stage IN ( " . Database::placeholders( $names ) . ' )', $this->table, ...$names );
	}

	/**
	 * Whether there is a row of a domain, or of a name under it, that is not this site's own, whatever is wanted of it.
	 */
	public function has_others_under( string $domain, int $blog_id ): bool {
		return null !== $this->database->value(
			'SELECT id FROM %i WHERE blog_id <> %d AND ( domain = %s OR domain LIKE %s ) LIMIT 1',
			$this->table,
			$blog_id,
			$domain,
			$this->database->ending( ".$domain" )
		);
	}

	/**
	 * How many www names are not sent before they have DNS of their own.
	 */
	public function count_without_dns(): int {
		return (int) $this->database->value( "SELECT COUNT(*) FROM %i WHERE next_call = '' AND stage = 'pending' AND wanted = 'present'", $this->table );
	}

	/**
	 * How many rows cannot be read. Reads them all.
	 */
	public function count_unreadable(): int {
		$count = 0;

		foreach ( $this->ledger->all() as $row ) {
			$count += (int) ( null !== $row->unreadable_column() );
		}

		return $count;
	}

	/**
	 * @return list<Ledger_Row>
	 */
	private function many( string $where, mixed ...$values ): array {
		return array_map(
			Ledger_Row::from_array( ... ),
			$this->database->rows( "SELECT * FROM %i WHERE $where", $this->table, ...$values )
		);
	}
}
