<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Admin\Assets;

/**
 * The script and the style of the form that adds a domain.
 */
final class Add_Domain_Assets {

	public static function enqueue(): void {
		Assets::enqueue_style();
		Assets::enqueue_style( 'add-domain', array( 'closte-sync-admin' ) );
		Assets::enqueue_script( 'copy' );
		Assets::enqueue_script( 'add-domain', array( 'wp-a11y', 'wp-api-fetch', 'jquery-ui-autocomplete' ) );
	}
}
