<?php
/**
 * The memory of what is wanted.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

use ClosteSync\Sync\Work;

/**
 * One row a domain: what is wanted of it and how far it has come. Any number of web heads share it. What is wanted is
 * written here; how work on it is shared and answers get in, {@see Ledger_Leases} knows.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Ledger extends Ledger_Leases {

	private const ROWS_A_STATEMENT = 100;

	/**
	 * Records that a domain should be at Closte. A row that says so already keeps its place on the way.
	 *
	 * @param bool $doubtful Whether it is about to be so and must be asked for again before anything is sent.
	 * @return Ledger_Row The row as it is now.
	 */
	public function want( string $domain, int $blog_id, string $source, bool $doubtful = false ): Ledger_Row {
		return $this->wish( $domain, $blog_id, $source, Wanted::Present, $doubtful );
	}

	/**
	 * Records that many domains should be at Closte, a hundred a statement, where they have no row yet.
	 *
	 * @param array<string, array{blog_id: int, source: string}> $owners By domain.
	 * @return list<string> Those that have a row, which is left as it is.
	 */
	public function want_new( array $owners ): array {
		$known = array();

		foreach ( array_chunk( $owners, self::ROWS_A_STATEMENT, true ) as $chunk ) {
			$domains = array_map( strval( ... ), array_keys( $chunk ) );
			$there   = $this->database->column( 'SELECT domain FROM %i WHERE domain IN ( ' . implode( ', ', array_fill( 0, count( $domains ), '%s' ) ) . ' )', $this->table, ...$domains );
			$new     = array_diff( $domains, $there );
			array_push( $known, ...$there );

			if ( array() !== $new ) {
				$this->insert( array_intersect_key( $chunk, array_flip( $new ) ) );
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
		return $this->wish( $domain, $blog_id, $source, Wanted::Absent, false );
	}

	/**
	 * Marks rows as perhaps about to change: should the request die before it says more, a run asks what is wanted.
	 */
	public function await_confirmation( string $domain ): void {
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
	 * Takes back {@see Ledger::await_confirmation()}: the row is as it should be.
	 */
	public function confirm( Ledger_Row $row ): void {
		$this->database->run( 'UPDATE %i SET doubtful = 0 WHERE id = %d AND revision = %d', $this->table, $row->id, $row->revision );
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
	 * Changes nothing, in a way that fails where a change would.
	 */
	public function try_to_write(): void {
		$this->database->run( 'UPDATE %i SET revision = revision WHERE id = 0', $this->table );
	}

	/**
	 * Makes rows due that were written in the future: the clock was set back, and what they wait for would come late.
	 */
	public function fix_clock_skew(): void {
		$now    = $this->now();
		$latest = $now + self::LONGEST_LEASE;

		// Looked for first: an UPDATE locks every row that it reads.
		if ( null !== $this->database->value( 'SELECT id FROM %i WHERE updated_at > %d LIMIT 1', $this->table, $latest ) ) {
			$this->database->run( 'UPDATE %i SET next_check_at = %d, updated_at = %d WHERE updated_at > %d', $this->table, $now, $now, $latest );
		}
	}

	/**
	 * Makes rows due at once: this one, or all that wait after an error which has passed. That error is told no longer.
	 *
	 * @return int How many.
	 */
	public function make_due( ?string $domain = null ): int {
		$now = $this->now();

		return null === $domain
			? $this->database->run( "UPDATE %i SET next_check_at = %d, error_kind = '', error_reason = '', error_message = '' WHERE " . self::is_work( Work::Calls ) . ' AND error_kind IN ( ' . self::PASSING_ERRORS . ' )', $this->table, $now )
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
	 * @param non-empty-array<string, array{blog_id: int, source: string}> $owners By domain.
	 */
	private function insert( array $owners ): void {
		$now    = $this->now();
		$values = array();

		foreach ( $owners as $domain => $owner ) {
			array_push( $values, (string) $domain, $owner['blog_id'], $owner['source'], $now, $now, $now, $now );
		}

		$this->database->run(
			'INSERT IGNORE INTO %i ( domain, blog_id, source, wanted, stage, stage_since, next_check_at, error_message, problems, created_at, updated_at ) VALUES '
				. implode( ', ', array_fill( 0, count( $owners ), "( %s, %d, %s, 'present', 'pending', %d, %d, '', '[]', %d, %d )" ) ),
			$this->table,
			...$values
		);
	}

	private function wish( string $domain, int $blog_id, string $source, Wanted $wanted, bool $doubtful ): Ledger_Row {
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
				$source,
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

		throw new Database_Exception( sprintf( 'The row of %s changes too fast.', $domain ) ); // phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped
	}

	/**
	 * The lease stays: a call in flight is not repeated beside it, and its answer finds another revision. What Closte had
	 * accepted before a wish for its absence, it may still have when that is taken back: it is asked before it is sent again.
	 */
	private function change_wish( string $domain, int $blog_id, string $source, Wanted $wanted, Stage $stage ): void {
		$now     = $this->now();
		$is_back = (int) ( Wanted::Present === $wanted );
		$changed = $this->database->run(
			"UPDATE %i SET wanted = %s, stage = %s, stage_since = %d, blog_id = %d, source = %s, revision = revision + 1, attempts = 0, next_check_at = %d,
				doubtful = 0, may_have_landed = CASE WHEN accepted_at > 0 AND %d = 1 THEN 1 ELSE may_have_landed END, accepted_at = CASE WHEN %d = 1 THEN 0 ELSE accepted_at END,
				last_added_at = 0, error_kind = '', error_reason = '', error_message = '', retry_after = 0, problems = '[]', updated_at = %d
			WHERE domain = %s AND wanted <> %s",
			$this->table,
			$wanted->value,
			$stage->value,
			$now,
			$blog_id,
			$source,
			$now,
			$is_back,
			$is_back,
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
	private function take_over( string $domain, int $blog_id, string $source, int $now ): void {
		$this->database->run(
			'UPDATE %i SET doubtful = 0, next_check_at = %d, blog_id = CASE WHEN blog_id = 0 THEN %d ELSE blog_id END WHERE domain = %s AND doubtful = 1',
			$this->table,
			$now,
			$blog_id,
			$domain
		);

		if ( Row_Source::is_of_a_site( $source ) ) {
			$this->database->run( 'UPDATE %i SET blog_id = %d, source = %s, updated_at = %d WHERE domain = %s AND ( blog_id <> %d OR source <> %s )', $this->table, $blog_id, $source, $now, $domain, $blog_id, $source );
		}
	}
}
