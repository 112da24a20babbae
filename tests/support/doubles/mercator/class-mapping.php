<?php
/**
 * Test double of Mercator: a mapping.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace Mercator;

/** Fires Mercator's actions, and has its errors, which have a code only; its table is `{base_prefix}domain_mapping`. */
class Mapping {

	public function __construct( private int $id, private int $site, private string $domain, private bool $active = true ) {}

	public static function install(): void {
		global $wpdb;

		$wpdb->query( 'CREATE TABLE IF NOT EXISTS ' . self::table() . ' ( id bigint(20) NOT NULL auto_increment, blog_id bigint(20) NOT NULL, domain varchar(191) NOT NULL, active tinyint(4) default 1, PRIMARY KEY (id) )' );
	}

	private static function table(): string {
		return $GLOBALS['wpdb']->base_prefix . 'domain_mapping';
	}

	public static function get_by_domain( $domains ) {
		global $wpdb;

		$row = $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM %i WHERE domain = %s', self::table(), current( (array) $domains ) ) );

		return null === $row ? null : new self( (int) $row->id, (int) $row->blog_id, $row->domain, (bool) $row->active );
	}

	public static function create( $site, $domain, $active = false ) {
		global $wpdb;

		$existing = self::get_by_domain( $domain );

		if ( null !== $existing ) {
			return $existing->site === (int) $site ? $existing : new \WP_Error( 'mercator.mapping.domain_exists' );
		}

		if ( ! $wpdb->insert( self::table(), array( 'blog_id' => $site, 'domain' => $domain, 'active' => (int) $active ) ) ) {
			return new \WP_Error( 'mercator.mapping.insert_failed' );
		}

		$mapping = new self( (int) $wpdb->insert_id, (int) $site, $domain, (bool) $active );
		do_action( 'mercator.mapping.created', $mapping );

		return $mapping;
	}

	public function get_domain() {
		return $this->domain;
	}

	public function get_site() {
		return get_site( $this->site );
	}

	public function get_site_id() {
		return $this->site;
	}

	public function is_active() {
		return $this->active;
	}

	public function set_active( $active ) {
		$this->update( static fn( self $mapping ) => $mapping->active = (bool) $active, array( 'active' => (int) $active ) );

		return true;
	}

	public function set_domain( string $domain ): void {
		$this->update( static fn( self $mapping ) => $mapping->domain = $domain, array( 'domain' => $domain ) );
	}

	public function set_site( int $site ): void {
		$this->update( static fn( self $mapping ) => $mapping->site = $site, array( 'blog_id' => $site ) );
	}

	private function update( \Closure $change, array $columns ): void {
		global $wpdb;

		$old = clone $this;
		$change( $this );
		$wpdb->update( self::table(), $columns, array( 'id' => $this->id ) );
		do_action( 'mercator.mapping.updated', $this, $old );
	}

	public function delete() {
		global $wpdb;

		if ( ! $wpdb->delete( self::table(), array( 'id' => $this->id ) ) ) {
			return new \WP_Error( 'mercator.mapping.delete_failed' );
		}

		do_action( 'mercator.mapping.deleted', $this );

		return true;
	}
}
