<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * The statements by which {@see Leases} writes answers to claimed rows, many in one, and ends their leases. An answer is
 * written only where the row's revision and lease are still those of the claim.
 */
final class Result_Writer {

	/** Rows are confirmed before their calls: a mark has come since, and says itself until when no run takes the row. */
	public const NEXT_CHECK = 'next_check_at = CASE WHEN needs_confirmation = 1 THEN next_check_at ELSE %s END';

	/** Bytes of texts in one statement: the smallest packet that a database takes is a megabyte. */
	private const MOST_BYTES = 200_000;

	private const REMOVED = 'removed';

	/** The columns that an answer changes beside `problems`, with the characters that a text may have; 0: a whole number. */
	private const COLUMNS = array(
		'stage'                  => 20,
		'state'                  => 20,
		'next_call'              => 10,
		'error_kind'             => 20,
		'error_reason'           => 60,
		'error_message'          => 2000,
		'dns_state'              => 20,
		'certificate_state'      => 20,
		'certificate_issuer'     => 255,
		'stage_since'            => 0,
		'attempts'               => 0,
		'next_check_at'          => 0,
		'accepted_at'            => 0,
		'last_added_at'          => 0,
		'may_have_landed'        => 0,
		'retry_after'            => 0,
		'dns_checked_at'         => 0,
		'certificate_not_after'  => 0,
		'certificate_checked_at' => 0,
	);

	public function __construct( private readonly Database $database, private readonly string $table ) {}

	/**
	 * Rows whose stage is `removed` are deleted. What the database refuses to take together is written one by one: one row
	 * that it does not take keeps no other from its answer.
	 *
	 * @param array<int, Ledger_Row>           $claimed As they were claimed, by their ids.
	 * @param array<int, array<string, mixed>> $records As \Closte\Lifecycle returned them, by the same ids.
	 * @param array<int, true>                 $written Gets the ids of those that were written, also where the database fails
	 *                                                  at others.
	 * @throws Database_Exception When the database failed at one of them.
	 */
	public function write( array $claimed, array $records, int $now, array &$written ): void {
		if ( count( $records ) > 1 ) {
			$records = array_intersect_key( $records, $this->current( $claimed ) );
		}

		$failure = null;

		foreach ( self::alike( $records, $claimed ) as $columns => $some ) {
			$refusal = $this->attempt( $columns, $some, $claimed, $now, $written );

			if ( null !== $refusal && count( $some ) > 1 ) {
				$refusal = null;

				foreach ( $some as $id => $values ) {
					$refusal = $this->attempt( $columns, array( $id => $values ), $claimed, $now, $written ) ?? $refusal;
				}
			}

			$failure = $refusal ?? $failure;
		}

		if ( null !== $failure ) {
			throw $failure;
		}
	}

	/**
	 * @param string                                          $columns As {@see Result_Writer::alike()} names them.
	 * @param non-empty-array<int, array<string, string|int|null>> $rows Values of the same columns by row.
	 * @param array<int, Ledger_Row>                          $claimed
	 * @param array<int, true>                                $written As in {@see Result_Writer::write()}.
	 * @return ?Database_Exception When the database refused the statement.
	 * @throws Database_Exception When others held the rows for too long: they would hold each one too.
	 */
	private function attempt( string $columns, array $rows, array $claimed, int $now, array &$written ): ?Database_Exception {
		try {
			$written += self::REMOVED === $columns
				? $this->run( 'DELETE FROM %i', array(), $rows, $claimed )
				: $this->update( $rows, $claimed, $now );
		} catch ( Database_Exception $e ) {
			return $e->is_busy ? throw $e : $e;
		}

		return null;
	}

