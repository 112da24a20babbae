<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Provider;
use ClosteSync\Extension\Key_Store;
use ClosteSync\Settings\Permission;
use ClosteSync\Text\Error_Text;
use WP_Ultimo\Integrations\Integration;

defined( 'ABSPATH' ) || exit;

/**
 * Closte as an integration of Ultimate Multisite, in place of the built-in one of the same id: its wizard, its switch
 * and its credential are kept.
 *
 * Loaded by its registration hook only, when the class that it extends is there.
 */
final class Closte_Integration extends Integration {

	public function __construct( private readonly Extension $extension ) {
		parent::__construct( Bridge::ID, 'Closte' );

		$this->set_logo( function_exists( 'wu_get_asset' ) ? (string) wu_get_asset( 'closte.svg', 'img/hosts' ) : '' );
		$this->set_tutorial_link( 'https://ultimatemultisite.com/docs/user-guide/host-integrations/closte' );
		$this->set_constants( array( Api_Key::NAME ) );
		$this->set_supports( array( 'autossl', 'no-instructions' ) );
	}

	/**
	 * {@inheritDoc}
	 */
	public function get_description(): string {
		return __( 'Closte serves domains with a certificate. Closte Sync adds each site’s domains to Closte and removes them when no site uses them.', 'closte-sync' );
	}

	/**
	 * {@inheritDoc}
	 *
	 * Its wizard asks for the key where neither the constant nor the environment variable has it.
	 *
	 * @param string $feature Such as `no-config`: without that step.
	 */
	public function supports( string $feature ): bool {
		return 'no-config' === $feature ? null !== Api_Key::predefined() : parent::supports( $feature );
	}

	/**
	 * {@inheritDoc}
	 *
	 * @return array<string>
	 */
	public function get_supports(): array {
		return array( ...parent::get_supports(), ...( $this->supports( 'no-config' ) ? array( 'no-config' ) : array() ) );
	}

	/**
	 * {@inheritDoc}
	 *
	 * A stored key is not handed out: the fields of the wizard show what this gives.
	 *
	 * @param string $constant_name Name of the constant.
	 */
	public function get_credential( string $constant_name ): string {
		return Api_Key::NAME === $constant_name ? Api_Key::predefined()?->reveal() ?? '' : parent::get_credential( $constant_name );
	}

	/**
	 * {@inheritDoc}
	 *
	 * A field that was left empty leaves a stored key as it is.
	 *
	 * @param array<string, string> $values By the names of the constants.
	 */
	public function save_credentials( #[\SensitiveParameter] array $values ): void {
		$key = Api_Key::from( $values[ Api_Key::NAME ] ?? null, 'settings' );

		if ( null === $key ) {
			return;
		}

		$problem = Key_Store::enter( $key, Extension::is_loaded() );

		if ( null !== $problem ) {
			// The wizard would go on to its test as if it were stored.
			wp_die( esc_html( $problem ), '', array( 'response' => 400, 'back_link' => true ) );
		}

		// One that it stored itself counts for nothing any more.
		parent::delete_credentials();
	}

	/**
	 * {@inheritDoc}
	 */
	public function delete_credentials(): void {
		parent::delete_credentials();
		Key_Store::delete();
	}

	/**
	 * {@inheritDoc}
	 */
	public function detect(): bool {
		return $this->is_setup();
	}

	/**
	 * {@inheritDoc}
	 *
	 * @return array<string>
	 */
	public function get_missing_constants(): array {
		return $this->is_setup() ? array() : array( Api_Key::NAME );
	}

	/**
	 * {@inheritDoc}
	 */
	public function is_setup(): bool {
		// In this order: it is asked on every page, where the constant costs no query.
		return null !== Api_Key::predefined() || Key_Store::has_key() || null !== Key_Provider::find();
	}

	/**
	 * {@inheritDoc}
	 */
	public function get_fields(): array {
		return array(
			Api_Key::NAME => array(
				'type'        => 'password',
				'title'       => __( 'Closte API key', 'closte-sync' ),
				'desc'        => __( 'On Closte, it is in wp-config.php already. Elsewhere, copy it from Closte’s dashboard. It is stored encrypted and never shown.', 'closte-sync' ),
				'placeholder' => $this->is_setup() ? __( 'Stored. Leave this empty to keep it.', 'closte-sync' ) : '',
			),
		);
	}

	/**
	 * Whether Closte takes the key. Only for who may manage the network: Ultimate Multisite's own AJAX action lets any
	 * user with an account ask.
	 *
	 * @return bool|\WP_Error
	 */
	public function test_connection() {
		if ( ! Permission::allows() ) {
			return new \WP_Error( 'closte-sync-forbidden', __( 'You are not allowed to test the connection to Closte.', 'closte-sync' ) );
		}

		try {
			$this->extension->client()->verify();
			return true;
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			return new \WP_Error( 'closte-sync-' . ( $e instanceof \Closte\ClosteException ? $e->reason : 'extension' ), Error_Text::of( $e ) );
		}
	}
}
