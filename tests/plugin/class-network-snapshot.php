<?php
/**
 * Puts the test network's database back as it was.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/**
 * No transaction is used: what is tested also runs in other processes, which would not see it.
 */
final class Network_Snapshot {

	/** Tables of the network and the main site whose rows tests change, with the column that tells rows apart. */
	private const TABLES = array(
		'sitemeta' => 'meta_id',
		'options'  => 'option_id',
		'users'    => 'ID',
		'usermeta' => 'umeta_id',
		'blogs'    => 'blog_id',
		'blogmeta' => 'meta_id',
		'site'     => 'id',
		'signups'  => 'signup_id',
	);

	/**
	 * Rows by table and key.
	 *
	 * @var array<string, array<int, array<string, ?string>>>
	 */
	private array $rows = array();

	/**
	 * The tables that were there.
	 *
	 * @var list<string>
	 */
	private array $tables;

	/**
	 * Takes the snapshot.
	 *
	 * @param \wpdb $wpdb The network's database.
	 */
	public function __construct( private readonly \wpdb $wpdb ) {
		$this->tables = $this->tables();
		foreach ( self::TABLES as $table => $column ) {
			$this->rows[ $table ] = $this->rows( $table, $column );
		}
	}

	/**
	 * Undoes every change since: rows, and tables of sites made meanwhile.
	 */
	public function restore(): void {
		foreach ( array_diff( $this->tables(), $this->tables ) as $table ) {
			$this->wpdb->query( "DROP TABLE IF EXISTS `$table`" );
		}
		foreach ( self::TABLES as $table => $column ) {
			$name = $this->wpdb->$table;
			$now  = $this->rows( $table, $column );
			foreach ( array_diff_key( $now, $this->rows[ $table ] ) as $id => $row ) {
				$this->wpdb->delete( $name, array( $column => $id ) );
			}
			foreach ( $this->rows[ $table ] as $id => $row ) {
				if ( ( $now[ $id ] ?? null ) !== $row ) {
					$this->wpdb->delete( $name, array( $column => $id ) );
					$this->wpdb->insert( $name, $row );
				}
			}
		}
		foreach ( array( 'closte_sync_domains', 'closte_sync_log' ) as $name ) {
			if ( in_array( $this->wpdb->base_prefix . $name, $this->tables, true ) ) {
				$this->wpdb->query( "DELETE FROM `{$this->wpdb->base_prefix}$name`" );
			}
		}
		wp_cache_flush();
	}

	/**
	 * The network's tables.
	 *
	 * @return list<string>
	 */
	private function tables(): array {
		return $this->wpdb->get_col( $this->wpdb->prepare( 'SHOW TABLES LIKE %s', $this->wpdb->esc_like( $this->wpdb->base_prefix ) . '%' ) );
	}

	/**
	 * A table's rows by their key.
	 *
	 * @param string $table  Name without prefix.
	 * @param string $column The key.
	 * @return array<int, array<string, ?string>>
	 */
	private function rows( string $table, string $column ): array {
		return array_column( $this->wpdb->get_results( "SELECT * FROM `{$this->wpdb->$table}`", ARRAY_A ), null, $column );
	}
}
