<?php
/**
 * The ledger's table.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

/**
 * Creates the table and brings it up to date in numbered steps. Each step can be run twice, also by two requests at
 * a time. Works on MariaDB, MySQL and WordPress's SQLite drop-in.
 */
final class Schema {

	public const OPTION  = 'closte_sync_db_version';
	public const VERSION = 2;
	public const TABLE   = 'closte_sync_domains';

	private readonly Database $database;

	public function __construct( private readonly \wpdb $wpdb ) {
		$this->database = new Database( $wpdb );
	}

	public function table(): string {
		return $this->database->table( self::TABLE );
	}

	public function installed_version(): int {
		return (int) get_network_option( get_main_network_id(), self::OPTION, 0 );
	}

	/**
	 * Brings the table up to date. Costs one option when it is: also plugin files that were replaced without
	 * activation (WP-CLI, Git, rsync) are followed.
	 *
	 * @param bool $repair Look at the table even where the option says that it is current.
	 * @throws Ledger_Exception When the database refuses a step; the next request tries again.
	 */
	public function upgrade( bool $repair = false ): void {
		$installed = $this->installed_version();

		if ( $installed >= self::VERSION && ! ( $repair && ! $this->database->has_table( $this->table() ) ) ) {
			return;
		}

		foreach ( $this->steps() as $version => $step ) {
			if ( $repair || $version > $installed ) {
				$step();
				update_network_option( get_main_network_id(), self::OPTION, $version );
			}
		}
	}

	public function drop(): void {
		$this->database->run( 'DROP TABLE IF EXISTS %i', $this->table() );
		delete_network_option( get_main_network_id(), self::OPTION );
	}

	/**
	 * @return array<int, callable(): void> By the version that each one leads to.
	 */
	private function steps(): array {
		return array(
			1 => $this->create( ... ),
			2 => $this->shorten_key( ... ),
		);
	}

	/**
	 * Two domains are one only if every byte is the same, hence bytes and a binary collation.
	 */
	private function create(): void {
		$charset = $this->wpdb->has_cap( 'utf8mb4' ) ? 'utf8mb4' : 'utf8';
		$domain  = $this->domain_type();

		$this->database->run(
			"CREATE TABLE IF NOT EXISTS %i (
				id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
				domain $domain NOT NULL,
				blog_id bigint(20) unsigned NOT NULL DEFAULT 0,
				source varchar(20) NOT NULL DEFAULT 'core',
				wanted varchar(10) NOT NULL DEFAULT 'present',
				stage varchar(20) NOT NULL DEFAULT 'pending',
				stage_since bigint(20) NOT NULL DEFAULT 0,
				attempts int(11) NOT NULL DEFAULT 0,
				next_check_at bigint(20) NOT NULL DEFAULT 0,
				revision bigint(20) unsigned NOT NULL DEFAULT 1,
				lease_owner varchar(40) NOT NULL DEFAULT '',
				lease_until bigint(20) NOT NULL DEFAULT 0,
				doubtful tinyint(1) NOT NULL DEFAULT 0,
				accepted_at bigint(20) NOT NULL DEFAULT 0,
				last_added_at bigint(20) NOT NULL DEFAULT 0,
				may_have_landed tinyint(1) NOT NULL DEFAULT 0,
				error_kind varchar(20) NOT NULL DEFAULT '',
				error_reason varchar(60) NOT NULL DEFAULT '',
				error_message text NOT NULL,
				retry_after int(11) NOT NULL DEFAULT 0,
				dns_state varchar(20) NOT NULL DEFAULT '',
				dns_checked_at bigint(20) NOT NULL DEFAULT 0,
				certificate_state varchar(20) NOT NULL DEFAULT '',
				certificate_not_after bigint(20) NOT NULL DEFAULT 0,
				certificate_issuer varchar(255) NOT NULL DEFAULT '',
				certificate_checked_at bigint(20) NOT NULL DEFAULT 0,
				problems longtext NOT NULL,
				created_at bigint(20) NOT NULL DEFAULT 0,
				updated_at bigint(20) NOT NULL DEFAULT 0,
				PRIMARY KEY (id),
				UNIQUE KEY domain (domain),
				KEY due (next_check_at, lease_until),
				KEY lease_owner (lease_owner),
				KEY stage (stage, wanted),
				KEY blog_id (blog_id)
			) DEFAULT CHARACTER SET $charset COLLATE {$charset}_bin",
			$this->table()
		);
	}

	/**
	 * As text of 255 characters the unique key has 1020 bytes: more than MyISAM (1000) and InnoDB's older row formats
	 * (767) take.
	 */
	private function shorten_key(): void {
		if ( ! $this->database->is_sqlite() ) {
			$this->database->run( 'ALTER TABLE %i MODIFY domain ' . $this->domain_type() . ' NOT NULL', $this->table() );
		}
	}

	/**
	 * SQLite has no limit, and does not compare text with bytes.
	 */
	private function domain_type(): string {
		return $this->database->is_sqlite() ? 'varchar(255)' : 'varbinary(255)';
	}
}
