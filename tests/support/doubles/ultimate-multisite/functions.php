<?php
/**
 * Test double of Ultimate Multisite: its functions.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

use WP_Ultimo\Managers\Domain_Manager;
use WP_Ultimo\Models\Domain;

function wu_get_domain( $domain_id ) {
	global $wpdb;

	return Domain_Manager::to_record( $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM %i WHERE id = %d', $wpdb->base_prefix . 'wu_domain_mappings', $domain_id ), ARRAY_A ) );
}

function wu_get_domain_by_domain( $domain ) {
	global $wpdb;

	return Domain_Manager::to_record( $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM %i WHERE domain = %s', $wpdb->base_prefix . 'wu_domain_mappings', $domain ), ARRAY_A ) );
}

function wu_get_domains( $query = array() ) {
	global $wpdb;

	$rows = $wpdb->get_results( $wpdb->prepare( 'SELECT * FROM %i WHERE blog_id = %d', $wpdb->base_prefix . 'wu_domain_mappings', $query['blog_id'] ), ARRAY_A );

	return array_map( Domain_Manager::to_record( ... ), $rows );
}

function wu_create_domain( $domain_data ) {
	$domain = new Domain( $domain_data );
	$saved  = $domain->save();

	if ( is_wp_error( $saved ) ) {
		return $saved;
	}

	wu_enqueue_async_action( 'wu_async_process_domain_stage', array( 'domain_id' => $domain->get_id() ), 'domain' );

	return $domain;
}

function wu_enqueue_async_action( $hook, $args = array(), $group = '' ) {
	Domain_Manager::$queue[] = array(
		'hook' => $hook,
		'args' => $args,
	);
}

function wu_get_setting( $setting, $default_value = false ) {
	return get_network_option( null, 'v2_settings', array() )[ $setting ] ?? $default_value;
}

function wu_log_add( string $handle, $message, string $log_level = 'info' ): void {
	\WP_Ultimo\Logger::add( $handle, $message, $log_level );
}

/** A site with the limitations of its plan: `wu_double_plan` of the site has `enabled` and `limit`, without it there are none. */
function wu_get_site( $id ) {
	return new class( get_site_meta( $id, 'wu_double_plan', true ) ) {

		public function __construct( private readonly mixed $plan ) {}

		public function has_limitations() {
			return is_array( $this->plan );
		}

		/** Its parts are made when they are read, and isset() knows none of them. */
		public function get_limitations() {
			return new class( $this->plan ) {

				public function __construct( private readonly mixed $plan ) {}

				public function __get( string $name ) {
					return 'domain_mapping' !== $name ? false : new class( $this->plan ) {

						public function __construct( private readonly array $plan ) {}

						public function is_enabled( $type = '' ) {
							return $this->plan['enabled'];
						}

						public function get_limit( $type = '' ) {
							return $this->plan['limit'];
						}
					};
				}
			};
		}
	};
}
