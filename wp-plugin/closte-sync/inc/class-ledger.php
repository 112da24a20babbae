<?php
/**
 * The memory of what is wanted.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

/**
 * One row a domain: what is wanted of it and how far it has come. Any number of web heads share it.
 *
 * Two rules keep concurrent requests right. Who wants to work on a row claims it in one UPDATE, under a lease. And an
 * answer is written only where the row's revision and lease are still those of the claim, so that an answer which
 * comes late never overwrites a newer wish.
 *
 * Every method throws {@see Ledger_Exception} when the database fails.
 */
final class Ledger {

	/** Seconds; longer than any one claim may take, so a lease further away was written by a clock that was wrong. */
	public const LONGEST_LEASE = 600;

	/** Seconds; longer than any wait between two checks. */
	private const LONGEST_WAIT = 2 * DAY_IN_SECONDS;

	/** Errors that a later attempt may not meet. */
	private const PASSING_ERRORS = "'transient', 'protocol', 'auth', 'config'";

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
	 * Records that a domain should be at Closte. A row that says so already keeps its place on the way.
	 *
	 * @param bool $doubtful Whether it is about to be so and must be asked for again before anything is sent.
	 * @return Ledger_Row The row as it is now.
	 */
	public function want( string $domain, int $blog_id, Source $source, bool $doubtful = false ): Ledger_Row {
		return $this->wish( $domain, $blog_id, $source, Wanted::Present, $doubtful );
	}

	/**
	 * Records that a domain should not be at Closte.
	 *
	 * @return Ledger_Row The row as it is now.
	 */
	public function unwant( string $domain, int $blog_id, Source $source ): Ledger_Row {
		return $this->wish( $domain, $blog_id, $source, Wanted::Absent, false );
	}

	/**
	 * Marks rows as perhaps about to change: should the request die before it says more, a run asks what is wanted.
	 */
	public function doubt( string $domain ): void {
		$this->database->run(
			'UPDATE %i SET doubtful = 1, next_check_at = CASE WHEN next_check_at > %d THEN %d ELSE next_check_at END, updated_at = %d WHERE domain = %s',
			$this->table,
			$this->now() + MINUTE_IN_SECONDS,
			$this->now() + MINUTE_IN_SECONDS,
			$this->now(),
			$domain
		);
	}

	/**
	 * Takes back {@see Ledger::doubt()}: the row is as it should be.
	 */
	public function trust( Ledger_Row $row ): void {
		$this->database->run( 'UPDATE %i SET doubtful = 0 WHERE id = %d AND revision = %d', $this->table, $row->id, $row->revision );
	}

	/**
	 * Leases one row, if it is due and nobody else works on it.
	 *
	 * @param string $owner Unique to this claim, at most 40 characters.
	 * @param int    $lease Seconds, at most {@see Ledger::LONGEST_LEASE}.
	 * @return ?Ledger_Row The row as leased, or null.
	 */
	public function claim( int $id, string $owner, int $lease ): ?Ledger_Row {
		$now     = $this->now();
		$claimed = $this->database->run(
			'UPDATE %i SET lease_owner = %s, lease_until = %d WHERE id = %d AND ' . $this->is_free( $now ) . ' AND ' . $this->is_due( $now ),
			$this->table,
			$owner,
			$now + min( $lease, self::LONGEST_LEASE ),
			$id
		);

		return 1 === $claimed ? $this->one( 'id = %d AND lease_owner = %s', $id, $owner ) : null;
	}

