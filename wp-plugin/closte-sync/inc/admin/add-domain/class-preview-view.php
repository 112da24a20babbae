<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Add_Domain;

use ClosteSync\Admin\Records_Table;
use ClosteSync\Operations\Dns_Preview;
use ClosteSync\Operations\Preview;
use ClosteSync\Operations\Refusal;
use ClosteSync\Text\Problem_Message;

/**
 * Shows what is known of a domain before it is added, as HTML.
 */
final class Preview_View {

	/**
	 * What is said of the name, below its field.
	 */
	public static function verdict( Preview $preview ): string {
		if ( null !== $preview->refusal ) {
			return self::line( 'is-bad', 'dashicons-warning', esc_html( $preview->refusal->sentence() ) );
		}

		$name = '<strong dir="ltr">' . esc_html( $preview->shown ) . '</strong>';

		return self::line(
			'is-good',
			'dashicons-yes-alt',
			null === $preview->www
				/* translators: %s: domain */
				? sprintf( esc_html__( '%s can be added.', 'closte-sync' ), $name )
				: sprintf(
					/* translators: 1: domain, 2: its www name */
					esc_html__( '%1$s can be added. %2$s is added, too.', 'closte-sync' ),
					$name,
					'<strong dir="ltr">' . esc_html( $preview->www_shown ) . '</strong>'
				)
		);
	}

	/**
	 * The same as text, for who hears it.
	 */
	public static function said( Preview $preview ): string {
		return html_entity_decode( wp_strip_all_tags( self::verdict( $preview ) ), ENT_QUOTES );
	}

	/**
	 * What DNS says, with the records to set.
	 */
	public static function dns( Dns_Preview $dns ): string {
		$html = self::line(
			$dns->is_ready ? 'is-good' : 'is-waiting',
			$dns->is_ready ? 'dashicons-yes-alt' : 'dashicons-admin-site-alt3',
			esc_html( $dns->message )
		);

		if ( array() !== $dns->problems ) {
			$html .= '<ul class="ul-disc">';

			foreach ( $dns->problems as $problem ) {
				$html .= '<li>' . esc_html( Problem_Message::finding( $problem ) ) . '</li>';
			}

			$html .= '</ul>';
		}

		return $html . Records_Table::html( $dns->records ) . Records_Table::copy_all( $dns->records );
	}

	/**
	 * The site that is meant by what was typed.
	 *
	 * @param int $blog_id The site; 0: none is found.
	 */
	public static function site( string $typed, int $blog_id ): string {
		$site = $blog_id > 0 ? get_site( $blog_id ) : null;

		return match ( true ) {
			'' === $typed  => '',
			null === $site => self::refusal( self::unknown_site() ),
			default        => self::line(
				'is-good',
				'dashicons-yes-alt',
				/* translators: 1: number of a site, 2: title of the site */
				esc_html( sprintf( __( 'Site %1$d: %2$s', 'closte-sync' ), $blog_id, $site->blogname ) )
			),
		};
	}

	public static function unknown_site(): Refusal {
		return new Refusal(
			Refusal::NO_SITE,
			__( 'No site of this network has this address or ID.', 'closte-sync' ),
			__( 'Enter the address of the site, such as shop.example.com, or its ID.', 'closte-sync' )
		);
	}

	/**
	 * Why something was not done.
	 */
	public static function refusal( Refusal $refusal ): string {
		return self::line( 'is-bad', 'dashicons-warning', esc_html( $refusal->sentence() ) );
	}

	/**
	 * @param string $html What it says, escaped.
	 */
	private static function line( string $class_name, string $icon, string $html ): string {
		return sprintf(
			'<p class="closte-sync-verdict %1$s"><span class="dashicons %2$s" aria-hidden="true"></span> <span>%3$s</span></p>',
			esc_attr( $class_name ),
			esc_attr( $icon ),
			$html
		);
	}
}
