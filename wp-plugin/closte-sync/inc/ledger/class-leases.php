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

	/** Rows are confirmed before their calls: a mark has come since, and says itself until when no run takes the row. */
	private const NEXT_CHECK = 'next_check_at = CASE WHEN needs_confirmation = 1 THEN next_check_at ELSE %d END';

	/** The columns that an answer changes, with the characters that a text may have. */
	private const TEXTS = array(
		'stage'              => 20,
		'state'              => 20,
		'next_call'          => 10,
		'error_kind'         => 20,
		'error_reason'       => 60,
		'error_message'      => 2000,
		'dns_state'          => 20,
		'certificate_state'  => 20,
		'certificate_issuer' => 255,
	);
	private const INTS = array(
		'stage_since',
		'attempts',
		'next_check_at',
		'accepted_at',
		'last_added_at',
		'may_have_landed',
		'retry_after',
		'dns_checked_at',
		'certificate_not_after',
		'certificate_checked_at',
	);

	private readonly Database $database;
	private readonly string $table;

	/** @var \Closure(): int */
	private readonly \Closure $clock;

	/**
	 * @param ?\Closure(): int $clock Unix time; null: the system's.
	 */
	public function __construct( \wpdb $wpdb, ?\Closure $clock = null ) {
		$this->database = new Database( $wpdb );
		$this->table    = $this->database->table( Schema::TABLE );
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
		return array() === $ids ? array() : $this->take( $lease, sprintf( 'id IN ( %s )', implode( ', ', $ids ) ), 'ORDER BY id' );
	}

	/**
	 * Leases the rows that have been due for longest.
	 *
	 * @param string $owner As in {@see Lease}.
	 * @param int    $limit How many at most.
	 * @return list<Ledger_Row>
	 */
	public function claim_due( string $owner, int $limit, int $seconds, Work $work = Work::All ): array {
		return $this->take( new Lease( $owner, $seconds ), $work->condition(), "ORDER BY next_check_at, id LIMIT $limit" );
	}

	/**
	 * @param string $which Condition in SQL.
	 * @param string $order As it ends a statement.
	 * @return list<Ledger_Row>
	 */
	private function take( Lease $lease, string $which, string $order ): array {
		$now   = $this->now();
		$taken = $this->database->run(
			'UPDATE %i SET ' . self::TAKE . " WHERE $which AND " . self::is_due( $now ) . ' AND ' . Lease::is_free( $now ) . " $order",
			$this->table,
			$lease->owner,
			$now + $lease->seconds
		);

		return 0 === $taken ? array() : array_map(
			Ledger_Row::from_array( ... ),
			$this->database->rows( 'SELECT * FROM %i WHERE lease_owner = %s ORDER BY next_check_at, id', $this->table, $lease->owner )
		);
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
		$is_current = 'id = %d AND revision = %d AND lease_owner = %s';
		$identity   = array( $claimed->id, $claimed->revision, $claimed->lease_owner );

		if ( 'removed' === ( $record['stage'] ?? '' ) ) {
			$written = $this->database->run( "DELETE FROM %i WHERE $is_current", $this->table, ...$identity );
		} else {
			$now = $this->now();

			list( $assignments, $values ) = self::assignments( $record, $now );

			$written = $this->database->run(
				"UPDATE %i SET $assignments, lease_owner = '', lease_until = 0, updated_at = %d WHERE $is_current",
				$this->table,
				...$values,
				...array( $now ),
				...$identity
			);
		}

		if ( $written > 0 ) {
			return true;
		}

		$this->release_stale( $claimed );

		return false;
	}

	/**
	 * Ends leases without an answer: the rows stay due.
	 *
	 * @param array<Ledger_Row> $claimed Of one claim.
	 * @param bool              $called  Whether calls may have been under way.
	 */
	public function release( array $claimed, bool $called = false ): void {
		if ( array() === $claimed ) {
			return;
		}

		$ids = implode( ', ', array_map( static fn( Ledger_Row $row ): int => $row->id, $claimed ) );

		$this->database->run(
			"UPDATE %i SET lease_owner = '', lease_until = 0, may_have_landed = CASE WHEN %d = 1 AND next_call <> '' THEN 1 ELSE may_have_landed END WHERE id IN ( $ids ) AND lease_owner = %s",
			$this->table,
			(int) $called,
			reset( $claimed )->lease_owner
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
	 * When the next row is due, as Unix seconds; a leased one when its lease ends. Null: there is none that ever is.
	 */
	public function next_due(): ?int {
		$due = $this->database->column(
			"SELECT MIN( next_check_at ) AS due FROM %i WHERE lease_owner = '' AND next_check_at > 0
			UNION ALL SELECT MIN( CASE WHEN lease_until > next_check_at AND lease_until <= %d THEN lease_until ELSE next_check_at END )
				AS due FROM %i WHERE lease_owner > ''",
			$this->table,
			$this->now() + Lease::LONGEST,
			$this->table
		);
		$due = array_filter( $due, static fn( string $time ): bool => '' !== $time );

		return array() === $due ? null : min( array_map( 'intval', $due ) );
	}

	public function count_due( Work $work = Work::All ): int {
		return (int) $this->database->value(
			'SELECT COUNT(*) FROM %i WHERE ' . self::is_due( $this->now() ) . ' AND ' . $work->condition(),
			$this->table
		);
	}

	/**
	 * Whether any row waits for a call to Closte: due, or after an error that may have passed.
	 */
	public function awaits_call(): bool {
		return null !== $this->database->value(
			'SELECT id FROM %i WHERE ' . Work::Calls->condition() . ' AND ( ' . self::is_due(
				$this->now()
			) . ' OR error_kind IN ( ' . self::PASSING_ERRORS . ' ) ) LIMIT 1',
			$this->table
		);
	}

	/**
	 * The call was made, so its effect may be there against the newer wish: the next one asks before it repeats.
	 */
	private function release_stale( Ledger_Row $claimed ): void {
		$this->database->run(
			"UPDATE %i SET lease_owner = '', lease_until = 0, may_have_landed = 1, " . self::NEXT_CHECK . ' WHERE id = %d AND lease_owner = %s',
			$this->table,
			$this->now(),
			$claimed->id,
			$claimed->lease_owner
		);
	}

	/**
	 * @param array<string, mixed> $record
	 * @return array{string, list<int|string>}
	 */
	private static function assignments( array $record, int $now ): array {
		$assignments = array();
		$values      = array();

		// Before the state itself: a statement sees what it has written already.
		if ( isset( $record['state'] ) ) {
			$assignments[] = 'state_since = CASE WHEN state = %s THEN state_since ELSE %d END';
			array_push( $values, $record['state'], $now );
		}

		foreach ( array_intersect_key( $record, self::TEXTS ) as $name => $value ) {
			$assignments[] = "$name = %s";
			$values[]      = mb_substr( (string) $value, 0, self::TEXTS[ $name ], 'UTF-8' );
		}

		foreach ( array_intersect_key( $record, array_flip( self::INTS ) ) as $name => $value ) {
			$assignments[] = 'next_check_at' === $name ? self::NEXT_CHECK : "$name = %d";
			$values[]      = (int) $value;
		}

		$assignments[] = 'problems = %s';
		$values[]      = (string) wp_json_encode( is_array( $record['problems'] ?? null ) ? $record['problems'] : array() );

		return array( implode( ', ', $assignments ), $values );
	}

	private static function is_due( int $now ): string {
		return sprintf( 'next_check_at BETWEEN 1 AND %d', $now );
	}

	private function now(): int {
		return ( $this->clock )();
	}
}
