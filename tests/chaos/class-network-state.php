<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What the network has, as events need to know it: asked of the database each time, for others change it. */
final class Network_State {

	public const PLUGIN = 'closte-sync/closte-sync.php';

	public function __construct( private readonly \wpdb $wpdb ) {}

	public static function is_plugin_active(): bool {
		wp_cache_flush();

		return isset( ( (array) get_network_option( null, 'active_sitewide_plugins', array() ) )[ self::PLUGIN ] );
	}

	public static function activate_plugin(): void {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		activate_plugin( self::PLUGIN, '', true );
	}

	public static function deactivate_plugin(): void {
		require_once ABSPATH . 'wp-admin/includes/plugin.php';
		deactivate_plugins( self::PLUGIN, false, true );
	}

	/**
	 * So much time passes for rows of the ledger. A time of 0 is none, and stays so.
	 *
	 * @param list<string> $columns
	 */
	public static function let_pass( \wpdb $wpdb, int $seconds, array $columns, string $where = '1 = 1' ): void {
		$changes = array_map( static fn( string $column ): string => "$column = CASE WHEN $column > $seconds THEN $column - $seconds ELSE $column END", $columns );
		$wpdb->query( $wpdb->prepare( 'UPDATE %i SET ' . implode( ', ', $changes ) . " WHERE $where", self::ledger( $wpdb ) ) );
	}

	public static function ledger( \wpdb $wpdb ): string {
		return $wpdb->base_prefix . 'closte_sync_domains';
	}

	/**
	 * Those that do not live for ever.
	 *
	 * @return list<int>
	 */
	public function sites(): array {
		return array_map(
			'intval',
			$this->wpdb->get_col( $this->wpdb->prepare( "SELECT blog_id FROM %i WHERE blog_id > 1 AND path = '/' AND domain NOT IN ( %s, %s ) ORDER BY blog_id", $this->wpdb->blogs, ...Names::LIVING ) )
		);
	}

	public function site( Random $random ): ?int {
		$ids = $this->sites();

		return array() === $ids ? null : $random->one_of( $ids );
	}

	public function domain_of( int $site ): ?string {
		return $this->wpdb->get_var( $this->wpdb->prepare( 'SELECT domain FROM %i WHERE blog_id = %d', $this->wpdb->blogs, $site ) );
	}

	/** The record of the mapping plugin that is there. */
	public function mapping( string $domain ): ?object {
		if ( function_exists( 'wu_get_domain_by_domain' ) ) {
			$mapping = wu_get_domain_by_domain( $domain );

			return false === $mapping ? null : $mapping;
		}
		$row = $this->wpdb->get_row( $this->wpdb->prepare( 'SELECT * FROM %i WHERE domain = %s', $this->wpdb->base_prefix . 'domain_mapping', $domain ) );

		return null === $row ? null : new \Mercator\Mapping( (int) $row->id, (int) $row->blog_id, $row->domain );
	}
}
