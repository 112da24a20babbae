<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Records what is wanted, one row a domain, and finds rows. Any number of web heads share it; how they share the work is
 * in {@see Leases}.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Ledger {

	private readonly Database $database;
	private readonly Desired_State_Writer $writer;
	private readonly string $table;

	/** @var \Closure(): int */
	private readonly \Closure $clock;

	/**
	 * Domains whose rows this request has written by {@see Ledger::expect()}.
	 *
	 * @var array<string, true>
	 */
	private array $expected = array();

	/**
	 * @param ?\Closure(): int  $clock    Unix time; null: the system's.
	 * @param ?Network_Identity $identity Of the network that it is written for; null: nobody asks.
	 */
	public function __construct( \wpdb $wpdb, ?\Closure $clock = null, ?Network_Identity $identity = null ) {
		$this->database = new Database( $wpdb );
		$this->table    = $this->database->table( Schema::TABLE );
		$this->clock    = $clock ?? time( ... );
		$this->writer   = new Desired_State_Writer( $this->database, $this->table, $this->clock, $identity );
	}

	public function find( string $domain ): ?Ledger_Row {
		return $this->many( 'domain = %s', $domain )[0] ?? null;
	}

	public function find_by_id( int $id ): ?Ledger_Row {
		return $this->many( 'id = %d', $id )[0] ?? null;
	}

	/**
	 * @param list<int> $ids
	 * @return list<Ledger_Row>
	 */
	public function find_by_ids( array $ids ): array {
		return array() === $ids ? array() : $this->many( 'id IN ( ' . implode( ', ', array_map( 'intval', $ids ) ) . ' ) ORDER BY domain' );
	}

	/**
	 * @param list<string> $domains
	 * @return list<Ledger_Row>
	 */
	public function find_all( array $domains ): array {
		$rows = array();

		foreach ( array_chunk( $domains, Database::ASKED_TOGETHER ) as $chunk ) {
			array_push( $rows, ...$this->many( 'domain IN ( ' . $this->database->literals( $chunk ) . ' )' ) );
		}

		// Here, and not in SQL: MariaDB would read the whole table in that order.
		usort( $rows, static fn( Ledger_Row $a, Ledger_Row $b ): int => $a->id <=> $b->id );

		return $rows;
	}

	/**
	 * @return list<Ledger_Row> The domains of one site.
	 */
	public function find_by_blog( int $blog_id ): array {
		return $this->many( 'blog_id = %d ORDER BY domain', $blog_id );
	}

	public function is_empty(): bool {
		return null === $this->database->value( 'SELECT id FROM %i LIMIT 1', $this->table );
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
	 * Rows of which little is asked.
	 */
	public function outlines(): Row_Outlines {
		return new Row_Outlines( $this->database, $this->table );
	}

	/**
	 * When rows are due.
	 */
	public function schedule(): Row_Schedule {
		return new Row_Schedule( $this->database, $this->table, $this->clock );
	}

	/**
	 * Records that a domain should be at Closte. A row that says so already keeps its place on the way.
	 *
	 * @return Ledger_Row The row as it is now.
	 */
	public function want( string $domain, int $blog_id, string $source ): Ledger_Row {
		return $this->wish( $domain, $blog_id, $source, Wanted::Present );
	}

	/**
	 * Records that the domains which an event tells of should be at Closte. Rows that are new, or that this request has
	 * written as expected, come leased: they need no claim.
	 *
	 * @param non-empty-array<string, array{blog_id: int, source: string}> $owners By domain; all of one site.
	 * @return list<Ledger_Row> The rows as they are now.
	 */
	public function want_all( array $owners, ?Lease $lease = null ): array {
		$written        = $this->is_new( $owners ) ? $this->writer->confirm_expected( $owners, $lease ) : $this->writer->insert(
			$owners,
			lease: $lease
		);
		$this->expected = array_diff_key( $this->expected, $owners );
		$rows           = array();

		$condition      = 'domain IN ( ' . Database::placeholders( $owners ) . ' )';

		foreach ( 0 === $written ? array() : $this->many( $condition, ...Desired_State_Writer::names( $owners ) ) as $row ) {
			if ( count( $owners ) === $written || $row->lease_owner === $lease?->owner ) {
				$rows[ $row->domain ] = $row;
			}
		}

		foreach ( $owners as $domain => $owner ) {
			$rows[ $domain ] ??= $this->want( (string) $domain, $owner['blog_id'], $owner['source'] );
		}

		return array_values( $rows );
	}

	/**
	 * Records that domains are about to be wanted, where they have no row: should the request die before it says more, a run
	 * asks what is wanted.
	 *
	 * @param non-empty-array<string, array{blog_id: int, source: string}> $owners By domain.
	 */
	public function expect( array $owners ): void {
		if ( $this->writer->insert( $owners, needs_confirmation: true ) === count( $owners ) ) {
			$this->expected += array_fill_keys( array_keys( $owners ), true );
		}
	}

	/**
	 * Whether {@see Ledger::expect()} wrote the rows of all these in this request.
	 *
	 * @param array<string, mixed> $owners By domain.
	 */
	public function is_new( array $owners ): bool {
		return array() === array_diff_key( $owners, $this->expected );
	}

	/**
	 * Records that many domains should be at Closte, many in a statement, where they have no row yet.
	 *
	 * @param array<string, array{blog_id: int, source: string}> $owners By domain.
	 * @return list<string> Those that have a row, which is left as it is.
	 */
	public function want_new( array $owners ): array {
		$known = array();

		foreach ( array_chunk( $owners, Database::ASKED_TOGETHER, true ) as $chunk ) {
			$there = $this->database->column( 'SELECT domain FROM %i WHERE domain IN ( ' . $this->database->literals( Desired_State_Writer::names( $chunk ) ) . ' )', $this->table );
			$new   = array_diff_key( $chunk, array_flip( $there ) );
			array_push( $known, ...$there );

			if ( array() !== $new ) {
				$this->writer->insert( $new );
			}
		}

		return $known;
	}

	/**
	 * Records that a domain should not be at Closte.
	 *
	 * @return Ledger_Row The row as it is now.
	 */
	public function unwant( string $domain, int $blog_id, string $source ): Ledger_Row {
		return $this->wish( $domain, $blog_id, $source, Wanted::Absent );
	}

	/**
	 * Nothing wants a domain any longer, and nobody has said that it should go: its row stays, so that Closte's alias is still
	 * ours to remove, and no run takes it. Unless it has changed since it was read.
	 */
	public function retire( Ledger_Row $row ): bool {
		return $this->writer->retire( $row );
	}

	/**
	 * The site that had a domain has given it up, and it is wanted all the same.
	 *
	 * @param string $source  Who wants it now.
	 * @param int    $blog_id For which site; 0: for none.
	 */
	public function give_back( Ledger_Row $row, string $source, int $blog_id = 0 ): void {
		$this->writer->give_back( $row, $source, $blog_id );
	}

	/**
	 * Nobody asks for it by hand any more: it goes with the site that has it.
	 */
	public function leave_to_site( Ledger_Row $row ): void {
		$this->writer->leave_to_site( $row );
	}

	/**
	 * Nobody asks for this domain by hand any longer: it stays only where something else wants it.
	 */
	public function drop_by_hand( Ledger_Row $row ): void {
		$this->writer->drop_by_hand( $row );
	}

	/**
	 * @param list<string> $domains
	 * @return list<string> Those that someone asked for by hand.
	 */
	public function added_by_hand( array $domains ): array {
		return array() === $domains ? array() : $this->database->column(
			'SELECT domain FROM %i WHERE ' . Row_Outlines::BY_HAND . ' AND domain IN ( ' . Database::placeholders( $domains ) . ' )',
			$this->table,
			...$domains
		);
	}

	/**
	 * Records that domains should not be at Closte, many in a statement, as {@see Ledger::unwant()} does. Rows that have
	 * changed since they were read stay as they are.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return list<Ledger_Row> Those that say so now.
	 */
	public function unwant_all( array $rows ): array {
		$unwanted = array();

		foreach ( array_chunk( $rows, Database::ASKED_TOGETHER ) as $chunk ) {
			if ( $this->writer->unwant( $chunk ) > 0 ) {
				$ids = array_column( $chunk, 'id' );
				array_push( $unwanted, ...$this->many( "wanted = 'absent' AND id IN ( " . implode( ', ', $ids ) . ' ) ORDER BY id' ) );
			}
		}

		return $unwanted;
	}

	/**
	 * Marks rows of which it is not known what is wanted: a run asks within a minute, should the request say no more of them.
	 *
	 * @param list<string> $domains
	 * @param bool         $is_held Whether the request goes on with them: until the minute is over no run takes them.
	 */
	public function await_confirmation( array $domains, bool $is_held = false ): void {
		$now    = $this->now();
		$latest = $now + MINUTE_IN_SECONDS;

		foreach ( array_chunk( $domains, Database::ASKED_TOGETHER ) as $chunk ) {
			$this->database->run(
				"UPDATE %i SET needs_confirmation = 1, updated_at = %d,
					next_check_at = CASE WHEN next_check_at > %d THEN %d ELSE next_check_at END
				WHERE wanted <> 'retired' AND domain IN ( " . Database::placeholders( $chunk ) . ' )',
				$this->table,
				$now,
				$is_held ? 0 : $latest,
				$latest,
				...$chunk
			);
		}
	}

	/**
	 * The rows are as they should be, unless what is wanted of one has changed since it was read.
	 *
	 * @param list<Ledger_Row> $rows
	 */
	public function confirm( array $rows ): void {
		if ( array() !== $rows ) {
			$this->database->run(
				'UPDATE %i SET needs_confirmation = 0 WHERE ' . implode( ' OR ', array_map( static fn( Ledger_Row $row ): string => "( id = {$row->id} AND revision = {$row->revision} )", $rows ) ),
				$this->table
			);
		}
	}

	/**
	 * Forgets a domain without a call, unless someone has wanted it, or claimed its row, or called for it, since it was read.
	 */
	public function delete( Ledger_Row $row ): bool {
		return $this->database->run(
			'DELETE FROM %i WHERE id = %d AND revision = %d AND needs_confirmation = %d AND lease_owner = %s
				AND accepted_at = %d AND may_have_landed = %d',
			$this->table,
			$row->id,
			$row->revision,
			(int) $row->needs_confirmation,
			$row->lease_owner,
			$row->accepted_at,
			(int) $row->may_have_landed
		) > 0;
	}

	/**
	 * Forgets every domain without a call, whatever is wanted of it.
	 *
	 * @return int How many.
	 */
	public function forget_all(): int {
		return $this->database->run( 'DELETE FROM %i', $this->table );
	}

	/**
	 * Gives a row the name that the extension knows it by. It gives way to a row that has that name; what this one says was
	 * said of both, so that one needs confirmation then.
	 */
	public function rename( Ledger_Row $row, string $domain ): void {
		$namesake = $this->find( $domain );

		if ( null === $namesake ) {
			$this->database->run( 'UPDATE IGNORE %i SET domain = %s, base_name = %s WHERE id = %d AND revision = %d', $this->table, $domain, Desired_State_Writer::base_name( $domain ), $row->id, $row->revision );
		} else {
			if ( Wanted::Retired === $namesake->wanted && Wanted::Absent === $row->wanted ) {
				$this->unwant_all( array( $namesake ) );
			}

			$this->await_confirmation( array( $domain ) );
			$this->delete( $row );
		}
	}

	/**
	 * Changes nothing, in a way that fails where a change would.
	 */
	public function try_to_write(): void {
		$this->database->run( 'UPDATE %i SET revision = revision WHERE id = 0', $this->table );
	}

	/**
	 * Begins anew with a row that cannot be read.
	 */
	public function begin_anew( Ledger_Row $row ): void {
		$this->writer->begin_anew( $row );
	}

	/**
	 * Closte was seen to have these domains: rows that wait to be added have arrived.
	 */
	public function accept( string ...$domains ): void {
		foreach ( array_chunk( $domains, Database::ASKED_TOGETHER ) as $chunk ) {
			$this->writer->accept( $chunk );
		}
	}

	/**
	 * Closte was seen not to have this domain: a row that says otherwise begins anew, and one that waits is due.
	 */
	public function send_again( string $domain ): void {
		$this->writer->send_again( $domain );
	}

	private function wish( string $domain, int $blog_id, string $source, Wanted $wanted ): Ledger_Row {
		$owner = array(
			'blog_id' => $blog_id,
			'source'  => $source,
		);

		// A row that another request deletes between two of these statements is made anew.
		for ( $try = 0; $try < 5; $try++ ) {
			if ( 0 === $this->writer->insert( array( $domain => $owner ), $wanted ) ) {
				$this->writer->change( $domain, $blog_id, $source, $wanted );
			}

			$row = $this->find( $domain );

			if ( null !== $row && $row->wanted === $wanted ) {
				return $row;
			}
		}

		throw new Database_Exception( sprintf( 'The row of %s changes too fast.', $domain ) ); // phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped
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

	private function now(): int {
		return ( $this->clock )();
	}
}
