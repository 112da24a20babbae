<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sources\Ultimate_Multisite;

use ClosteSync\Extension\Api_Key;
use ClosteSync\Extension\Extension;
use ClosteSync\Extension\Key_Store;
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
		$this->set_supports( array( 'autossl', 'no-instructions', 'no-config' ) );
	}

	/**
	 * {@inheritDoc}
	 */
	public function get_description(): string {
		return __( 'Closte puts a domain and its certificate in place at once. Closte Sync sends each domain of the network there, sees to it that it arrives, and removes it again.', 'closte-sync' );
	}

	/**
	 * {@inheritDoc}
	 *
	 * @param string $constant_name Name of the constant.
	 */
	public function get_credential( string $constant_name ): string {
		$credential = parent::get_credential( $constant_name );

		return '' === $credential && Api_Key::NAME === $constant_name ? (string) getenv( $constant_name ) : $credential;
	}

	/**
	 * {@inheritDoc}
	 */
	public function detect(): bool {
		return '' !== $this->get_credential( Api_Key::NAME ) || Key_Store::has_key();
	}

	/**
	 * {@inheritDoc}
	 *
	 * A key that was entered on our own screen is not handed out as a credential: the fields of its wizard show those.
	 *
	 * @return array<string>
	 */
	public function get_missing_constants(): array {
		$missing = parent::get_missing_constants();

		return array() !== $missing && Key_Store::has_key() ? array() : $missing;
	}

	/**
	 * {@inheritDoc}
	 */
	public function is_setup(): bool {
		return parent::is_setup() || Key_Store::has_key();
	}

	/**
	 * {@inheritDoc}
	 */
	public function get_fields(): array {
		return array(
			Api_Key::NAME => array(
				'type'        => 'password',
				'title'       => __( 'Closte API key', 'closte-sync' ),
				'placeholder' => __( 'On Closte, wp-config.php has it already', 'closte-sync' ),
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
		if ( ! current_user_can( 'manage_network_options' ) ) {
			return new \WP_Error( 'closte-sync-forbidden', __( 'You are not allowed to test the connection to Closte.', 'closte-sync' ) );
		}

		try {
			$this->extension->client()->verify();
			return true;
		} catch ( \Closte\ClosteException | \RuntimeException $e ) {
			return new \WP_Error( 'closte-sync-' . ( $e instanceof \Closte\ClosteException ? $e->reason : 'extension' ), $e->getMessage() );
		}
	}
}
