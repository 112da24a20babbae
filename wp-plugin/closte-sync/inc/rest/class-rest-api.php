<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Rest;

use ClosteSync\Container;

/**
 * The REST API of a network, on its main site. Whoever may use the network screens may use it.
 */
final class Rest_Api {

	public const NAMESPACE = Controller::NAMESPACE;

	public function __construct( private readonly Container $services ) {}

	/**
	 * @param Controller ...$more Of the screens.
	 */
	public function register( Controller ...$more ): void {
		$item        = new Domain_Item( $this->services );
		$controllers = array(
			new Domains_Controller( $this->services, $item ),
			new Domain_Changes_Controller( $this->services, $item ),
			new Checks_Controller( $this->services, $item ),
			new Status_Controller( $this->services ),
			new Sync_Controller( $this->services ),
			...$more,
		);

		foreach ( $controllers as $controller ) {
			$controller->register();
		}
	}

	/**
	 * What a script of a network screen needs to call it: where it is, without the host, and the nonce of the user.
	 *
	 * @return array{root: string, nonce: string}
	 */
	public static function script_data(): array {
		return array(
			'root'  => wp_make_link_relative( get_rest_url( get_main_site_id(), self::NAMESPACE . '/' ) ),
			'nonce' => wp_create_nonce( 'wp_rest' ),
		);
	}
}
