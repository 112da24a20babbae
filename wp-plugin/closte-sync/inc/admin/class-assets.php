<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Rest\Rest_Api;

/**
 * The scripts and styles of the screens.
 */
final class Assets {

	/** The nonce of the bulk actions of the Domains screen, as WordPress's list tables name it. */
	public const BULK = 'bulk-closte-sync-domains';

	/** The handle of the script that calls the REST API: see its head. */
	public const API = 'closte-sync-api';

	public static function enqueue(): void {
		self::enqueue_style();
		self::enqueue_api();
		self::enqueue_script( 'admin', array( self::API ) );
		self::enqueue_script( 'confirm', array() );
	}

	/**
	 * What scripts of the network screens call the REST API by.
	 */
	public static function enqueue_api(): void {
		self::enqueue_script( 'api', array( 'wp-a11y', 'wp-api-fetch' ) );
		wp_add_inline_script( self::API, 'window.closteSync = ' . wp_json_encode( self::script_data(), JSON_HEX_TAG | JSON_HEX_AMP ) . ';', 'before' );
	}

	/**
	 * A style; without a name the one that all screens share, also those of a site.
	 *
	 * @param string       $name         Of a style in `assets`, without its ending.
	 * @param list<string> $dependencies
	 */
	public static function enqueue_style( string $name = 'admin', array $dependencies = array( 'dashicons' ) ): void {
		wp_enqueue_style( "closte-sync-$name", plugins_url( "assets/$name.css", CLOSTE_SYNC_FILE ), $dependencies, self::version( "$name.css" ) );
	}

	/**
	 * @param string       $name         Of a script in `assets`, without its ending.
	 * @param list<string> $dependencies
	 */
	public static function enqueue_script( string $name, array $dependencies = array( 'wp-a11y' ) ): void {
		wp_enqueue_script(
			"closte-sync-$name",
			plugins_url( "assets/$name.js", CLOSTE_SYNC_FILE ),
			$dependencies,
			self::version( "$name.js" ),
			array( 'in_footer' => true )
		);
	}

	private static function version( string $asset ): string {
		return (string) filemtime( dirname( CLOSTE_SYNC_FILE ) . "/assets/$asset" );
	}

	/**
	 * @return array<string, mixed>
	 */
	private static function script_data(): array {
		return Rest_Api::script_data() + array(
			'strings' => array(
				'noAnswer'  => __( 'The server did not answer. Try again.', 'closte-sync' ),
				'loggedOut' => __( 'You are logged out, so this page is no longer updated. Log in again, or reload the page.', 'closte-sync' ),
				'removed'   => __( 'Removed', 'closte-sync' ),
			),
		);
	}
}