	/**
	 * Those that one statement takes: it names the same columns for all, and is not too long.
	 *
	 * @param array<int, array<string, mixed>> $records
	 * @param array<int, Ledger_Row>           $claimed
	 * @return iterable<string, non-empty-array<int, array<string, string|int|null>>> Values of columns by row, by the names of the
	 *                                                                               columns.
	 */
	private static function alike( array $records, array $claimed ): iterable {
		$some  = array();
		$bytes = array();

		foreach ( $records as $id => $record ) {
			$values  = self::values( $record, $claimed[ $id ] );
			$columns = 'removed' === ( $record['stage'] ?? '' ) ? self::REMOVED : implode( ' ', array_keys( $values ) );
			$length  = strlen( implode( '', $values ) );

			// One that is longer by itself goes alone.
			if ( isset( $some[ $columns ] ) && $bytes[ $columns ] + $length > self::MOST_BYTES ) {
				yield $columns => $some[ $columns ];
				unset( $some[ $columns ], $bytes[ $columns ] );
			}

			$some[ $columns ][ $id ] = $values;
			$bytes[ $columns ]       = ( $bytes[ $columns ] ?? 0 ) + $length;
		}

		yield from $some;
	}

	/**
	 * The problems are most of what a row has, and most checks find those of the last one: they are encoded and sent only where
	 * they changed. While a row has the revision and the lease of its claim, nobody else writes them.
	 *
	 * @param array<string, mixed> $record
	 * @return array<string, string|int|null> By column; null: it stays as it is.
	 */
	private static function values( array $record, Ledger_Row $claimed ): array {
		$values = array();

		foreach ( array_intersect_key( $record, self::COLUMNS ) as $name => $value ) {
			$most = self::COLUMNS[ $name ];

			$values[ $name ] = match ( true ) {
				0 === $most                                       => (int) $value,
				is_string( $value ) && strlen( $value ) <= $most => $value,
				default                                           => mb_substr( (string) $value, 0, $most, 'UTF-8' ),
			};
		}

		$problems = is_array( $record['problems'] ?? null ) ? $record['problems'] : array();
		$is_known = $problems === $claimed->problems && ! isset( $claimed->unread['problems'] );

		$values['problems'] = $is_known ? null : (string) wp_json_encode( $problems );

		return $values;
	}

	/**
	 * @param non-empty-array<int, array<string, string|int|null>> $rows    Values of the same columns by row.
	 * @param array<int, Ledger_Row>                               $claimed
	 * @return array<int, true> The ids of those that were written.
	 */
	private function update( array $rows, array $claimed, int $now ): array {
		$assignments = array();
		$values      = array();
		$ids         = array_keys( $rows );

		foreach ( array_keys( reset( $rows ) ) as $column ) {
			$new = array_combine( $ids, array_column( $rows, $column ) );

			if ( 'problems' === $column ) {
				$new = array_filter( $new, is_string( ... ) );

				if ( array() === $new ) {
					continue;
				}
			}

			list( $sql, $of_rows ) = self::by_row( $new, count( $new ) < count( $rows ) ? $column : null );

			// Before the state itself: a statement sees what it has written already.
			if ( 'state' === $column ) {
				array_unshift( $assignments, "state_since = CASE WHEN state = $sql THEN state_since ELSE %d END" );
				array_unshift( $values, ...$of_rows, ...array( $now ) );
			}

			$assignments[] = 'next_check_at' === $column ? sprintf( self::NEXT_CHECK, $sql ) : "$column = $sql";
			array_push( $values, ...$of_rows );
		}

		return $this->run(
			'UPDATE %i SET ' . implode( ', ', $assignments ) . ", lease_owner = '', lease_until = 0, updated_at = %d",
			array( ...$values, $now ),
			$rows,
			$claimed
		);
	}

	/**
	 * @param string                   $statement Without its condition.
	 * @param list<string|int>         $values    For its placeholders.
	 * @param non-empty-array<int, mixed> $rows   By their ids.
	 * @param array<int, Ledger_Row>   $claimed
	 * @return array<int, true> The ids of those that it was right for.
	 */
	private function run( string $statement, array $values, array $rows, array $claimed ): array {
		$claimed                      = array_intersect_key( $claimed, $rows );
		list( $is_current, $current ) = self::is_current( $claimed );

		$written = $this->database->run( "$statement WHERE $is_current", $this->table, ...$values, ...$current );
		$ids     = array_fill_keys( array_keys( $rows ), true );

		return match ( true ) {
			count( $ids ) === $written => $ids,
			0 === $written             => array(),
			default                    => array_diff_key( $ids, $this->still_leased( $claimed ) ),
		};
	}

