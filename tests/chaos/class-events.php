<?php
/**
 * What happens on the network.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

use ClosteSync\Container;
use ClosteSync\Ledger\Row_Source;

/** Each event is what one request does. One that finds nothing to do, because others were faster, does nothing. */
final class Events {

	private const WEIGHTS = array(
		'create_site'     => 18,
		'delete_site'     => 10,
		'rename_site'     => 12,
		'duplicate_site'  => 4,
		'archive_site'    => 3,
		'sub_path_site'   => 4,
		'map'             => 16,
		'unmap'           => 10,
		'rename_mapping'  => 8,
		'wildcard'        => 5,
		'map_the_network' => 3,
		'retry'           => 4,
		'run'             => 14,
		'queue'           => 3,
	);

	public function __construct( private readonly Container $plugin, private readonly \wpdb $wpdb, private readonly Event_Log $log, private readonly int $worker ) {}

	public function happen( Random $random ): string {
		$event = $random->weighted( self::WEIGHTS );
		$this->log->write( 'begin', $event );
		try {
			$this->$event( $random );
		} catch ( \ClosteSync\Ledger\Database_Exception ) {
			// What is done by hand says so, and is done again by hand.
			$this->log->write( 'refused', $event );
		} catch ( \Error $e ) {
			// A mapping plugin that meets its own record deleted by another request ends in a fatal error, like the real one.
			if ( ! str_starts_with( $e->getFile(), (string) getenv( 'CLOSTE_CHAOS_DOUBLES' ) ) ) {
				throw $e;
			}
		}
		$this->log->write( 'end', $event );

		return $event;
	}

	private function create_site( Random $random ): void {
		$this->insert_site( $random->one_of( Names::of_sites() ) );
	}

	private function delete_site( Random $random ): void {
		$id = $this->any_site( $random );
		if ( null !== $id ) {
			wp_delete_site( $id );
		}
	}

	private function rename_site( Random $random ): void {
		$id     = $this->any_site( $random );
		$domain = $random->one_of( Names::of_sites() );
		if ( null !== $id ) {
			wp_update_site( $id, array( 'domain' => $domain ) );
		}
	}

	/** As duplicators do it: a new site, its tables filled from another's. */
	private function duplicate_site( Random $random ): void {
		$from = $this->any_site( $random );
		$to   = $this->insert_site( $random->one_of( Names::of_sites() ) );
		if ( null !== $from && null !== $to ) {
			$this->wpdb->query( $this->wpdb->prepare( 'INSERT IGNORE INTO %i SELECT * FROM %i', $this->wpdb->get_blog_prefix( $to ) . 'postmeta', $this->wpdb->get_blog_prefix( $from ) . 'postmeta' ) );
			do_action( 'wu_duplicate_site', array( 'site_id' => $to ) );
		}
	}

	private function archive_site( Random $random ): void {
		$id = $this->any_site( $random );
		if ( null !== $id ) {
			wp_update_site( $id, array( 'archived' => $random->between( 0, 1 ) ) );
		}
	}

	/** On a domain that another site has: no domain comes into being, and none goes. */
	private function sub_path_site( Random $random ): void {
		$id = $this->insert_site( $random->one_of( Names::LIVING ), '/' . $random->one_of( array( 'en', 'de' ) ) . '/' );
		if ( null !== $id && $random->percent( 70 ) ) {
			wp_delete_site( $id );
		}
	}

	private function map( Random $random ): void {
		$id     = $this->any_site( $random );
		$domain = $random->one_of( Names::of_mappings() );
		if ( null !== $id && null === $this->mapping( $domain ) ) {
			$this->create_mapping( $id, $domain );
		}
	}

	private function unmap( Random $random ): void {
		$mapping = $this->mapping( $random->one_of( Names::of_mappings() ) );
		if ( null !== $mapping ) {
			$this->unheard_until( 'deleted', $mapping->get_domain(), static fn() => $mapping->delete() );
		}
	}

	private function rename_mapping( Random $random ): void {
		$mapping = $this->mapping( $random->one_of( Names::of_mappings() ) );
		$domain  = $random->one_of( Names::of_mappings() );
		if ( null === $mapping || null !== $this->mapping( $domain ) ) {
			return;
		}
		$old = $mapping->get_domain();
		$this->unheard_until(
			'updated',
			"$old $domain",
			static function () use ( $mapping, $domain ): void {
				$mapping->set_domain( $domain );
				if ( method_exists( $mapping, 'save' ) ) {
					$mapping->save();
				}
			}
		);
	}

