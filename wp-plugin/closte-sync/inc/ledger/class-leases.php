<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Claims due rows with a lease, writes the answers to them, and releases them.
 *
 * Two rules keep concurrent requests right. Who wants to work on a row claims it in one UPDATE, under a lease. And an
 * answer is written only where the row's revision and lease are still those of the claim, so that an answer which
 * comes late never overwrites a newer wish.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Leases {

	/** Errors that a later attempt may not meet. */
	public const PASSING_ERRORS = "'transient', 'protocol', 'auth', 'config'";

	/** The error of a row that cannot be read. */
	public const UNREADABLE = 'unreadable';

	/** Whose lease has ended without an answer died in the middle of a call, perhaps: the next one asks before it repeats. */
	private const TAKE = "may_have_landed = CASE WHEN lease_owner <> '' AND next_call <> '' THEN 1 ELSE may_have_landed END, lease_owner = %s, lease_until = %d";

	/** How often other rows are looked for where others were quicker to claim those that are due. */
	private const TRIES = 5;

	private const REMOVAL = 'remove';

	/** Rows among which each of several runs looks for its own then, for each row that it takes. */
	private const CHOICE = 4;

	private readonly Database $database;
	private readonly string $table;
	private readonly Result_Writer $writer;

	/** @var \Closure(): int */
	private readonly \Closure $clock;

	/**
	 * @param ?\Closure(): int $clock Unix time; null: the system's.
	 */
	public function __construct( \wpdb $wpdb, ?\Closure $clock = null ) {
		$this->database = new Database( $wpdb );
		$this->table    = $this->database->table( Schema::TABLE );
		$this->writer   = new Result_Writer( $this->database, $this->table );
		$this->clock    = $clock ?? time( ... );
	}

	/**
	 * Leases one row, if it is due and nobody else works on it.
	 *
	 * @param string $owner As in {@see Lease}.
	 * @return ?Ledger_Row The row as leased, or null.
	 */
	public function claim( int $id, string $owner, int $seconds ): ?Ledger_Row {
		return array_column( $this->claim_all( array( $id ), new Lease( $owner, $seconds ) ), null, 'id' )[ $id ] ?? null;
	}

	/**
	 * Leases those of these rows that are due and that nobody else works on.
	 *
	 * @param list<int> $ids
	 * @return list<Ledger_Row> The rows as leased.
	 */
	public function claim_all( array $ids, Lease $lease ): array {
		if ( array() === $ids ) {
			return array();
		}

		$now   = $this->now();
		$taken = $this->database->run(
			'UPDATE %i SET ' . self::TAKE . ' WHERE ' . Database::by_ids( $ids, self::is_due( $now ) . ' AND ' . Lease::is_free( $now ) ),
			$this->table,
			$lease->owner,
			$now + $lease->seconds
		);

		$rows = 0 === $taken ? array() : $this->database->rows( 'SELECT * FROM %i WHERE lease_owner = %s', $this->table, $lease->owner );
		$rows = array_map( Ledger_Row::from_array( ... ), $rows );
		// Here, and not in SQL: the database would read each row twice.
		usort( $rows, static fn( Ledger_Row $a, Ledger_Row $b ): int => $a->next_check_at <=> $b->next_check_at ?: $a->id <=> $b->id );

		return $rows;
	}

	/**
	 * Leases the rows that have been due for longest. They are looked for first, which locks none: where other runs were
	 * quicker, each one chooses among the next rows.
	 *
	 * @param string $owner    As in {@see Lease}.
	 * @param int    $limit    How many at most.
	 * @param int    $removals How many of them may be removals.
	 * @return list<Ledger_Row>
	 */
	public function claim_due( string $owner, int $limit, int $seconds, Work $work = Work::All, int $removals = PHP_INT_MAX ): array {
		$removals = min( $removals, $limit );

		for ( $try = 1; $try <= self::TRIES; $try++ ) {
			$choice = 1 === $try ? 1 : self::CHOICE;
			$due    = $this->due( $choice * $limit, $work, $choice * $removals );

			if ( $try > 1 ) {
				shuffle( $due );
			}

			$ids     = array_map( 'intval', array_column( self::with_so_many_removals( $due, $removals ), 'id' ) );
			$claimed = $this->claim_all( array_slice( $ids, 0, $limit ), new Lease( $owner, $seconds ) );

			if ( array() === $ids || array() !== $claimed ) {
				return $claimed;
			}
		}

		return array();
	}

	/**
	 * @param list<array<string, string>> $due As {@see Leases::due()} has it.
	 * @return list<array<string, string>>
	 */
	private static function with_so_many_removals( array $due, int $removals ): array {
		$rows = array();

		foreach ( $due as $row ) {
			if ( self::REMOVAL !== $row['next_call'] || $removals-- > 0 ) {
				$rows[] = $row;
			}
		}

		return $rows;
	}

	/**
	 * Those that a run may claim, by ranges of indexes which end where there are enough: first those whose lease has ended.
	 *
	 * @param int $removals How many of them may be removals, at most `$limit`.
	 * @return list<array<string, string>> What has been due for longest comes first.
	 */
	private function due( int $limit, Work $work, int $removals ): array {
		$now    = $this->now();
		$is_due = self::is_due( $now );
		$ends   = array( self::of_leases( Lease::is_free( $now ) . " AND $is_due AND " . $work->condition() ) . " LIMIT $limit" );

		foreach ( $work->ranges() as $range ) {
			$most   = Work::REMOVALS === $range ? $removals : $limit;
			$ends[] = "lease_owner = '' AND $range AND $is_due ORDER BY next_check_at LIMIT $most";
		}

		$selects = array_map(
			static fn( string $end, int $n ): string => "SELECT * FROM ( SELECT id, next_check_at, next_call FROM %i WHERE $end ) AS part$n",
			$ends,
			array_keys( $ends )
		);

		$due = $this->database->rows( implode( ' UNION ALL ', $selects ), ...array_fill( 0, count( $ends ), $this->table ) );
		usort( $due, static fn( array $a, array $b ): int => (int) $a['next_check_at'] <=> (int) $b['next_check_at'] );

		// Before the limit counts: removals of leases that have ended may be many, and hide what else is due.
		return array_slice( self::with_so_many_removals( $due, $removals ), 0, $limit );
	}

	/**
	 * Writes the answer to a claimed row and ends its lease. A row whose stage is `removed` is deleted.
	 *
	 * When the wish has changed meanwhile, or the lease was lost, the answer is dropped: the row is due at once.
	 *
	 * @param Ledger_Row           $claimed As it was claimed.
	 * @param array<string, mixed> $record  As \Closte\Lifecycle returned it.
	 * @return bool Whether the answer was written.
	 */
	public function record( Ledger_Row $claimed, array $record ): bool {
		$this->record_all( array( $claimed->id => $claimed ), array( $claimed->id => $record ), $written );

		return array() !== $written;
	}

	/**
	 * The same for many rows, in few statements.
	 *
	 * @param array<int, Ledger_Row>           $claimed As they were claimed, by their ids.
	 * @param array<int, array<string, mixed>> $records As \Closte\Lifecycle returned them, by the same ids.
	 * @param ?array<int, true>                $written Becomes the ids of those whose answer was written, also where the
	 *                                                  database fails at others: their leases end by themselves.
	 */
	public function record_all( array $claimed, array $records, ?array &$written = null ): void {
		$written = array();

		if ( array() !== $records ) {
			$this->writer->write( $claimed, $records, $this->now(), $written );
		}

		$this->release_stale( array_diff_key( $claimed, $written ) );
	}

	/**
	 * Ends leases without an answer: the rows stay due.
	 *
	 * @param array<Ledger_Row> $claimed As they were claimed.
	 * @param bool              $called  Whether calls may have been under way.
	 */
	public function release( array $claimed, bool $called = false ): void {
		if ( array() === $claimed ) {
			return;
		}

		list( $is_leased, $values ) = Result_Writer::is_leased( $claimed );

		$this->database->run(
			"UPDATE %i SET lease_owner = '', lease_until = 0, may_have_landed = CASE WHEN %d = 1 AND next_call <> '' THEN 1 ELSE may_have_landed END WHERE $is_leased",
			$this->table,
			(int) $called,
			...$values
		);
	}

	/**
	 * Ends the lease of a row that cannot be read, and leaves it alone for a day: what another version wrote, that version or
	 * a newer one may read then.
	 *
	 * @param string $reason For people.
	 */
	public function set_aside( Ledger_Row $claimed, string $reason ): void {
		$now = $this->now();

		$this->database->run(
			"UPDATE %i SET lease_owner = '', lease_until = 0, next_check_at = %d, error_kind = %s, error_reason = %s, error_message = %s,
				state_since = CASE WHEN state = %s THEN state_since ELSE %d END, state = %s
			WHERE id = %d AND lease_owner = %s",
			$this->table,
			$now + DAY_IN_SECONDS,
			self::UNREADABLE,
			(string) $claimed->unreadable_column(),
			$reason,
			State::NetworkMustAct->value,
			$now,
			State::NetworkMustAct->value,
			$claimed->id,
			$claimed->lease_owner
		);
	}

	/**
	 * Ends the lease of a row of which no step may be taken yet, unless its wish has changed: then it is due as it is.
	 */
	public function postpone( Ledger_Row $claimed, int $seconds ): void {
		$this->database->run(
			"UPDATE %i SET lease_owner = '', lease_until = 0, next_check_at = CASE WHEN revision = %d THEN %d ELSE next_check_at END
			WHERE id = %d AND lease_owner = %s",
			$this->table,
			$claimed->revision,
			$this->now() + $seconds,
			$claimed->id,
			$claimed->lease_owner
		);
	}

	/**
	 * Whether a name with this end waits for its first call that adds it, and has not been tried so often.
	 *
	 * @param string $end `.example.com`.
	 */
	public function awaits_addition( string $end, int $attempts ): bool {
		return null !== $this->database->value(
			"SELECT 1 FROM %i WHERE next_call = 'add' AND wanted = 'present' AND stage = 'pending' AND attempts < %d AND domain LIKE %s LIMIT 1",
			$this->table,
			$attempts,
			$this->database->ending( $end )
		);
	}

	/**
	 * When the next row is due, as Unix seconds; a leased one when its lease ends. Null: there is none that ever is.
	 */
	public function next_due(): ?int {
		$now = $this->now();
		$due = array(
			'MIN( lease_until ) AS due FROM %i WHERE ' . self::of_leases( "lease_until BETWEEN $now + 1 AND $now + " . Lease::LONGEST ),
			'MIN( next_check_at ) AS due FROM %i WHERE ' . self::of_leases( Lease::is_free( $now ) ),
		);

		foreach ( Work::All->ranges() as $range ) {
			$due[] = "MIN( next_check_at ) AS due FROM %i WHERE lease_owner = '' AND $range AND next_check_at > 0";
		}

		$due = 'SELECT ' . implode( ' UNION ALL SELECT ', $due );
		$due = $this->database->column( $due, ...array_fill( 0, substr_count( $due, '%i' ), $this->table ) );
		$due = array_filter( $due, static fn( string $time ): bool => '' !== $time );

		return array() === $due ? null : min( array_map( 'intval', $due ) );
	}

	public function count_due(): int {
		return (int) $this->database->value( 'SELECT COUNT(*) FROM %i WHERE ' . self::is_due( $this->now() ), $this->table );
	}

	/**
	 * Whether any row waits for a call to Closte: due, or after an error that may have passed.
	 */
	public function awaits_call(): bool {
		$is_due = self::is_due( $this->now() );
		$calls  = Work::Calls->condition();

		return $this->database->has_any(
			$this->table,
			...array_map( static fn( string $range ): string => "lease_owner = '' AND $range AND $is_due", Work::Calls->ranges() ),
			...array( self::of_leases( "$calls AND $is_due" ), "$calls AND error_kind IN ( " . self::PASSING_ERRORS . ' )' )
		);
	}

	/**
	 * The calls were made, so their effects may be there against the newer wishes: the next one asks before it repeats.
	 *
	 * @param array<int, Ledger_Row> $claimed
	 */
	private function release_stale( array $claimed ): void {
		if ( array() === $claimed ) {
			return;
		}

		list( $is_leased, $values ) = Result_Writer::is_leased( $claimed );

		$this->database->run(
			"UPDATE %i SET lease_owner = '', lease_until = 0, may_have_landed = 1, " . sprintf( Result_Writer::NEXT_CHECK, '%d' ) . " WHERE $is_leased",
			$this->table,
			$this->now(),
			...$values
		);
	}

	/**
	 * The condition for leased rows of which something else must be true as well. All leases are side by side in an index, with what
	 * is asked of them, and are few: by another index the database would read the rows.
	 */
	private static function of_leases( string $condition ): string {
		return "lease_owner > '' AND CASE WHEN $condition THEN 1 ELSE 0 END = 1";
	}

	private static function is_due( int $now ): string {
		return sprintf( 'next_check_at BETWEEN 1 AND %d', $now );
	}

	private function now(): int {
		return ( $this->clock )();
	}
}
