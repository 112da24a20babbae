<?php
/**
 * Test double of Ultimate Multisite: a capability module.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Integrations;

interface Capability_Module {

	public function get_capability_id(): string;

	public function get_title(): string;

	public function get_supported_features(): array;

	public function supports( string $feature ): bool;

	public function register_hooks(): void;

	public function get_fields(): array;

	public function get_explainer_lines(): array;

	public function set_integration( Integration $integration ): void;

	public function get_integration(): Integration;

	public function test_connection();
}
