<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Diagnosis\Records_Text;

/**
 * Shows what to change at the DNS provider: one record a row, each name and value with a button that copies it.
 */
final class Records_Table {

	/**
	 * @param list<array{action: string, type: string, name: string, value: string}> $records As
	 *     {@see \ClosteSync\Ledger\Ledger_Row::dns_records()} gives them.
	 * @param string $domain The domain whose records they are, as people read it; '': the page says it.
	 * @return string '' where there is nothing to change.
	 */
	public static function html( array $records, string $domain = '' ): string {
		if ( array() === $records ) {
			return '';
		}

		$rows = '';

		foreach ( $records as $record ) {
			$rows .= sprintf(
				'<tr><td data-label="%1$s">%2$s</td><td data-label="%3$s"><code dir="ltr">%4$s</code></td><td data-label="%5$s">%6$s</td><td data-label="%7$s">%8$s</td></tr>',
				esc_attr__( 'Action', 'closte-sync' ),
				esc_html( Records_Text::action( $record['action'] ) ),
				esc_attr__( 'Type', 'closte-sync' ),
				esc_html( $record['type'] ),
				esc_attr__( 'Name', 'closte-sync' ),
				self::copyable( $record['name'] ),
				esc_attr__( 'Value', 'closte-sync' ),
				self::copyable( $record['value'] )
			);
		}

		return sprintf(
			'<table class="widefat striped closte-sync-records"><caption class="screen-reader-text">%6$s</caption><thead><tr><th scope="col">%1$s</th><th scope="col">%2$s</th><th scope="col">%3$s</th><th scope="col">%4$s</th></tr></thead><tbody>%5$s</tbody></table>',
			esc_html__( 'Action', 'closte-sync' ),
			esc_html__( 'Type', 'closte-sync' ),
			esc_html__( 'Name', 'closte-sync' ),
			esc_html__( 'Value', 'closte-sync' ),
			$rows,
			esc_html( self::title( $domain ) )
		);
	}

	/**
	 * What the table is called.
	 */
	public static function title( string $domain ): string {
		if ( '' === $domain ) {
			return __( 'DNS records', 'closte-sync' );
		}

		/* translators: %s: domain */
		return sprintf( __( 'DNS records of %s', 'closte-sync' ), $domain );
	}

	/**
	 * A button, directly behind the table, that copies all of it.
	 *
	 * @param list<array{action: string, type: string, name: string, value: string}> $records
	 */
	public static function copy_all( array $records ): string {
		return array() === $records ? '' : sprintf(
			'<button type="button" class="button closte-sync-copy" data-copy="%1$s" data-copied="%2$s">%3$s</button>',
			esc_attr( Records_Text::of( $records ) ),
			esc_attr__( 'Copied', 'closte-sync' ),
			esc_html__( 'Copy all', 'closte-sync' )
		);
	}

	/**
	 * Names and addresses run from left to right in every language.
	 */
	private static function copyable( string $text ): string {
		return '' === $text ? '' : sprintf(
			'<code dir="ltr">%1$s</code> <button type="button" class="button button-small closte-sync-copy" data-copy="%2$s" data-copied="%3$s" aria-label="%4$s">%5$s</button>',
			esc_html( $text ),
			esc_attr( $text ),
			esc_attr__( 'Copied', 'closte-sync' ),
			/* translators: %s: name or value of a DNS record */
			esc_attr( sprintf( __( 'Copy %s', 'closte-sync' ), $text ) ),
			esc_html__( 'Copy', 'closte-sync' )
		);
	}
}
