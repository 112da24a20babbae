<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Diagnosis;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Sync\Services;

/**
 * Checks whether people can log in on the domains of sites. WordPress lets the cookies of a network with subdomains count for
 * the network's own domain alone, unless wp-config.php or a mapping plugin says otherwise; a browser refuses them elsewhere.
 */
final class Login_Check {

	/** Domains that are named; the others are counted. */
	private const MOST_NAMED = 5;

	/**
	 * @param string  $cookie_domain What COOKIE_DOMAIN is in this request; '': each domain has cookies of its own.
	 * @param ?string $configured    What it was before WordPress set it: by wp-config.php or a sunrise.php; null: nothing.
	 * @param string  $host          The host of this request.
	 * @param bool    $is_handled    Whether a mapping plugin sets it for each domain, where wp-config.php does not.
	 */
	public function __construct(
		private readonly Ledger $ledger,
		private readonly Domain_Names $names,
		private readonly string $cookie_domain,
		private readonly ?string $configured,
		private readonly string $host,
		private readonly bool $is_handled,
	) {}

	/**
	 * For this request, on a page of the network's own domain or in WP-CLI.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public static function of( Services $services ): self {
		return new self(
			$services->ledger(),
			$services->domain_names(),
			defined( 'COOKIE_DOMAIN' ) ? (string) COOKIE_DOMAIN : '',
			$services->configured_cookie_domain(),
			(string) wp_unslash( $_SERVER['HTTP_HOST'] ?? '' ), // phpcs:ignore WordPress.Security.ValidatedSanitizedInput -- only compared.
			// It goes by that constant.
			defined( 'DOMAIN_CURRENT_SITE' ) && isset( $services->sources()->loaded_tables()[ Row_Source::ULTIMATE_MULTISITE ] ),
		);
	}

	/**
	 * @throws Database_Exception When the database fails.
	 */
	public function run(): Finding {
		$label = __( 'Login on mapped domains', 'closte-sync' );
		$shut  = $this->is_free() ? array() : $this->shut();

		if ( array() === $shut ) {
			return new Finding( 'login', $label, Severity::Ok, __( 'WordPress’s cookies are valid on every domain of a site.', 'closte-sync' ) );
		}

		return new Finding(
			'login',
			$label,
			Severity::Warning,
			sprintf(
				/* translators: 1: number of domains, 2: their names, 3: a domain */
				_n(
					'Users cannot log in on %1$s domain: %2$s. WordPress’s cookies are valid only on %3$s (COOKIE_DOMAIN), and browsers reject them elsewhere (“Cookies are blocked”).',
					'Users cannot log in on %1$s domains: %2$s. WordPress’s cookies are valid only on %3$s (COOKIE_DOMAIN), and browsers reject them elsewhere (“Cookies are blocked”).',
					count( $shut ),
					'closte-sync'
				),
				number_format_i18n( count( $shut ) ),
				implode( ', ', array_map( $this->names->shown( ... ), array_slice( $shut, 0, self::MOST_NAMED ) ) ) . ( count( $shut ) > self::MOST_NAMED ? ', …' : '' ),
				ltrim( $this->cookie_domain, '.' )
			),
			null === $this->configured
				? __( 'Add define( \'COOKIE_DOMAIN\', \'\' ); to wp-config.php, above the line that loads wp-settings.php, unless a sunrise.php sets it. Users then have to log in again, separately on each domain.', 'closte-sync' )
				: __( 'In wp-config.php, change it to define( \'COOKIE_DOMAIN\', \'\' );. Users then have to log in again, separately on each domain.', 'closte-sync' )
		);
	}

	/**
	 * Whether each domain has cookies of its own.
	 */
	private function is_free(): bool {
		return match ( true ) {
			'' === $this->cookie_domain => true,
			null === $this->configured  => $this->is_handled,
			// Without a dot in front it is this very host's: wp-config.php takes it from the request.
			default                     => 0 === strcasecmp( $this->configured, (string) preg_replace( '/:\d+$/', '', $this->host ) ),
		};
	}

	/**
	 * @return list<string> Domains of sites on which the cookies do not count.
	 */
	private function shut(): array {
		$here = strtolower( ltrim( $this->cookie_domain, '.' ) );
		$shut = array();

		foreach ( $this->ledger->all( Wanted::Present ) as $row ) {
			$is_of_site = $row->blog_id > 0 && Row_Source::WWW !== $row->source && ! str_starts_with( $row->domain, '*.' );

			if ( $is_of_site && $row->domain !== $here && ! str_ends_with( $row->domain, ".$here" ) ) {
				$shut[] = $row->domain;
			}
		}

		return $shut;
	}
}
