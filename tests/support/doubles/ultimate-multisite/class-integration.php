<?php
/**
 * Test double of Ultimate Multisite: an integration, with the names and types of its own.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Integrations;

/** Of the original only what a provider and the registry use. */
class Integration {

	protected string $id;
	protected string $title;
	protected string $description   = '';
	protected string $logo          = '';
	protected string $tutorial_link = '';
	protected array $constants      = array();
	protected array $supports       = array();

	public function __construct( string $id, string $title ) {
		$this->id    = $id;
		$this->title = $title;
	}

	public function get_id(): string {
		return $this->id;
	}

	public function get_title(): string {
		return $this->title;
	}

	public function get_description(): string {
		return $this->description;
	}

	public function get_logo(): string {
		return $this->logo;
	}

	public function set_logo( string $logo ) {
		$this->logo = $logo;
		return $this;
	}

	public function get_tutorial_link(): string {
		return $this->tutorial_link;
	}

	public function set_tutorial_link( string $tutorial_link ) {
		$this->tutorial_link = $tutorial_link;
		return $this;
	}

	public function get_constants(): array {
		return $this->constants;
	}

	public function set_constants( array $constants ) {
		$this->constants = $constants;
		return $this;
	}

	public function get_supports(): array {
		return $this->supports;
	}

	public function set_supports( array $supports ) {
		$this->supports = $supports;
		return $this;
	}

	public function get_credential( string $constant_name ): string {
		if ( defined( $constant_name ) && constant( $constant_name ) ) {
			return (string) constant( $constant_name );
		}

		$stored = get_network_option( null, 'wu_hosting_credential_' . $constant_name, '' );

		return $stored ? \WP_Ultimo\Helpers\Credential_Store::decrypt( $stored ) : '';
	}

	public function get_all_constants(): array {
		return $this->constants;
	}

	public function save_credentials( array $values ): void {
		foreach ( shortcode_atts( array_fill_keys( $this->get_all_constants(), '' ), $values ) as $constant_name => $value ) {
			if ( ! empty( $value ) ) {
				update_network_option( null, 'wu_hosting_credential_' . $constant_name, \WP_Ultimo\Helpers\Credential_Store::encrypt( $value ) );
			} else {
				delete_network_option( null, 'wu_hosting_credential_' . $constant_name );
			}
		}
	}

	public function delete_credentials(): void {
		foreach ( $this->get_all_constants() as $constant_name ) {
			delete_network_option( null, 'wu_hosting_credential_' . $constant_name );
		}
	}

	public function is_setup(): bool {
		return array() === $this->get_missing_constants();
	}

	public function get_missing_constants(): array {
		return array_values( array_filter( $this->constants, fn( string $name ): bool => '' === $this->get_credential( $name ) ) );
	}

	public function is_enabled(): bool {
		$list = get_network_option( null, 'wu_host_integrations_enabled', array() );

		return ! empty( $list[ $this->id ] );
	}

	public function enable(): bool {
		return $this->switch( true );
	}

	public function disable(): bool {
		return $this->switch( false );
	}

	public function get_fields(): array {
		return array();
	}

	public function detect(): bool {
		return false;
	}

	public function supports( string $feature ): bool {
		if ( in_array( $feature, $this->supports, true ) ) {
			return true;
		}

		foreach ( Integration_Registry::get_instance()->get_capabilities( $this->id ) as $module ) {
			if ( $module->supports( $feature ) ) {
				return true;
			}
		}

		return false;
	}

	public function test_connection() {
		return true;
	}

	private function switch( bool $on ): bool {
		$list              = get_network_option( null, 'wu_host_integrations_enabled', array() );
		$list[ $this->id ] = $on;

		return update_network_option( null, 'wu_host_integrations_enabled', $list );
	}
}
