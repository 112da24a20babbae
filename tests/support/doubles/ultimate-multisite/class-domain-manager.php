<?php
/**
 * Test double of Ultimate Multisite: its domain manager and its queue.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Managers;

use WP_Ultimo\Models\Domain;

class Domain_Manager {

	/**
	 * What waits for Action Scheduler.
	 *
	 * @var list<array{hook: string, args: array<mixed>}>
	 */
	public static array $queue = array();

	/**
	 * Records whose own DNS or certificate check ran.
	 *
	 * @var list<int>
	 */
	public static array $checked = array();

	/** Whether it makes a domain record for each new site, and `wu_domain_added` is known: newer than 2.4.10. */
	public static bool $modern = true;

	public function init(): void {
		add_action( 'wu_transition_domain_domain', array( $this, 'send_domain_to_host' ), 10, 3 );
		add_action( 'wu_domain_post_delete', array( $this, 'handle_domain_deleted' ), 10, 2 );
		add_action( 'wp_insert_site', array( $this, 'handle_site_created' ) );
		add_action( 'wp_delete_site', array( $this, 'clear_mappings_on_delete' ) );
		add_action( 'wp_delete_site', array( $this, 'handle_site_deleted' ) );
		add_action( 'wu_async_process_domain_stage', array( $this, 'async_process_domain_stage' ), 10, 2 );
		add_action( 'wp_ajax_wu_test_hosting_integration', array( $this, 'test_integration' ) );
	}

	public function send_domain_to_host( $old_value, $new_value, $item_id ): void {
		$site_id = wu_get_domain( $item_id )->get_site_id();

		wu_enqueue_async_action( 'wu_add_domain', array( 'domain' => $new_value, 'site_id' => $site_id ), 'domain' );

		if ( self::$modern ) {
			do_action( 'wu_domain_added', $new_value, $site_id );
		}
	}

	public function handle_domain_deleted( $result, $domain ): void {
		if ( $result ) {
			wu_enqueue_async_action( 'wu_remove_domain', array( 'domain' => $domain->get_domain(), 'site_id' => $domain->get_site_id() ), 'domain' );

			if ( self::$modern ) {
				do_action( 'wu_domain_removed', $domain->get_domain(), $domain->get_site_id() );
			}
		}
	}

	public function handle_site_created( $site ): void {
		if ( '' === str_replace( get_network()->domain, '', $site->domain ) ) {
			return;
		}

		wu_enqueue_async_action( 'wu_add_subdomain', array( 'subdomain' => $site->domain, 'site_id' => $site->blog_id ), 'domain' );
		wu_create_domain( array( 'blog_id' => $site->blog_id, 'domain' => $site->domain, 'primary_domain' => true ) );
	}

	public function clear_mappings_on_delete( $site ): void {
		foreach ( wu_get_domains( array( 'blog_id' => $site->blog_id ) ) as $mapping ) {
			$mapping->delete();
		}
	}

	public function handle_site_deleted( $site ): void {
		wu_enqueue_async_action( 'wu_remove_subdomain', array( 'subdomain' => $site->domain, 'site_id' => $site->blog_id ), 'domain' );
	}

	public function async_process_domain_stage( $domain_id, $tries = 0 ): void {
		self::$checked[] = (int) $domain_id;
	}

	/** Does what its Edit Domain page does when it is submitted. */
	public static function submit_edit_page( Domain $record ): mixed {
		wu_enqueue_async_action( 'wu_async_process_domain_stage', array( 'domain_id' => $record->get_id() ), 'domain' );

		return $record->save();
	}

	public function test_integration(): void {
		$integration = \WP_Ultimo\Integrations\Integration_Registry::get_instance()->get( sanitize_key( $_REQUEST['integration'] ) );

		if ( ! $integration->is_setup() ) {
			wp_send_json_error( array( 'message' => 'The necessary constants were not found on your wp-config.php file: ' . implode( ', ', $integration->get_missing_constants() ) ) );
		}

		$result = $integration->test_connection();

		is_wp_error( $result ) ? wp_send_json_error( array( 'message' => $result->get_error_message() ) ) : wp_send_json_success( array( 'message' => 'Access Authorized' ) );
	}

	/**
	 * Does what Action Scheduler does once a minute.
	 *
	 * @return list<string> The actions that failed because nothing listened.
	 */
	public static function run_queue(): array {
		$failed      = array();
		$queue       = self::$queue;
		self::$queue = array();

		foreach ( $queue as $action ) {
			if ( ! has_action( $action['hook'] ) ) {
				$failed[] = $action['hook'];
			}

			do_action_ref_array( $action['hook'], array_values( $action['args'] ) );
		}

		return $failed;
	}

	/**
	 * The record as the database has it.
	 *
	 * @param array<string, mixed>|null $row
	 */
	public static function to_record( ?array $row ): Domain|false {
		return null === $row ? false : new Domain( $row );
	}
}
