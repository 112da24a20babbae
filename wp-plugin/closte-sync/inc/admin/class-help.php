<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

use ClosteSync\Ledger\State;

/**
 * The help tabs of the network screens: short, with links to the place in the guide that says more.
 */
final class Help {

	public static function settings(): void {
		self::add(
			'overview',
			__( 'Overview', 'closte-sync' ),
			'how-it-works',
			__( 'The plugin notices when a site gets or loses a domain, records the change and sends it to Closte in the same request. If Closte does not answer, the change is sent later in the background.', 'closte-sync' ),
			__( 'DNS and certificate of each domain are then checked until both are right. The Domains screen shows the status of each domain and what to do next.', 'closte-sync' )
		);
		self::add(
			'closte',
			__( 'Domains at Closte', 'closte-sync' ),
			'ours-and-foreign',
			__( '“Send all domains” compares this network with Closte now. The same happens automatically once a day. The plan shows first what would be sent. Nothing is removed.', 'closte-sync' ),
			__( 'Foreign domains are at Closte, but no site of this network has had them. They are left alone. If one belongs to this network, adopt it.', 'closte-sync' )
		);
		self::add(
			'cli',
			__( 'WP-CLI', 'closte-sync' ),
			'troubleshooting',
			sprintf(
				/* translators: %s: names of commands */
				__( 'The same in a terminal: %s. If something does not work, begin with the last one.', 'closte-sync' ),
				'wp closte status, wp closte domain list, wp closte sync, wp closte doctor'
			)
		);
		self::link_to_guide();
	}

	public static function domain(): void {
		self::add(
			'domain',
			__( 'Overview', 'closte-sync' ),
			'trouble-points-here',
			__( 'This page shows what was found for one domain, the DNS records to change, and what has happened so far. “Check now” takes the next step at once.', 'closte-sync' ),
			__( 'If the owner of the domain must act, send the records to the owner. The guide has a page that you can print for this.', 'closte-sync' )
		);
		self::add_statuses();
		self::link_to_guide();
	}

	/**
	 * Where a domain is added to a site.
	 */
	public static function add_domain(): void {
		self::add(
			'add-domain',
			__( 'Add domain', 'closte-sync' ),
			'trouble-points-here',
			__( 'The domain is checked as you type it. Below the form you see what its DNS says, and which records its owner must set. You can add the domain before the records are set.', 'closte-sync' ),
			__( 'With Ultimate Multisite or Mercator, the domain is added there, and the site keeps its address. Without such a plugin, WordPress serves one address for each site: the domain becomes this address.', 'closte-sync' ),
			__( 'For a wildcard, or where a sunrise.php of your own serves the domain, only register it with Closte.', 'closte-sync' )
		);
		self::link_to_guide();
	}

	/**
	 * Beside the tabs: the guide, and what people look for in it.
	 */
	public static function link_to_guide(): void {
		$links = array(
			Pages::guide_url()                    => __( 'Closte Guide', 'closte-sync' ),
			Pages::guide_url( 'troubleshooting' ) => __( 'Troubleshooting', 'closte-sync' ),
			Pages::guide_page_url( 'for-owners' ) => __( 'Page for domain owners', 'closte-sync' ),
		);
		$html  = '<p><strong>' . esc_html__( 'For more information:', 'closte-sync' ) . '</strong></p>';

		foreach ( $links as $url => $text ) {
			$html .= sprintf( '<p><a href="%s">%s</a></p>', esc_url( $url ), esc_html( $text ) );
		}

		get_current_screen()?->set_help_sidebar( $html );
	}

	private static function add_statuses(): void {
		self::add(
			'statuses',
			__( 'Statuses', 'closte-sync' ),
			'statuses',
			...array_map( static fn( State $state ): string => $state->label() . ': ' . $state->description(), State::cases() )
		);
	}

	/**
	 * @param string $place         Of the guide.
	 * @param string ...$paragraphs Plain text.
	 */
	private static function add( string $id, string $title, string $place, string ...$paragraphs ): void {
		$html = implode( '', array_map( static fn( string $text ): string => '<p>' . esc_html( $text ) . '</p>', $paragraphs ) );

		get_current_screen()?->add_help_tab(
			array(
				'id'      => "closte-sync-$id",
				'title'   => $title,
				'content' => $html . sprintf( '<p><a href="%s">%s</a></p>', esc_url( Pages::guide_url( $place ) ), esc_html__( 'More in the guide', 'closte-sync' ) ),
			)
		);
	}
}
