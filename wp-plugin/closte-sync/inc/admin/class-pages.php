<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin;

/**
 * The ids and addresses of the network screens, for the menu, the screens themselves and what links to them.
 */
final class Pages {

	public const SETTINGS = 'closte-sync';
	public const DOMAINS  = 'closte-sync-domains';
	public const LOG      = 'closte-sync-log';
	public const GUIDE    = 'closte-sync-guide';

	/** Settings → Domains of a site. */
	public const OWN_DOMAINS = 'closte-sync-own-domains';

	/** What the address of the screen of domains has as `view`, where it shows something else. */
	public const ADD_DOMAIN   = 'add';
	public const SITE_DOMAINS = 'site';

	/** Names of the options of a user that say how many rows a page of these has. */
	public const DOMAINS_PER_PAGE = 'closte_sync_domains_per_page';
	public const LOG_PER_PAGE     = 'closte_sync_log_per_page';

	public static function settings_screen_id(): string {
		return 'settings_page_' . self::SETTINGS . '-network';
	}

	public static function domains_screen_id(): string {
		return 'sites_page_' . self::DOMAINS . '-network';
	}

	public static function log_screen_id(): string {
		return 'settings_page_' . self::LOG . '-network';
	}

	/**
	 * Settings → Domains of the site that this request is of.
	 *
	 * @param string $domain A domain to confirm, whose records are shown in full.
	 */
	public static function own_domains_url( string $domain = '' ): string {
		$url = admin_url( 'options-general.php?page=' . self::OWN_DOMAINS );

		return '' === $domain ? $url : add_query_arg( 'domain', rawurlencode( $domain ), $url );
	}

	public static function settings_url(): string {
		return network_admin_url( 'settings.php?page=' . self::SETTINGS );
	}

	/**
	 * @param array<string, string> $query More of the query string.
	 */
	public static function domains_url( array $query = array() ): string {
		return self::url( 'sites.php?page=' . self::DOMAINS, $query );
	}

	/**
	 * The page of one domain.
	 *
	 * @param int                   $id    Its row.
	 * @param string                $name  The domain, so that the page can say which one is gone once the row is; ''.
	 * @param array<string, string> $query More of the query string.
	 */
	public static function domain_url( int $id, string $name = '', array $query = array() ): string {
		return self::domains_url( array( 'domain' => (string) $id ) + ( '' === $name ? array() : array( 'name' => $name ) ) + $query );
	}

	/**
	 * The form that adds a domain.
	 *
	 * @param int $blog_id To this site; 0: the form asks.
	 */
	public static function add_domain_url( int $blog_id = 0 ): string {
		return self::domains_url( array( 'view' => self::ADD_DOMAIN ) + ( 0 === $blog_id ? array() : array( 'site' => (string) $blog_id ) ) );
	}

	/**
	 * The domains of one site: a tab beside Info, Users, Themes and Settings.
	 */
	public static function site_domains_url( int $blog_id ): string {
		return network_admin_url( self::site_domains_path() . "&id=$blog_id" );
	}

	/**
	 * The same without the site and the part that all network screens have.
	 */
	public static function site_domains_path(): string {
		return 'sites.php?page=' . self::DOMAINS . '&view=' . self::SITE_DOMAINS;
	}

	/**
	 * @param array<string, string> $query More of the query string.
	 */
	public static function log_url( array $query = array() ): string {
		return self::url( 'settings.php?page=' . self::LOG, $query );
	}

	/**
	 * The guide for people.
	 *
	 * @param string $place Id of a section or of a heading; ''.
	 */
	public static function guide_url( string $place = '' ): string {
		return self::url( 'settings.php?page=' . self::GUIDE, array() ) . ( '' === $place ? '' : "#$place" );
	}

	/**
	 * A section of the guide alone, to be printed.
	 */
	public static function guide_page_url( string $section ): string {
		return self::url( 'settings.php?page=' . self::GUIDE, array( 'section' => $section ) );
	}

	/**
	 * @param array<string, string> $query
	 */
	private static function url( string $page, array $query ): string {
		return add_query_arg( array_map( 'rawurlencode', $query ), network_admin_url( $page ) );
	}
}
