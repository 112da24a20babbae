<?php
/**
 * Test double of Ultimate Multisite: what a capability module starts from.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Integrations;

abstract class Base_Capability_Module implements Capability_Module {

	protected Integration $integration;

	protected array $supported_features = array();

	public function supports( string $feature ): bool {
		return in_array( $feature, $this->supported_features, true );
	}

	public function set_integration( Integration $integration ): void {
		$this->integration = $integration;
	}

	public function get_integration(): Integration {
		return $this->integration;
	}

	public function get_supported_features(): array {
		return $this->supported_features;
	}

	public function register_hooks(): void {}

	public function get_fields(): array {
		return array();
	}

	public function get_explainer_lines(): array {
		return array(
			'will'     => array(),
			'will_not' => array(),
		);
	}

	public function test_connection() {
		return true;
	}
}