	/**
	 * Leases the rows that have been due for longest.
	 *
	 * @param string $owner     Unique to this claim, at most 40 characters.
	 * @param int    $limit     How many at most.
	 * @param int    $lease     Seconds, at most {@see Ledger::LONGEST_LEASE}.
	 * @param Work   $work  Which rows.
	 * @return list<Ledger_Row>
	 */
	public function claim_due( string $owner, int $limit, int $lease, Work $work = Work::All ): array {
		$now = $this->now();

		$this->database->run(
			'UPDATE %i SET lease_owner = %s, lease_until = %d WHERE ' . $this->is_free( $now ) . ' AND ' . $this->is_due( $now ) . ' AND ' . self::is_work( $work )
				. ' ORDER BY next_check_at, id LIMIT %d',
			$this->table,
			$owner,
			$now + min( $lease, self::LONGEST_LEASE ),
			$limit
		);

		return $this->many( 'lease_owner = %s ORDER BY next_check_at, id', $owner );
	}

	/**
	 * Writes the answer to a claimed row and ends its lease. A row whose stage is `removed` is deleted.
	 *
	 * When the wish has changed meanwhile, or the lease was lost, the answer is dropped: the row is due at once.
	 *
	 * @param Ledger_Row           $claimed As claim() or claim_due() gave it.
	 * @param array<string, mixed> $record  As \Closte\Lifecycle returned it.
	 * @return bool Whether the answer was written.
	 */
	public function record( Ledger_Row $claimed, array $record ): bool {
		$is_current = 'id = %d AND revision = %d AND lease_owner = %s';
		$identity   = array( $claimed->id, $claimed->revision, $claimed->lease_owner );

		if ( 'removed' === ( $record['stage'] ?? '' ) ) {
			$written = $this->database->run( "DELETE FROM %i WHERE $is_current", $this->table, ...$identity );
		} else {
			list( $assignments, $values ) = $this->assignments( $record );

			$written = $this->database->run(
				"UPDATE %i SET $assignments, lease_owner = '', lease_until = 0, updated_at = %d WHERE $is_current",
				$this->table,
				...$values,
				...array( $this->now() ),
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
	 * Ends a lease without an answer: the row stays due.
	 */
	public function release( Ledger_Row $claimed ): void {
		$this->database->run( "UPDATE %i SET lease_owner = '', lease_until = 0 WHERE id = %d AND lease_owner = %s", $this->table, $claimed->id, $claimed->lease_owner );
	}

	/**
	 * Forgets a domain without a call, unless what is wanted of it has changed since it was read.
	 */
	public function delete( Ledger_Row $row ): bool {
		return $this->database->run( 'DELETE FROM %i WHERE id = %d AND revision = %d', $this->table, $row->id, $row->revision ) > 0;
	}

	/**
	 * Gives a row the name that the extension knows it by; it gives way to a row that has that name.
	 */
	public function rename( Ledger_Row $row, string $domain ): void {
		if ( null === $this->find( $domain ) ) {
			$this->database->run( 'UPDATE IGNORE %i SET domain = %s WHERE id = %d AND revision = %d', $this->table, $domain, $row->id, $row->revision );
		} else {
			$this->delete( $row );
		}
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
			'SELECT MIN(CASE WHEN lease_until > next_check_at AND lease_until <= %d THEN lease_until ELSE next_check_at END) FROM %i',
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
	 * Makes rows due at once: this one, or all that wait after an error which may have passed.
	 *
	 * @return int How many.
	 */
	public function wake( ?string $domain = null ): int {
		$now = $this->now();

		return null === $domain
			? $this->database->run( 'UPDATE %i SET next_check_at = %d WHERE ' . self::is_work( Work::Calls ) . ' AND error_kind IN ( ' . self::PASSING_ERRORS . ' ) AND next_check_at > %d', $this->table, $now, $now )
			: $this->database->run( 'UPDATE %i SET next_check_at = %d WHERE domain = %s', $this->table, $now, $domain );
	}

	/**
	 * Closte was seen to have this domain: a row that waits to be added has arrived.
	 */
	public function accept( string $domain ): void {
		$now = $this->now();

		$this->database->run(
			"UPDATE %i SET stage = 'checking-dns', stage_since = %d, accepted_at = %d, attempts = 0, next_check_at = %d, may_have_landed = 0,
				error_kind = '', error_reason = '', error_message = '', retry_after = 0, problems = '[]', updated_at = %d
			WHERE domain = %s AND wanted = 'present' AND accepted_at = 0 AND " . $this->is_free( $now ),
			$this->table,
			$now,
			$now,
			$now,
			$now,
			$domain
		);
	}

	/**
	 * Closte was seen not to have this domain: a row that says otherwise begins anew, and one that waits is due.
	 */
	public function send_again( string $domain ): void {
		$now = $this->now();

		$this->database->run(
			"UPDATE %i SET stage = 'pending', stage_since = %d, accepted_at = 0, attempts = 0, next_check_at = %d, revision = revision + 1, updated_at = %d
			WHERE domain = %s AND wanted = 'present' AND " . $this->is_free( $now ),
			$this->table,
			$now,
			$now,
			$now,
			$domain
		);
	}

	/**
	 * @return list<string> The wildcards of ours that Closte has accepted.
	 */
	public function accepted_wildcards(): array {
		return $this->database->column( "SELECT domain FROM %i WHERE wanted = 'present' AND accepted_at > 0 AND domain LIKE %s", $this->table, '*.%' );
	}

	private function wish( string $domain, int $blog_id, Source $source, Wanted $wanted, bool $doubtful ): Ledger_Row {
		$stage = Wanted::Present === $wanted ? Stage::Pending : Stage::Removing;

		// A row that another request deletes between two of these statements is made anew.
		for ( $try = 0; $try < 5; $try++ ) {
			$now     = $this->now();
			$created = $this->database->run(
				"INSERT IGNORE INTO %i ( domain, blog_id, source, wanted, stage, stage_since, next_check_at, doubtful, error_message, problems, created_at, updated_at )
				VALUES ( %s, %d, %s, %s, %s, %d, %d, %d, '', '[]', %d, %d )",
				$this->table,
				$domain,
				$blog_id,
				$source->value,
				$wanted->value,
				$stage->value,
				$now,
				$doubtful ? $now + MINUTE_IN_SECONDS : $now,
				(int) $doubtful,
				$now,
				$now
			);

			if ( 0 === $created && ! $doubtful ) {
				$this->change_wish( $domain, $blog_id, $source, $wanted, $stage );
			}

			$row = $this->find( $domain );

			if ( null !== $row && ( $doubtful || $row->wanted === $wanted ) ) {
				return $row;
			}
		}

		throw new Ledger_Exception( sprintf( 'The row of %s changes too fast.', $domain ) ); // phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped
	}

	/**
	 * The lease stays: a call in flight is not repeated beside it, and its answer finds another revision.
	 */
	private function change_wish( string $domain, int $blog_id, Source $source, Wanted $wanted, Stage $stage ): void {
		$now     = $this->now();
		$changed = $this->database->run(
			"UPDATE %i SET wanted = %s, stage = %s, stage_since = %d, blog_id = %d, source = %s, revision = revision + 1, attempts = 0, next_check_at = %d,
				doubtful = 0, accepted_at = 0, last_added_at = 0, error_kind = '', error_reason = '', error_message = '', retry_after = 0, problems = '[]', updated_at = %d
			WHERE domain = %s AND wanted <> %s",
			$this->table,
			$wanted->value,
			$stage->value,
			$now,
			$blog_id,
			$source->value,
			$now,
			$now,
			$domain,
			$wanted->value
		);

		if ( 0 === $changed && Wanted::Present === $wanted ) {
			$this->take_over( $domain, $blog_id, $source, $now );
		}
	}

	/**
	 * A site's own event names its site; one by hand, by a reconcile or for a www name does not take a row from a site.
	 */
	private function take_over( string $domain, int $blog_id, Source $source, int $now ): void {
		$this->database->run(
			'UPDATE %i SET doubtful = 0, next_check_at = %d WHERE domain = %s AND doubtful = 1',
			$this->table,
			$now,
			$domain
		);

		if ( in_array( $source, array( Source::Core, Source::Ultimate_Multisite, Source::Mercator ), true ) ) {
			$this->database->run( 'UPDATE %i SET blog_id = %d, source = %s, updated_at = %d WHERE domain = %s AND ( blog_id <> %d OR source <> %s )', $this->table, $blog_id, $source->value, $now, $domain, $blog_id, $source->value );
		}
	}

	/**
	 * The call was made, so its effect may be there against the newer wish: the next one asks before it repeats.
	 */
	private function release_stale( Ledger_Row $claimed ): void {
		$this->database->run(
			"UPDATE %i SET lease_owner = '', lease_until = 0, may_have_landed = 1, next_check_at = %d WHERE id = %d AND lease_owner = %s",
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
	private function assignments( array $record ): array {
		$texts = array(
			'stage'              => 20,
			'error_kind'         => 20,
			'error_reason'       => 60,
			'error_message'      => 2000,
			'dns_state'          => 20,
			'certificate_state'  => 20,
			'certificate_issuer' => 255,
		);
		$ints  = array( 'stage_since', 'attempts', 'next_check_at', 'accepted_at', 'last_added_at', 'may_have_landed', 'retry_after', 'dns_checked_at', 'certificate_not_after', 'certificate_checked_at' );

		$assignments = array();
		$values      = array();

		foreach ( array_intersect_key( $record, $texts ) as $name => $value ) {
			$assignments[] = "$name = %s";
			$values[]      = mb_substr( (string) $value, 0, $texts[ $name ], 'UTF-8' );
		}

		foreach ( array_intersect_key( $record, array_flip( $ints ) ) as $name => $value ) {
			$assignments[] = "$name = %d";
			$values[]      = (int) $value;
		}

		$assignments[] = 'problems = %s';
		$values[]      = (string) wp_json_encode( is_array( $record['problems'] ?? null ) ? $record['problems'] : array() );

		return array( implode( ', ', $assignments ), $values );
	}

	/**
	 * @return array{string, list<int|string>}
	 */
	private function conditions( Ledger_Query $query ): array {
		$conditions = array(
			'stage = %s'     => $query->stage?->value,
			'wanted = %s'    => $query->wanted?->value,
			'source = %s'    => $query->source?->value,
			'blog_id = %d'   => $query->blog_id,
			'domain LIKE %s' => '' === $query->search ? null : $this->database->like( strtolower( $query->search ) ),
		);
		$conditions = array_filter( $conditions, static fn( mixed $value ): bool => null !== $value );

		return array( implode( ' AND ', array( '1 = 1', ...array_keys( $conditions ) ) ), array_values( $conditions ) );
	}

	/**
	 * The clock may have been set back: what lies further ahead than anything is ever put counts as past.
	 */
	private function is_due( int $now ): string {
		return sprintf( '( next_check_at <= %d OR next_check_at > %d )', $now, $now + self::LONGEST_WAIT );
	}

	private function is_free( int $now ): string {
		return sprintf( "( lease_owner = '' OR lease_until <= %d OR lease_until > %d )", $now, $now + self::LONGEST_LEASE );
	}

	private static function is_work( Work $work ): string {
		return match ( $work ) {
			Work::All    => '1 = 1',
			Work::Calls  => "stage IN ( 'pending', 'removing' )",
			Work::Checks => "stage NOT IN ( 'pending', 'removing' )",
		};
	}

	private function one( string $where, mixed ...$values ): ?Ledger_Row {
		return $this->many( "$where LIMIT 1", ...$values )[0] ?? null;
	}

	/**
	 * @return list<Ledger_Row>
	 */
	private function many( string $where, mixed ...$values ): array {
		return array_map( Ledger_Row::from_database( ... ), $this->database->rows( "SELECT * FROM %i WHERE $where", $this->table, ...$values ) );
	}

	private function now(): int {
		return ( $this->clock )();
	}
}
