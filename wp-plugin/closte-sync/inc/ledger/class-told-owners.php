<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Knows which owners were told what to do about their domains, so that each is told once.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Told_Owners {

	/** Nobody is told of sites that are archived or deleted: what is wrong then is told once they are back. */
	private const OF_LIVE_SITES = "FROM %i d
		INNER JOIN %i b ON b.blog_id = d.blog_id AND b.archived = '0' AND b.spam = '0' AND b.deleted = '0'
		WHERE d.state = %s AND d.wanted = 'present'";

	private readonly Database $database;
	private readonly string $table;

	public function __construct( private readonly \wpdb $wpdb ) {
		$this->database = new Database( $wpdb );
		$this->table    = $this->database->table( Schema::TABLE );
	}

	/**
	 * Domains of sites whose owner must act and was not told, the oldest trouble first.
	 *
	 * @param int $before Unix time: only where that has been so since then.
	 * @return list<Ledger_Row>
	 */
	public function untold( int $before, int $limit ): array {
		return $this->rows( 'd.state_since BETWEEN 1 AND %d ORDER BY d.state_since LIMIT %d', $before, $limit );
	}

	/**
	 * The same of one site, however long it has been so.
	 *
	 * @return list<Ledger_Row>
	 */
	public function untold_of_site( int $blog_id ): array {
		return $this->rows( 'd.blog_id = %d ORDER BY d.domain', $blog_id );
	}

	/**
	 * Sites whose owner must act, told or not.
	 *
	 * @param int $since Unix time: only where that is so since later.
	 * @return list<int>
	 */
	public function troubled_sites( int $since, int $limit ): array {
		$ids = $this->database->column(
			'SELECT DISTINCT d.blog_id ' . self::OF_LIVE_SITES . ' AND d.state_since > %d LIMIT %d',
			$this->table,
			$this->wpdb->blogs,
			State::OwnerMustAct->value,
			$since,
			$limit
		);

		return array_map( intval( ... ), $ids );
	}

	/**
	 * @param non-empty-list<Ledger_Row> $rows Of one site.
	 * @return bool False when another process has done it.
	 */
	public function mark( array $rows ): bool {
		return $this->write( $rows, $rows[0]->blog_id, 0 ) > 0;
	}

	/**
	 * They were not told after all.
	 *
	 * @param non-empty-list<Ledger_Row> $rows Of one site.
	 */
	public function unmark( array $rows ): void {
		$this->write( $rows, 0, $rows[0]->blog_id );
	}

	/**
	 * What is wrong from now on is news.
	 */
	public function forget( Ledger_Row $row ): void {
		$this->database->run( 'UPDATE %i SET told_blog_id = 0 WHERE id = %d', $this->table, $row->id );
	}

	/**
	 * @param list<Ledger_Row> $rows
	 * @param int              $blog_id Written where another one is there, and this one is not.
	 * @param int              $instead Of this one, if it is not 0.
	 */
	private function write( array $rows, int $blog_id, int $instead ): int {
		$ids = implode( ', ', array_map( static fn( Ledger_Row $row ): int => $row->id, $rows ) );

		return $this->database->run(
			"UPDATE %i SET told_blog_id = %d WHERE id IN ( $ids ) AND told_blog_id <> %d AND ( %d = 0 OR told_blog_id = %d )",
			$this->table,
			$blog_id,
			$blog_id,
			$instead,
			$instead
		);
	}

	/**
	 * @return list<Ledger_Row>
	 */
	private function rows( string $where, int ...$values ): array {
		return array_map(
			Ledger_Row::from_array( ... ),
			$this->database->rows(
				'SELECT d.* ' . self::OF_LIVE_SITES . " AND d.told_blog_id = 0 AND $where",
				$this->table,
				$this->wpdb->blogs,
				State::OwnerMustAct->value,
				...$values
			)
		);
	}
}
