<?php
/**
 * Test double of Ultimate Multisite: a domain record.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Models;

/** Saves and deletes with the original's hooks, in its order, and refuses what the original refuses. */
class Domain {

	const INACTIVE_STAGES = array( 'checking-dns', 'checking-ssl-cert', 'failed', 'ssl-failed' );

	private const STAGES = array( 'done', 'done-without-ssl', ...self::INACTIVE_STAGES );

	private const NAME = '/^(?!\-)(?:(?:[a-zA-Z\d][a-zA-Z\d\-]{0,61})?[a-zA-Z\d]\.){1,126}(?!\d+)[a-zA-Z\d]{1,63}$/';

	private int $id = 0;
	private int $blog_id;
	private string $domain;
	private bool $active;
	private bool $primary_domain;
	private bool $secure;
	private string $stage;
	private bool $skip_validation;

	/** How often any record was saved. */
	public static int $saves = 0;

	public function __construct( array $data ) {
		$this->id             = (int) ( $data['id'] ?? 0 );
		$this->blog_id        = (int) $data['blog_id'];
		$this->domain         = strtolower( (string) $data['domain'] );
		$this->active         = (bool) ( $data['active'] ?? true );
		$this->primary_domain = (bool) ( $data['primary_domain'] ?? false );
		$this->secure         = (bool) ( $data['secure'] ?? false );
		$this->stage          = (string) ( $data['stage'] ?? 'checking-dns' );

		$this->skip_validation = (bool) ( $data['skip_validation'] ?? false );
	}

	public function get_id(): int {
		return $this->id;
	}

	public function get_domain() {
		return $this->domain;
	}

	public function set_domain( $domain ): void {
		$this->domain = strtolower( $domain );
	}

	public function get_blog_id() {
		return $this->blog_id;
	}

	public function set_blog_id( $blog_id ): void {
		$this->blog_id = (int) $blog_id;
	}

	public function get_site_id() {
		return $this->blog_id;
	}

	public function get_stage() {
		return $this->stage;
	}

	public function set_stage( $stage ): void {
		$this->stage = $stage;
	}

	public function is_secure() {
		return $this->secure;
	}

	public function set_secure( $secure ): void {
		$this->secure = (bool) $secure;
	}

	public function set_active( $active ): void {
		$this->active = (bool) $active;
	}

	public function has_inactive_stage(): bool {
		return in_array( $this->get_stage(), self::INACTIVE_STAGES, true );
	}

	/** Whether a visitor of the domain sees the site. */
	public function is_active() {
		return ! $this->has_inactive_stage() && $this->active;
	}

	public function set_skip_validation( $skip_validation = false ): void {
		$this->skip_validation = (bool) $skip_validation;
	}

	public function validate() {
		global $wpdb;

		$table = $wpdb->base_prefix . 'wu_domain_mappings';

		return match ( true ) {
			$this->skip_validation => true,
			1 !== preg_match( self::NAME, $this->domain ) => new \WP_Error( 'domain', "Domain $this->domain is not valid" ),
			! in_array( $this->stage, self::STAGES, true ) => new \WP_Error( 'stage', 'Stage is not valid' ),
			null !== $wpdb->get_var( $wpdb->prepare( 'SELECT id FROM %i WHERE domain = %s AND id <> %d', $table, $this->domain, $this->id ) )
				=> new \WP_Error( 'domain', "A domain with the same domain $this->domain already exists." ),
			default => true,
		};
	}

	public function save() {
		global $wpdb;

		++self::$saves;

		$was_new = 0 === $this->id;
		$data    = array(
			'blog_id'        => $this->blog_id,
			'domain'         => $this->domain,
			'active'         => (int) $this->active,
			'primary_domain' => (int) $this->primary_domain,
			'secure'         => (int) $this->secure,
			'stage'          => $this->stage,
		);
		$table   = $wpdb->base_prefix . 'wu_domain_mappings';
		$data    = apply_filters( 'wu_domain_pre_save', $data, $data + array( 'id' => $this->id ), $this );
		$valid   = $this->validate();

		if ( is_wp_error( $valid ) && ! $this->skip_validation ) {
			return $valid;
		}

		$before = $was_new ? null : $wpdb->get_row( $wpdb->prepare( 'SELECT * FROM %i WHERE id = %d', $table, $this->id ), ARRAY_A );

		if ( $was_new ) {
			$wpdb->insert( $table, $data );
			$this->id = (int) $wpdb->insert_id;
		} else {
			$wpdb->update( $table, $data, array( 'id' => $this->id ) );
		}

		foreach ( array( 'domain', 'stage' ) as $column ) {
			$old = $was_new ? 'new' : $before[ $column ];

			if ( $old !== $data[ $column ] ) {
				do_action( "wu_transition_domain_$column", $old, $data[ $column ], $this->id );
			}
		}

		do_action( 'wu_domain_post_save', $data, $this, $was_new );

		$this->fire_mercator( $was_new ? 'created' : 'updated' );

		wp_cache_flush();

		if ( $this->primary_domain && $was_new ) {
			do_action( 'wu_domain_became_primary', $this, $this->blog_id, $was_new );
		}

		return true;
	}

	public function delete() {
		global $wpdb;

		do_action( 'wu_domain_pre_delete', $this );

		$result = (bool) $wpdb->delete( $wpdb->base_prefix . 'wu_domain_mappings', array( 'id' => $this->id ) );

		do_action( 'wu_domain_post_delete', $result, $this );

		$this->fire_mercator( 'deleted' );

		return $result;
	}

	private function fire_mercator( string $event ): void {
		if ( has_action( "mercator.mapping.$event" ) ) {
			do_action_deprecated( "mercator.mapping.$event", 'updated' === $event ? array( $this, clone $this ) : array( $this ), '2.0.0', 'wu_domain_post_save' );
		}
	}
}
