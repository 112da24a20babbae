<?php
/**
 * Test double of Ultimate Multisite: the wizard of its integrations.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace WP_Ultimo\Admin_Pages;

use WP_Ultimo\Integrations\Integration;
use WP_Ultimo\Integrations\Integration_Registry;

/** Its sections, and what it asks of an integration. */
class Hosting_Integration_Wizard {

	public function __construct( private readonly Integration $integration ) {}

	/** @return list<string> */
	public function get_sections(): array {
		$sections = array( 'activation', 'instructions', 'config', 'testing', 'done' );
		$without  = array_filter(
			array(
				'instructions' => $this->integration->supports( 'no-instructions' ) || ! method_exists( $this->integration, 'get_instructions' ),
				'config'       => $this->integration->supports( 'no-config' ),
			)
		);

		return array_values( array_diff( $sections, array_keys( $without ) ) );
	}

	/** @return array<string, array<string, mixed>> As its form shows them. */
	public function get_configuration_fields(): array {
		$fields = $this->fields();

		foreach ( $fields as $constant => &$field ) {
			$field['value'] = $this->integration->get_credential( $constant );
		}

		return $fields;
	}

	/** @param array<string, string> $post */
	public function handle_configuration( array $post ): void {
		$this->integration->save_credentials( array_map( 'sanitize_text_field', array_intersect_key( $post, $this->fields() ) ) );
	}

	/** @return array<string, array<string, mixed>> */
	private function fields(): array {
		$fields = $this->integration->get_fields();

		foreach ( Integration_Registry::get_instance()->get_capabilities( $this->integration->get_id() ) as $module ) {
			$fields = array_merge( $fields, $module->get_fields() );
		}

		return $fields;
	}
}
