<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Creates the tables and brings them up to date in numbered steps. Each step can be run twice, also by two requests at
 * a time. Works on MariaDB, MySQL and WordPress's SQLite drop-in.
 */
final class Schema {

	public const OPTION  = 'closte_sync_db_version';
	public const VERSION = 10;
	public const TABLE   = 'closte_sync_domains';

	/** What was done, why and by whom: see {@see \ClosteSync\Log\Log}. */
	public const LOG_TABLE = 'closte_sync_log';

	/** The step that makes the log: the ledger works without it. */
	private const LOG_STEP = 3;

	private readonly Database $database;

	public function __construct( private readonly \wpdb $wpdb ) {
		$this->database = new Database( $wpdb );
	}

	public function table(): string {
		return $this->database->table( self::TABLE );
	}

	public function log_table(): string {
		return $this->database->table( self::LOG_TABLE );
	}

	public function installed_version(): int {
		return (int) get_network_option( get_main_network_id(), self::OPTION, 0 );
	}

	/**
	 * Whether a newer version of the plugin has changed the tables, say on another web head. What its rows mean is that
	 * version's to say: this one adds to them, and acts on none.
	 */
	public static function is_newer(): bool {
		return (int) get_network_option( get_main_network_id(), self::OPTION, 0 ) > self::VERSION;
	}

	/**
	 * Brings the tables up to date. Costs one option when they are: also plugin files that were replaced without
	 * activation (WP-CLI, Git, rsync) are followed.
	 *
	 * @param bool $repair Look at the tables even where the option says that they are current.
	 * @throws Database_Exception When the database refuses a step of the ledger's; the next request tries again.
	 */
	public function upgrade( bool $repair = false ): void {
		$installed = $this->installed_version();

		if ( $installed > self::VERSION || ( self::VERSION === $installed && ! ( $repair && $this->lacks_a_table() ) ) ) {
			return;
		}

		$has_failed = false;

		foreach ( $this->steps() as $version => $step ) {
			if ( $repair || $version > $installed ) {
				try {
					$step();
					$has_failed || update_network_option( get_main_network_id(), self::OPTION, $version );
				} catch ( Database_Exception $e ) {
					if ( self::LOG_STEP !== $version ) {
						throw $e;
					}

					error_log( sprintf( 'closte-sync: the table of the log cannot be made: %s', $e->getMessage() ) ); // phpcs:ignore WordPress.PHP.DevelopmentFunctions.error_log_error_log
					// The steps after it are taken now, and again with it.
					$has_failed = true;
				}
			}
		}
	}

	public function drop(): void {
		$this->database->run( 'DROP TABLE IF EXISTS %i', $this->table() );
		$this->database->run( 'DROP TABLE IF EXISTS %i', $this->log_table() );
		delete_network_option( get_main_network_id(), self::OPTION );
	}

	private function lacks_a_table(): bool {
		return ! $this->database->has_table( $this->table() ) || ! $this->database->has_table( $this->log_table() );
	}

	private function charset(): string {
		return $this->wpdb->has_cap( 'utf8mb4' ) ? 'utf8mb4' : 'utf8';
	}

	/**
	 * @return array<int, callable(): void> By the version that each one leads to.
	 */
	private function steps(): array {
		return array(
			1 => $this->create( ... ),
			2 => $this->shorten_key( ... ),
			3 => $this->create_log( ... ),
			4 => fn() => $this->add_next_call( is_own_step: true ),
			5 => $this->add_by_hand( ... ),
			6 => $this->add_state( ... ),
			7 => $this->add_told_site( ... ),
			8 => $this->add_told_key( ... ),
			9 => $this->add_claims( ... ),
			10 => $this->merge_keys( ... ),
		);
	}

