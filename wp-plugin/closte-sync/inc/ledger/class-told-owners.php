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

	private readonly Database $database;
	private readonly string $table;

	public function __construct( \wpdb $wpdb ) {
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
		return $this->rows( 'state_since BETWEEN 1 AND %d ORDER BY state_since, id LIMIT %d', $before, $limit );
	}

	/**
	 * The same of one site, however long it has been so.
	 *
	 * @return list<Ledger_Row>
	 */
	public function untold_of_site( int $blog_id ): array {
		return $this->rows( 'blog_id = %d ORDER BY domain', $blog_id );
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
				"SELECT * FROM %i WHERE state = %s AND wanted = 'present' AND blog_id > 0 AND told_blog_id <> blog_id AND $where",
				$this->table,
				State::OwnerMustAct->value,
				...$values
			)
		);
	}
}
