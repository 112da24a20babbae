<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Records which site owners were told what to do about their domains, so that each is told once.
 *
 * Every method throws {@see Database_Exception} when the database fails.
 */
final class Notified_Owners {

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
	 * Sites whose owner must act and was not told, the oldest trouble first.
	 *
	 * @param int       $before  Unix time: only where that has been so since then.
	 * @param int       $latest  Unix time: only sites without such trouble that came later.
	 * @param list<int> $without Sites that are left out.
	 * @return list<int>
	 */
	public function untold_sites( int $before, int $latest, array $without, int $limit ): array {
		$ids = $this->database->column(
			'SELECT d.blog_id ' . self::OF_LIVE_SITES . ' AND d.told_blog_id = 0 AND d.state_since BETWEEN 1 AND %d' . self::but( $without ) . '
			GROUP BY d.blog_id HAVING MAX( d.state_since ) <= %d ORDER BY MIN( d.state_since ), d.blog_id LIMIT %d',
			$this->table,
			$this->wpdb->blogs,
			State::OwnerMustAct->value,
			$before,
			$latest,
			$limit
		);

		return array_map( intval( ... ), $ids );
	}

	/**
	 * How many such sites have trouble that came later than `$since`.
	 *
	 * @param list<int> $without
	 */
	public function count_untold( int $since, int $before, array $without ): int {
		return $this->count( 'd.told_blog_id = 0 AND d.state_since > %d AND d.state_since <= %d' . self::but( $without ), $since, $before );
	}

	/**
	 * The same, with all sites whose trouble came later than `$recently`: told or not, and those that are left out.
	 *
	 * @param list<int> $without
	 */
	public function count_troubled( int $since, int $before, int $recently, array $without ): int {
		return $this->count(
			'd.state_since > %d AND ( d.state_since > %d OR ( d.told_blog_id = 0 AND d.state_since <= %d' . self::but( $without ) . ' ) )',
			$since,
			$recently,
			$before
		);
	}

	/**
	 * Domains of a site whose owner must act and was not told, however long that has been so.
	 *
	 * @return list<Ledger_Row>
	 */
	public function untold_of_site( int $blog_id ): array {
		return $this->rows( 'd.blog_id = %d ORDER BY d.domain', $blog_id );
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

	private function count( string $where, int ...$values ): int {
		return (int) $this->database->value(
			'SELECT COUNT( DISTINCT d.blog_id ) ' . self::OF_LIVE_SITES . " AND $where",
			$this->table,
			$this->wpdb->blogs,
			State::OwnerMustAct->value,
			...$values
		);
	}

	/**
	 * @param list<int> $sites
	 */
	private static function but( array $sites ): string {
		return array() === $sites ? '' : ' AND d.blog_id NOT IN ( ' . implode( ', ', $sites ) . ' )';
	}
}
