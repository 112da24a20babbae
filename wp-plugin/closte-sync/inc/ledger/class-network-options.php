<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Reads the options of the main network and its addresses past the object cache, all of ours in one statement, and puts right
 * what the cache says of the options. A persistent cache need not be shared: what the command line writes, the web would not
 * hear of for days.
 */
final class Network_Options {

	/**
	 * What the web and the command line share. Names, not constants of the classes that have them: each would load its file
	 * for every event.
	 */
	public const SHARED = array(
		'closte_sync_db_version',
		'closte_sync_settings',
		'closte_sync_key',
		'closte_sync_keys_seen',
		'closte_sync_extension_seen',
		'closte_sync_unreachable',
		'closte_sync_trouble',
		'closte_sync_identity',
		'closte_sync_counts',
		'closte_sync_pace',
	);

	private const GROUP = 'site-options';

	/** Seconds for which this process believes what it has read. */
	private const BELIEVED = 5;

	/** By the clock that nobody sets; null: not read yet. */
	private ?int $read_at = null;

	private bool $is_reading = false;

	/**
	 * Domain and path of the main network and of its main site.
	 *
	 * @var ?array{network: array{string, string}, site: array{string, string}}
	 */
	private ?array $addresses = null;

	/** @var list<string> */
	private readonly array $names;

	/**
	 * @param string ...$others Options of other plugins that are read with ours.
	 */
	public function __construct( private readonly Database $database, string ...$others ) {
		$this->names = array( ...self::SHARED, ...array_values( $others ) );
	}

	/**
	 * Reads them, unless this process did so a moment ago. Where the database fails, the cache is believed: who goes on to the
	 * ledger finds out.
	 */
	public function refresh(): void {
		if ( $this->is_reading || ( null !== $this->read_at && hrtime( true ) - $this->read_at < self::BELIEVED * 1_000_000_000 ) ) {
			return;
		}

		$this->is_reading = true;

		try {
			$this->correct_cache( get_main_network_id() );
			$this->read_at = hrtime( true );
		} catch ( Database_Exception ) {
			$this->read_at = null;
			$this->addresses = null;
		} finally {
			$this->is_reading = false;
		}
	}

	/**
	 * Does a task for which the cache is good enough.
	 *
	 * @template T
	 * @param callable(): T $task
	 * @return T
	 */
	public function as_cached( callable $task ): mixed {
		$was_reading      = $this->is_reading;
		$this->is_reading = true;

		try {
			return $task();
		} finally {
			$this->is_reading = $was_reading;
		}
	}

	/**
	 * What follows is read anew.
	 */
	public function forget(): void {
		$this->read_at = null;
	}

	/**
	 * Domain and path of the main network and of its main site, as their tables say.
	 *
	 * @return array{network: array{string, string}, site: array{string, string}}
	 */
	public function addresses(): array {
		$this->refresh();

		if ( null !== $this->addresses ) {
			return $this->addresses;
		}

		$network = get_network( get_main_network_id() );
		$site    = get_site( get_main_site_id( get_main_network_id() ) );

		return array(
			'network' => array( $network->domain ?? '', $network->path ?? '' ),
			'site'    => array( $site->domain ?? '', $site->path ?? '' ),
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	private function correct_cache( int $network_id ): void {
		$rows = $this->database->rows(
			'SELECT n.domain, n.path, b.domain AS site_domain, b.path AS site_path, m.meta_key, m.meta_value
			FROM %i n LEFT JOIN %i b ON b.blog_id = %d
			LEFT JOIN %i m ON m.site_id = n.id AND m.meta_key IN ( ' . Database::placeholders( $this->names ) . ' )
			WHERE n.id = %d',
			$this->database->table( 'site' ),
			$this->database->table( 'blogs' ),
			get_main_site_id( $network_id ),
			$this->database->table( 'sitemeta' ),
			...array( ...$this->names, $network_id )
		);

		if ( array() === $rows ) {
			throw new Database_Exception( sprintf( 'There is no network %d.', $network_id ) ); // phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped
		}

		$this->addresses = array(
			'network' => array( $rows[0]['domain'], $rows[0]['path'] ),
			'site'    => array( $rows[0]['site_domain'] ?? '', $rows[0]['site_path'] ?? '' ),
		);

		$there  = array_filter( $rows, static fn( array $row ): bool => null !== $row['meta_key'] );
		$stored = array_column( $there, 'meta_value', 'meta_key' );
		$keys   = array_map( static fn( string $name ): string => "$network_id:$name", $this->names );
		$cached = wp_cache_get_multiple( array( ...$keys, "$network_id:notoptions" ), self::GROUP );
		$absent = $cached[ "$network_id:notoptions" ];
		$absent = is_array( $absent ) ? $absent : array();

		foreach ( array_combine( $this->names, $keys ) as $name => $key ) {
			$value = isset( $stored[ $name ] ) ? maybe_unserialize( $stored[ $name ] ) : false;

			if ( $cached[ $key ] !== $value ) {
				false === $value ? wp_cache_delete( $key, self::GROUP ) : wp_cache_set( $key, $value, self::GROUP );
			}
		}

		$now_absent = array_diff_key( $absent, $stored ) + array_fill_keys( array_diff( $this->names, array_keys( $stored ) ), true );

		if ( $now_absent !== $absent ) {
			wp_cache_set( "$network_id:notoptions", $now_absent, self::GROUP );
		}
	}
}
