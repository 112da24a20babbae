<?php
/**
 * Test double of Ultimate Multisite: its registry.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Integrations;

/** Fires the same actions at the same moments, and resolves as the original does. */
class Integration_Registry {

	private static ?Integration_Registry $instance = null;

	private array $integrations = array();

	private array $capabilities = array();

	private bool $resolved = false;

	public static function get_instance(): Integration_Registry {
		self::$instance ??= new self();

		return self::$instance;
	}

	/** For tests: as the next request finds it. */
	public static function forget(): void {
		self::$instance = null;
	}

	private function __construct() {}

	public function init(): void {
		add_action( 'plugins_loaded', array( $this, 'fire_registration_hooks' ), 9 );
		add_action( 'plugins_loaded', array( $this, 'fire_capability_hooks' ), 12 );
	}

	public function fire_registration_hooks(): void {
		$this->register( new Providers\Closte\Closte_Integration() );

		do_action( 'wu_register_integrations', $this );
	}

	public function fire_capability_hooks(): void {
		$this->add_capability( 'closte', new Providers\Closte\Closte_Domain_Mapping() );

		do_action( 'wu_register_capabilities', $this );

		$this->resolve();
	}

	public function register( Integration $integration ): void {
		$this->integrations[ $integration->get_id() ] = $integration;
	}

	public function get( string $id ): ?Integration {
		return $this->integrations[ $id ] ?? null;
	}

	public function get_all(): array {
		return $this->integrations;
	}

	public function add_capability( string $integration_id, Capability_Module $module ): void {
		$this->capabilities[ $integration_id ][ $module->get_capability_id() ] = $module;
	}

	public function get_capabilities( string $integration_id ): array {
		return $this->capabilities[ $integration_id ] ?? array();
	}

	public function get_capability( string $integration_id, string $capability_id ): ?Capability_Module {
		return $this->capabilities[ $integration_id ][ $capability_id ] ?? null;
	}

	private function resolve(): void {
		if ( $this->resolved ) {
			return;
		}

		foreach ( $this->capabilities as $integration_id => $modules ) {
			$integration = $this->get( $integration_id );

			foreach ( $integration ? $modules : array() as $module ) {
				$module->set_integration( $integration );

				if ( $integration->is_enabled() && $integration->is_setup() ) {
					$module->register_hooks();
				}
			}
		}

		$this->resolved = true;
	}
}
