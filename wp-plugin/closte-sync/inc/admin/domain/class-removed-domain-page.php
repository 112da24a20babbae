<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Domain;

use ClosteSync\Admin\Pages;
use ClosteSync\Container;

/**
 * The page of a domain that is no longer on the list: says so, and shows what happened to it.
 */
final class Removed_Domain_Page {

	public function __construct( private readonly Container $services ) {}

	public function html( Domain_Request $request ): string {
		if ( '' === $request->name ) {
			return self::notice( esc_html__( 'This domain is no longer on the list.', 'closte-sync' ) ) . self::way_back();
		}

		$domain = $this->services->domain_names()->canonical( $request->name );
		$name   = '<bdi dir="ltr">' . esc_html( $this->services->domain_names()->shown( $domain ) ) . '</bdi>';
		$row    = $this->services->ledger()->find( $domain );

		if ( null !== $row ) {
			return self::notice(
				/* translators: %s: domain */
				sprintf( esc_html__( '%s was removed from the list, and is on it again.', 'closte-sync' ), $name )
					. sprintf( ' <a href="%1$s">%2$s</a>', esc_url( Pages::domain_url( $row->id, $row->domain ) ), esc_html__( 'Show the domain', 'closte-sync' ) )
			) . self::way_back();
		}

		/* translators: %s: domain */
		return self::notice( sprintf( esc_html__( '%s is no longer on the list.', 'closte-sync' ), $name ) ) . self::way_back()
			. '<h2>' . esc_html__( 'History', 'closte-sync' ) . '</h2>'
			. '<div id="closte-sync-story">' . ( new History_Section( $this->services ) )->html( $domain, null, $request ) . '</div>';
	}

	/**
	 * @param string $html What it says, escaped.
	 */
	private static function notice( string $html ): string {
		return wp_get_admin_notice( $html, array( 'type' => 'info', 'additional_classes' => array( 'inline' ) ) );
	}

	private static function way_back(): string {
		return sprintf( '<p><a class="button" href="%1$s">%2$s</a></p>', esc_url( Pages::domains_url() ), esc_html__( 'Back to all domains', 'closte-sync' ) );
	}
}