	/**
	 * Those that a statement left out. They were current a moment ago: what has lost its revision since has its lease still.
	 *
	 * @param array<int, Ledger_Row> $claimed
	 * @return array<int, true> By their ids.
	 */
	private function still_leased( array $claimed ): array {
		try {
			return $this->ids( ...self::is_leased( $claimed ) );
		} catch ( Database_Exception ) {
			// Most of them were written, and would never be announced.
			return array();
		}
	}

	/**
	 * Those whose revision and lease are still those of the claim.
	 *
	 * @param array<int, Ledger_Row> $claimed
	 * @return array<int, true> By their ids.
	 */
	private function current( array $claimed ): array {
		list( $is_current, $values ) = self::is_current( $claimed );

		// Nearly always it is all of them, and a number is less to read.
		$count = (int) $this->database->value( "SELECT COUNT(*) FROM %i WHERE $is_current", $this->table, ...$values );

		return match ( $count ) {
			count( $claimed ) => array_fill_keys( array_column( $claimed, 'id' ), true ),
			0                 => array(),
			default           => $this->ids( $is_current, $values ),
		};
	}

	/**
	 * @param list<string|int> $values
	 * @return array<int, true>
	 */
	private function ids( string $condition, array $values ): array {
		$ids = $this->database->column( "SELECT id FROM %i WHERE $condition", $this->table, ...$values );

		return array_fill_keys( array_map( intval( ... ), $ids ), true );
	}

	/**
	 * @param non-empty-array<int, Ledger_Row> $claimed
	 * @return array{string, list<string|int>} The condition with its values.
	 */
	private static function is_current( array $claimed ): array {
		list( $revision, $revisions ) = self::by_row( array_combine( array_keys( $claimed ), array_column( $claimed, 'revision' ) ) );
		list( $is_leased, $values )   = self::is_leased( $claimed );

		return array( "$is_leased AND revision = $revision", array( ...$values, ...$revisions ) );
	}

	/**
	 * @param non-empty-array<int, Ledger_Row> $claimed
	 * @return array{string, list<string>} The condition with its values.
	 */
	public static function is_leased( array $claimed ): array {
		$owners    = array_values( array_unique( array_column( $claimed, 'lease_owner' ) ) );
		$is_theirs = 'lease_owner IN ( ' . Database::placeholders( $owners ) . ' )';

		return array( Database::by_ids( array_column( $claimed, 'id' ), $is_theirs ), $owners );
	}

	/**
	 * What each row has: as short as it gets, since most rows of a batch have the same.
	 *
	 * @param non-empty-array<int, string|int> $of_rows By their ids.
	 * @param ?string                          $others  The column with what all other rows have; null: there are none.
	 * @return array{string, list<string|int>} The expression with its values.
	 */
	private static function by_row( array $of_rows, ?string $others = null ): array {
		$first       = reset( $of_rows );
		$placeholder = is_int( $first ) ? '%d' : '%s';
		$else        = $others;
		$of_others   = array();

		if ( null === $others ) {
			$counts = array_count_values( $of_rows );

			if ( 1 === count( $counts ) ) {
				return array( $placeholder, array( $first ) );
			}

			arsort( $counts );
			$most      = is_int( $first ) ? (int) array_key_first( $counts ) : (string) array_key_first( $counts );
			$of_rows   = array_filter( $of_rows, static fn( string|int $value ): bool => $value !== $most );
			$else      = $placeholder;
			$of_others = array( $most );
		}

		$cases = 'WHEN ' . implode( " THEN $placeholder WHEN ", array_keys( $of_rows ) ) . " THEN $placeholder";

		return array( "CASE id $cases ELSE $else END", array( ...array_values( $of_rows ), ...$of_others ) );
	}
}
