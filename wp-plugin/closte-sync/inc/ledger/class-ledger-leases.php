<?php
/**
 * Who works on what.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

use ClosteSync\Sync\Work;

/**
 * The half of {@see Ledger} by which any number of web heads share the work.
 *
 * Two rules keep concurrent requests right. Who wants to work on a row claims it in one UPDATE, under a lease. And an
 * answer is written only where the row's revision and lease are still those of the claim, so that an answer which
 * comes late never overwrites a newer wish.
 */
abstract class Ledger_Leases extends Ledger_Reader {

	/** The next step is a call that changes something: also for one that Closte has refused so far, which is sent again. */
	private const CALLS = "( stage IN ( 'pending', 'removing' ) OR ( stage = 'failed' AND accepted_at = 0 ) )";

	/** Whose lease has ended without an answer died in the middle of a call, perhaps: the next one asks before it repeats. */
	private const LEASE = "may_have_landed = CASE WHEN lease_owner <> '' AND " . self::CALLS . ' THEN 1 ELSE may_have_landed END, lease_owner = %s, lease_until = %d';

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
			'UPDATE %i SET ' . self::LEASE . ' WHERE id = %d AND ' . $this->is_free( $now ) . ' AND ' . $this->is_due( $now ),
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
			'UPDATE %i SET ' . self::LEASE . ' WHERE ' . $this->is_free( $now ) . ' AND ' . $this->is_due( $now ) . ' AND ' . self::is_work( $work )
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
	 *
	 * @param bool $called Whether a call may have been under way.
	 */
	public function release( Ledger_Row $claimed, bool $called = false ): void {
		$this->database->run(
			"UPDATE %i SET lease_owner = '', lease_until = 0, may_have_landed = CASE WHEN %d = 1 AND " . self::CALLS . ' THEN 1 ELSE may_have_landed END WHERE id = %d AND lease_owner = %s',
			$this->table,
			(int) $called,
			$claimed->id,
			$claimed->lease_owner
		);
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
}