	/** By hand, as `wp closte domain add` and `remove` do it. */
	private function wildcard( Random $random ): void {
		$domain = Names::of_wildcard( $this->worker );
		$wanted = $random->percent( 60 );
		$this->log->write( 'wildcard', $domain . ' ?' );
		$wanted ? $this->plugin->sync()->domain_added( $domain, 0, Row_Source::MANUAL ) : $this->plugin->sync()->domain_removed( $domain, 0, Row_Source::MANUAL );
		$this->log->write( 'wildcard', $domain . ( $wanted ? ' present' : ' absent' ) );
	}

	/** The way to lose a whole network: someone maps its own domain, and takes that back. */
	private function map_the_network( Random $random ): void {
		$domain  = $random->one_of( array( Names::NETWORK, ...Names::LIVING ) );
		$mapping = $this->mapping( $domain );
		if ( null === $mapping ) {
			$this->create_mapping( 1, $domain );
			$mapping = $this->mapping( $domain );
		}
		$mapping?->delete();
	}

	private function retry( Random $random ): void {
		$this->plugin->sync()->retry( $random->one_of( array( ...Names::of_sites(), ...Names::of_mappings() ) ) );
	}

	private function run( Random $random ): void {
		if ( $random->percent( 50 ) ) {
			// Time passes, for what is not in flight.
			$this->wpdb->query( $this->wpdb->prepare( "UPDATE %i SET next_check_at = next_check_at - 3600 WHERE lease_owner = ''", $this->wpdb->base_prefix . 'closte_sync_domains' ) );
		}
		do_action( 'closte_sync_run' );
	}

	private function queue(): void {
		if ( class_exists( 'WP_Ultimo\\Managers\\Domain_Manager', false ) ) {
			\WP_Ultimo\Managers\Domain_Manager::run_queue();
		}
	}

	private function insert_site( string $domain, string $path = '/' ): ?int {
		$id = wp_insert_site(
			array(
				'domain'     => $domain,
				'path'       => $path,
				'network_id' => 1,
				'user_id'    => 1,
				'title'      => $domain,
			)
		);

		return is_int( $id ) ? $id : null;
	}

	/** One that does not live for ever. */
	private function any_site( Random $random ): ?int {
		$ids = $this->wpdb->get_col( $this->wpdb->prepare( "SELECT blog_id FROM %i WHERE blog_id > 1 AND path = '/' AND domain NOT IN ( %s, %s ) ORDER BY blog_id", $this->wpdb->blogs, ...Names::LIVING ) );

		return array() === $ids ? null : (int) $random->one_of( $ids );
	}

	private function create_mapping( int $site, string $domain ): void {
		function_exists( 'wu_create_domain' )
			? wu_create_domain(
				array(
					'blog_id' => $site,
					'domain'  => $domain,
				)
			)
			: $this->unheard_until( 'created', $domain, static fn() => \Mercator\Mapping::create( $site, $domain ) );
	}

	private function mapping( string $domain ): ?object {
		if ( function_exists( 'wu_get_domain_by_domain' ) ) {
			$mapping = wu_get_domain_by_domain( $domain );

			return false === $mapping ? null : $mapping;
		}
		$row = $this->wpdb->get_row( $this->wpdb->prepare( 'SELECT * FROM %i WHERE domain = %s', $this->wpdb->base_prefix . 'domain_mapping', $domain ) );

		return null === $row ? null : new \Mercator\Mapping( (int) $row->id, (int) $row->blog_id, $row->domain );
	}

	/**
	 * Mercator writes first and tells then: a request that is killed between the two tells nobody. Noted down, because no
	 * plugin can hear of it before the daily comparison.
	 */
	private function unheard_until( string $event, string $domains, callable $task ): void {
		if ( ! class_exists( 'Mercator\\Mapping', false ) ) {
			$task();
			return;
		}
		$heard = fn() => $this->log->write( 'heard', $domains );
		add_action( "mercator.mapping.$event", $heard, PHP_INT_MAX );
		$this->log->write( 'unheard', $domains );
		$task();
		remove_action( "mercator.mapping.$event", $heard, PHP_INT_MAX );
	}
}
