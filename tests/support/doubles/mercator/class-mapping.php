<?php
/**
 * Test double of Mercator: a mapping.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace Mercator;

/** Fires Mercator's actions; its table is `{base_prefix}domain_mapping`. */
class Mapping {

	public function __construct( private int $id, private int $site, private string $domain ) {}

	public static function install(): void {
		global $wpdb;

		$wpdb->query( "CREATE TABLE IF NOT EXISTS {$wpdb->base_prefix}domain_mapping ( id bigint(20) NOT NULL auto_increment, blog_id bigint(20) NOT NULL, domain varchar(191) NOT NULL, active tinyint(4) default 1, PRIMARY KEY (id) )" );
	}

	public static function create( int $site, string $domain ): self {
		global $wpdb;

		$wpdb->insert( $wpdb->base_prefix . 'domain_mapping', array( 'blog_id' => $site, 'domain' => $domain ) );
		$mapping = new self( (int) $wpdb->insert_id, $site, $domain );
		do_action( 'mercator.mapping.created', $mapping );

		return $mapping;
	}

	public function get_domain() {
		return $this->domain;
	}

	public function get_site() {
		return get_site( $this->site );
	}

	public function set_domain( string $domain ): void {
		global $wpdb;

		$old          = clone $this;
		$this->domain = $domain;
		$wpdb->update( $wpdb->base_prefix . 'domain_mapping', array( 'domain' => $domain ), array( 'id' => $this->id ) );
		do_action( 'mercator.mapping.updated', $this, $old );
	}

	public function set_site( int $site ): void {
		global $wpdb;

		$old        = clone $this;
		$this->site = $site;
		$wpdb->update( $wpdb->base_prefix . 'domain_mapping', array( 'blog_id' => $site ), array( 'id' => $this->id ) );
		do_action( 'mercator.mapping.updated', $this, $old );
	}

	public function delete(): void {
		global $wpdb;

		$wpdb->delete( $wpdb->base_prefix . 'domain_mapping', array( 'id' => $this->id ) );
		do_action( 'mercator.mapping.deleted', $this );
	}
}