	/**
	 * Two domains are one only if every byte is the same, hence bytes and a binary collation.
	 */
	private function create(): void {
		$charset = $this->charset();
		$domain  = $this->domain_type();

		$this->database->run(
			"CREATE TABLE IF NOT EXISTS %i (
				id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
				domain $domain NOT NULL,
				base_name $domain NOT NULL DEFAULT '',
				blog_id bigint(20) unsigned NOT NULL DEFAULT 0,
				source varchar(20) NOT NULL DEFAULT 'core',
				by_hand tinyint(1) NOT NULL DEFAULT 0,
				wanted varchar(10) NOT NULL DEFAULT 'present',
				stage varchar(20) NOT NULL DEFAULT 'pending',
				stage_since bigint(20) NOT NULL DEFAULT 0,
				state varchar(20) NOT NULL DEFAULT 'waiting',
				state_since bigint(20) NOT NULL DEFAULT 0,
				told_blog_id bigint(20) unsigned NOT NULL DEFAULT 0,
				next_call varchar(10) NOT NULL DEFAULT '',
				attempts int(11) NOT NULL DEFAULT 0,
				next_check_at bigint(20) NOT NULL DEFAULT 0,
				revision bigint(20) unsigned NOT NULL DEFAULT 1,
				lease_owner varchar(40) NOT NULL DEFAULT '',
				lease_until bigint(20) NOT NULL DEFAULT 0,
				needs_confirmation tinyint(1) NOT NULL DEFAULT 0,
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
				KEY claims (lease_owner, next_call, next_check_at, lease_until),
				KEY counts (state, stage, next_call, source, state_since),
				KEY waits (next_call, error_kind),
				KEY updated_at (updated_at),
				KEY state (state, base_name),
				KEY attention (state, state_since, base_name),
				KEY base_name (base_name, state),
				KEY certificate_not_after (certificate_not_after),
				KEY stage_list (stage, state, base_name, source),
				KEY source_list (source, state, base_name),
				KEY site (blog_id, base_name),
				KEY state_since (state_since, base_name),
				KEY next_check_at (next_check_at, base_name),
				KEY created_at (created_at, base_name),
				KEY told (state, told_blog_id, state_since)
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
	 * Each row says which call its next step makes, and what was doubtful needs confirmation. What is due, waits for a call
	 * or was written in the future is found by an index. A domain that waits for its DNS makes no call: rows are judged only
	 * once, while none can wait so.
	 *
	 * @param bool $is_own_step False: a later step looks whether this one is undone.
	 */
	private function add_next_call( bool $is_own_step = false ): void {
		// Without the column of the next step this one may have been interrupted.
		$is_unjudged = ! $this->has_column( 'next_call' ) || ( $is_own_step && ! $this->has_column( 'by_hand' ) );

		$this->alter( 'CHANGE doubtful needs_confirmation tinyint(1) NOT NULL DEFAULT 0', fn(): bool => $this->has_column( 'needs_confirmation' ) );
		$this->alter( "ADD COLUMN next_call varchar(10) NOT NULL DEFAULT '' AFTER stage_since", fn(): bool => $this->has_column( 'next_call' ) );

		if ( $is_unjudged ) {
			$this->database->run(
				"UPDATE %i SET next_call = CASE WHEN wanted = 'absent' THEN 'remove' ELSE 'add' END
				WHERE next_call = ''
					AND ( wanted = 'absent' OR stage = 'pending'
						OR ( stage = 'failed' AND error_kind IN ( 'rejected', 'invalid-domain' ) ) )",
				$this->table()
			);
		}

		$this->alter( 'ADD KEY updated_at (updated_at)', fn(): bool => $this->has_key( 'updated_at' ) );
		$this->alter( 'DROP KEY lease_owner', fn(): bool => ! $this->has_key( 'lease_owner' ) );
	}

	/**
	 * What was added by hand stays so while a site has it, and names itself as its source. The columns before it are looked at
	 * again: a table that was restored from an older backup lacks them.
	 */
	private function add_by_hand(): void {
		$this->add_next_call();
		$this->alter( 'ADD COLUMN by_hand tinyint(1) NOT NULL DEFAULT 0 AFTER source', fn(): bool => $this->has_column( 'by_hand' ) );
	}

	/**
	 * Each row says who must act, since when, and with which names it is listed. Rows of an earlier version are judged by what
	 * the last check wrote into them; the next check judges them anew.
	 */
	private function add_state(): void {
		$this->add_by_hand();
		$this->alter( 'ADD COLUMN base_name ' . $this->domain_type() . " NOT NULL DEFAULT '' AFTER domain", fn(): bool => $this->has_column( 'base_name' ) );
		$this->alter( "ADD COLUMN state varchar(20) NOT NULL DEFAULT 'waiting' AFTER stage_since", fn(): bool => $this->has_column( 'state' ) );
		$this->alter( 'ADD COLUMN state_since bigint(20) NOT NULL DEFAULT 0 AFTER state', fn(): bool => $this->has_column( 'state_since' ) );
		$this->database->run(
			"UPDATE %i SET
				base_name = CASE WHEN domain LIKE 'www.%%.%%' THEN SUBSTR( domain, 5 ) ELSE domain END,
				state = CASE
					WHEN wanted = 'retired' OR stage = 'ssl-failed'
						OR error_kind IN ( 'rejected', 'invalid-domain', 'auth', 'config', 'unreadable' ) THEN 'network-must-act'
					WHEN wanted = 'absent' THEN 'leaving'
					WHEN stage = 'failed' OR problems LIKE '%%\"severity\":\"blocks\"%%' THEN 'owner-must-act'
					WHEN stage = 'done' THEN 'working'
					ELSE 'waiting' END,
				state_since = CASE WHEN stage_since < 0 THEN 0 ELSE stage_since END
			WHERE base_name = ''",
			$this->table()
		);

		$this->alter( 'ADD KEY state (state, base_name)', fn(): bool => $this->has_key( 'state' ) );
		$this->alter( 'ADD KEY attention (state, state_since, base_name)', fn(): bool => $this->has_key( 'attention' ) );
		$this->alter( 'ADD KEY base_name (base_name, state)', fn(): bool => $this->has_key( 'base_name' ) );
		$this->alter( 'ADD KEY certificate_not_after (certificate_not_after)', fn(): bool => $this->has_key( 'certificate_not_after' ) );

		// What the list of domains is filtered and sorted by.
		$this->alter( 'ADD KEY stage_list (stage, state, base_name, source)', fn(): bool => $this->has_key( 'stage_list' ) );
		$this->alter( 'ADD KEY source_list (source, state, base_name)', fn(): bool => $this->has_key( 'source_list' ) );
		$this->alter( 'ADD KEY site (blog_id, base_name)', fn(): bool => $this->has_key( 'site' ) );
		$this->alter( 'ADD KEY state_since (state_since, base_name)', fn(): bool => $this->has_key( 'state_since' ) );
		$this->alter( 'ADD KEY next_check_at (next_check_at, base_name)', fn(): bool => $this->has_key( 'next_check_at' ) );
		$this->alter( 'ADD KEY created_at (created_at, base_name)', fn(): bool => $this->has_key( 'created_at' ) );
		$this->alter( 'DROP KEY blog_id', fn(): bool => ! $this->has_key( 'blog_id' ) );
	}

	/**
	 * Each row says the owner of which site was told what to do.
	 */
	private function add_told_site(): void {
		$this->add_state();
		$this->alter( 'ADD COLUMN told_blog_id bigint(20) unsigned NOT NULL DEFAULT 0 AFTER state_since', fn(): bool => $this->has_column( 'told_blog_id' ) );
	}

	/**
	 * Owners who are to be told are found by an index. A row that went to another site since its owner was told has none, and the
	 * owner of a site that is archived, spam or deleted was not told.
	 */
	private function add_told_key(): void {
		$this->add_told_site();

		// Once: what is marked later is right, and its owner would be told twice.
		if ( ! $this->has_key( 'told' ) ) {
			$this->database->run(
				"UPDATE %i SET told_blog_id = 0 WHERE told_blog_id > 0 AND ( told_blog_id <> blog_id
					OR blog_id IN ( SELECT blog_id FROM %i WHERE archived = '1' OR spam = '1' OR deleted = '1' ) )",
				$this->table(),
				$this->wpdb->blogs
			);
		}

		$this->alter( 'ADD KEY told (state, told_blog_id, state_since)', fn(): bool => $this->has_key( 'told' ) );
	}

	/**
	 * Free rows of each kind are in the order in which they are claimed, leases beside them, and what is counted is side by
	 * side.
	 */
	private function add_claims(): void {
		$this->add_told_key();
		$this->alter( 'ADD KEY claims (lease_owner, next_call, next_check_at, lease_until)', fn(): bool => $this->has_key( 'claims' ) );
		$this->alter( 'ADD KEY counts (state, stage, next_call, source, state_since)', fn(): bool => $this->has_key( 'counts' ) );
		$this->alter( 'ADD KEY waits (next_call, error_kind)', fn(): bool => $this->has_key( 'waits' ) );
		$this->alter( 'DROP KEY stage', fn(): bool => ! $this->has_key( 'stage' ) );
		$this->alter( 'DROP KEY due', fn(): bool => ! $this->has_key( 'due' ) );
	}

	/**
	 * Each key with the lease or the next time in it is changed by each claim and each answer: one has both, in place of four.
	 */
	private function merge_keys(): void {
		$this->add_claims();
		$this->alter(
			'DROP KEY claims, ADD KEY claims (lease_owner, next_call, next_check_at, lease_until)',
			fn(): bool => $this->has_key( 'claims', 'lease_until' )
		);
		$this->alter( 'DROP KEY source_list, ADD KEY source_list (source, state, base_name)', fn(): bool => ! $this->has_key( 'source_list', 'stage' ) );

		foreach ( array( 'leased', 'lease_until', 'calls' ) as $key ) {
			$this->alter( "DROP KEY $key", fn(): bool => ! $this->has_key( $key ) );
		}
	}

	/**
	 * @param callable(): bool $is_done Whether the ledger's table is so already; another request may be making it so.
	 */
	private function alter( string $change, callable $is_done ): void {
		try {
			$is_done() || $this->database->run( "ALTER TABLE %i $change", $this->table() );
		} catch ( Database_Exception $e ) {
			if ( ! $is_done() ) {
				throw $e;
			}
		}
	}

	private function has_column( string $name ): bool {
		return in_array( $name, array_column( $this->database->rows( 'SHOW COLUMNS FROM %i', $this->table() ), 'Field' ), true );
	}

	/**
	 * @param ?string $column That it has as well.
	 */
	private function has_key( string $name, ?string $column = null ): bool {
		foreach ( $this->database->rows( 'SHOW INDEX FROM %i', $this->table() ) as $part ) {
			if ( $name === $part['Key_name'] && in_array( $column, array( null, $part['Column_name'] ), true ) ) {
				return true;
			}
		}

		return false;
	}

	/**
	 * SQLite has no limit, and does not compare text with bytes.
	 */
	private function domain_type(): string {
		return $this->database->is_sqlite() ? 'varchar(255)' : 'varbinary(255)';
	}

	/**
	 * Written at one end and pruned at the other; lists are in the order of the primary key. MyISAM takes keys of 1000
	 * bytes, InnoDB's older row formats of 767.
	 */
	private function create_log(): void {
		$charset = $this->charset();

		$this->database->run(
			"CREATE TABLE IF NOT EXISTS %i (
				id bigint(20) unsigned NOT NULL AUTO_INCREMENT,
				logged_at bigint(20) NOT NULL DEFAULT 0,
				domain varchar(255) NOT NULL DEFAULT '',
				blog_id bigint(20) unsigned NOT NULL DEFAULT 0,
				action varchar(20) NOT NULL DEFAULT '',
				outcome varchar(20) NOT NULL DEFAULT '',
				reason varchar(20) NOT NULL DEFAULT '',
				source varchar(20) NOT NULL DEFAULT '',
				actor varchar(20) NOT NULL DEFAULT '',
				user_id bigint(20) unsigned NOT NULL DEFAULT 0,
				message varchar(500) NOT NULL DEFAULT '',
				PRIMARY KEY (id),
				KEY logged_at (logged_at),
				KEY domain (domain(191))
			) DEFAULT CHARACTER SET $charset COLLATE {$charset}_bin",
			$this->log_table()
		);
	}
}
