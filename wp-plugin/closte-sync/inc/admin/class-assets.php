<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

/**
 * The script and style of the network screens, and the calls that the script may make.
 */
final class Assets {

	/** What the script may call {@see Ajax} for. */
	public const CALLS = array( 'test_connection', 'send_all', 'poll' );

	/** The nonce of the bulk actions of the Domains screen, as WordPress's list tables name it. */
	public const BULK = 'bulk-closte-sync-domains';

	/** In front of a call, the name of its AJAX action and of its nonce. */
	public const PREFIX = 'closte_sync_';

	public static function enqueue(): void {
		self::enqueue_style();
		self::enqueue_script( 'admin' );
		self::enqueue_script( 'confirm', array() );
		wp_add_inline_script( 'closte-sync-admin', 'window.closteSync = ' . wp_json_encode( self::script_data(), JSON_HEX_TAG | JSON_HEX_AMP ) . ';', 'before' );
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
		return array(
			'url'     => admin_url( 'admin-ajax.php', 'relative' ),
			'nonces'  => self::nonces(),
			'strings' => array(
				'noAnswer'  => __( 'The server did not answer. Try again.', 'closte-sync' ),
				'loggedOut' => __( 'You are logged out, so this page is no longer updated. Log in again, or reload the page.', 'closte-sync' ),
				'removed'   => __( 'Removed', 'closte-sync' ),
			),
		);
	}

	/**
	 * @return array<string, string> By call; that of the bulk actions as `bulk`.
	 */
	public static function nonces(): array {
		$nonces = array();
		foreach ( self::CALLS as $call ) {
			$nonces[ $call ] = wp_create_nonce( self::PREFIX . $call );
		}
		$nonces['bulk'] = wp_create_nonce( self::BULK );
		return $nonces;
	}
}
