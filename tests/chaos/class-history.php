<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/**
 * What became of sites and mappings, and when and by which request: triggers write it with the change itself, so that it is
 * whole however the request ends.
 */
final class History {

	/** Which request a connection serves, for the triggers. */
	public const REQUEST = '@closte_chaos_request';

	/** In which Ultimate Multisite serves a domain. */
	public const ACTIVE_STAGES = array( 'done', 'done-without-ssl' );

	private const TABLE = 'chaos_history';

	/** The tables, with the columns of id and site. */
	private const TABLES = array(
		'wp_blogs'              => array( 'blog_id', 'blog_id', "''" ),
		'wp_wu_domain_mappings' => array( 'id', 'blog_id', 'stage' ),
		'wp_domain_mapping'     => array( 'id', 'blog_id', "''" ),
	);

	public function __construct( private readonly \mysqli $database ) {}

	/** Writes down what is there, and from now on what changes. */
	public function begin(): void {
		$this->database->query(
			'CREATE TABLE ' . self::TABLE . ' (
				n BIGINT AUTO_INCREMENT PRIMARY KEY, at DOUBLE NOT NULL, request VARCHAR(40) NOT NULL, source VARCHAR(40) NOT NULL,
				id BIGINT NOT NULL, site BIGINT NOT NULL, domain VARCHAR(255) NOT NULL, stage VARCHAR(40) NOT NULL
			) ENGINE=InnoDB CHARACTER SET utf8mb4'
		);
		foreach ( self::TABLES as $table => list( $id, $site, $stage ) ) {
			if ( 0 === $this->database->query( "SHOW TABLES LIKE '$table'" )->num_rows ) {
				continue;
			}
			$this->database->query( 'INSERT INTO ' . self::TABLE . " SELECT NULL, 0, '', '$table', $id, $site, domain, $stage FROM $table" );
			foreach ( array( 'INSERT' => 'NEW', 'UPDATE' => 'NEW', 'DELETE' => 'OLD' ) as $event => $row ) {
				$domain = 'OLD' === $row ? "''" : 'NEW.domain';
				$column = "''" === $stage ? $stage : "$row.$stage";
				$this->database->query(
					"CREATE TRIGGER chaos_{$table}_$event AFTER $event ON $table FOR EACH ROW INSERT INTO " . self::TABLE
					. ' VALUES ( NULL, UNIX_TIMESTAMP( SYSDATE( 6 ) ), COALESCE( ' . self::REQUEST . ", '' ), '$table', $row.$id, $row.$site, $domain, $column )"
				);
			}
		}
	}

	/**
	 * @return list<array{at: float, request: string, source: string, id: int, site: int, domain: string, stage: string}> Oldest
	 *         first; domain '': the row is gone.
	 */
	public function read(): array {
		$rows = $this->database->query( 'SELECT at, request, source, id, site, domain, stage FROM ' . self::TABLE . ' ORDER BY n' )->fetch_all( MYSQLI_ASSOC );

		return array_map(
			static fn( array $row ): array => array(
				'at'   => (float) $row['at'],
				'id'   => (int) $row['id'],
				'site' => (int) $row['site'],
			) + $row,
			$rows
		);
	}
}
