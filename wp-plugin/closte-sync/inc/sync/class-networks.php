<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;

/**
 * Says on which networks of an installation the plugin is active, and so on which site its runs are planned: WordPress
 * drops an event of a plugin that is not loaded where the event is.
 */
final class Networks {

	private const ACTIVE = 'active_sitewide_plugins';

	/**
	 * @param string $plugin As WordPress lists it: `closte-sync/closte-sync.php`.
	 */
	public function __construct( private readonly Database $database, private readonly string $plugin ) {}

	/**
	 * The main site of the main network or, where the plugin is not active there, of the first network where it is; null:
	 * it is just being deactivated on the last one.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function run_site(): ?int {
		$main = get_main_network_id();

		if ( $this->is_active_on( $main ) ) {
			$site = (int) get_main_site_id( $main );

			if ( $site > 0 ) {
				return $site;
			}
		}

		foreach ( $this->active() as $network_id ) {
			$site = (int) get_main_site_id( $network_id );

			if ( $site > 0 ) {
				return $site;
			}
		}

		return null;
	}

	/**
	 * Whether the current site is the one on which runs are planned and carried out.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function runs_here(): bool {
		return get_current_blog_id() === $this->run_site();
	}

	/**
	 * Networks that have sites, and on which nobody hears what happens to these.
	 *
	 * @return array<int, string> The address of each, by its ID.
	 * @throws Database_Exception When the database fails.
	 */
	public function unheard(): array {
		$networks = $this->database->rows(
			'SELECT id, domain, path FROM %i AS network WHERE EXISTS ( SELECT 1 FROM %i WHERE site_id = network.id ) ORDER BY id',
			$this->database->table( 'site' ),
			$this->database->table( 'blogs' )
		);
		$active   = $this->active();
		$unheard  = array();

		foreach ( $networks as $network ) {
			if ( ! in_array( (int) $network['id'], $active, true ) ) {
				$unheard[ (int) $network['id'] ] = untrailingslashit( $network['domain'] . $network['path'] );
			}
		}

		return $unheard;
	}

	/**
	 * WordPress lists a plugin only after its activation hook, and until after its deactivation hook.
	 */
	private function is_active_on( int $network_id ): bool {
		return get_current_network_id() === $network_id
			? ! doing_action( 'deactivate_' . $this->plugin )
			: $this->is_must_use() || $this->is_listed( $network_id );
	}

	/**
	 * @return list<int> IDs of networks, the lowest first.
	 */
	private function active(): array {
		$listed = $this->is_must_use()
			? $this->database->column( 'SELECT id FROM %i', $this->database->table( 'site' ) )
			: $this->database->column(
				'SELECT site_id FROM %i WHERE meta_key = %s AND meta_value LIKE %s AND site_id IN ( SELECT id FROM %i )',
				$this->database->table( 'sitemeta' ),
				self::ACTIVE,
				$this->database->like( '"' . $this->plugin . '"' ),
				$this->database->table( 'site' )
			);
		$active = array_unique( array( get_current_network_id(), ...array_map( 'intval', $listed ) ) );
		sort( $active );

		return array_values( array_filter( $active, $this->is_active_on( ... ) ) );
	}

	/**
	 * Whether something loads it that no network lists, which is so for all of them: a must-use plugin.
	 */
	private function is_must_use(): bool {
		return ! $this->is_listed( get_current_network_id() ) && ! doing_action( 'activate_' . $this->plugin );
	}

	private function is_listed( int $network_id ): bool {
		return isset( ( (array) get_network_option( $network_id, self::ACTIVE, array() ) )[ $this->plugin ] );
	}
}
