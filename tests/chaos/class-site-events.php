<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What becomes of sites. */
final class Site_Events {

	public const WEIGHTS = array(
		'create_site'         => 18,
		'delete_site'         => 10,
		'rename_site'         => 12,
		'duplicate_site'      => 4,
		'archive_site'        => 3,
		'sub_path_site'       => 4,
		'swap'                => 8,
		'swap_in_three_steps' => 5,
	);

	public function __construct( private readonly Session $session, private readonly Network_State $network ) {}

	public function create_site( Random $random ): void {
		$this->insert_site( $random->one_of( array( ...Names::of_sites(), Names::by_hand( (int) $this->session->worker ) ) ) );
	}

	public function delete_site( Random $random ): void {
		$id = $this->network->site( $random );
		if ( null !== $id ) {
			wp_delete_site( $id );
		}
	}

	public function rename_site( Random $random ): void {
		$id     = $this->network->site( $random );
		$domain = $random->one_of( Names::of_sites() );
		if ( null !== $id ) {
			wp_update_site( $id, array( 'domain' => $domain ) );
		}
	}

	/** As duplicators do it: a new site, its tables filled from another's. */
	public function duplicate_site( Random $random ): void {
		$wpdb = $this->session->wpdb;
		$from = $this->network->site( $random );
		$to   = $this->insert_site( $random->one_of( Names::of_sites() ) );
		if ( null !== $from && null !== $to ) {
			$wpdb->query( $wpdb->prepare( 'INSERT IGNORE INTO %i SELECT * FROM %i', $wpdb->get_blog_prefix( $to ) . 'postmeta', $wpdb->get_blog_prefix( $from ) . 'postmeta' ) );
			do_action( 'wu_duplicate_site', array( 'site_id' => $to ) );
		}
	}

	public function archive_site( Random $random ): void {
		$id = $this->network->site( $random );
		if ( null !== $id ) {
			wp_update_site( $id, array( 'archived' => $random->between( 0, 1 ) ) );
		}
	}

	/** On a domain that another site has: no domain comes into being, and none goes. */
	public function sub_path_site( Random $random ): void {
		$id = $this->insert_site( $random->one_of( Names::LIVING ), '/' . $random->one_of( array( 'en', 'de' ) ) . '/' );
		if ( null !== $id && $random->percent( 70 ) ) {
			wp_delete_site( $id );
		}
	}

	/** Two sites exchange their domains, in one request. */
	public function swap( Random $random ): void {
		$this->exchange( $random, static fn() => null );
	}

	public function swap_in_three_steps( Random $random ): void {
		$this->exchange( $random, $this->session->next_request( ... ) );
	}

	/** No two sites can have one domain: one gets another meanwhile. */
	private function exchange( Random $random, callable $next ): void {
		$ids = $this->network->sites();
		if ( count( $ids ) < 2 ) {
			return;
		}
		$one     = $random->one_of( $ids );
		$other   = $random->one_of( array_values( array_diff( $ids, array( $one ) ) ) );
		$domains = array( $this->network->domain_of( $one ), $this->network->domain_of( $other ) );
		if ( in_array( null, $domains, true ) ) {
			return;
		}
		wp_update_site( $one, array( 'domain' => Names::between_owners( (int) $this->session->worker ) ) );
		$next();
		wp_update_site( $other, array( 'domain' => $domains[0] ) );
		$next();
		wp_update_site( $one, array( 'domain' => $domains[1] ) );
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
}
