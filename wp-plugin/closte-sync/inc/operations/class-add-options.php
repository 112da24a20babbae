<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Source;
use ClosteSync\Domains\Source_Registry;

/**
 * Says in which ways a domain can be given to a site, the best one first. None is offered as one that serves a domain which
 * WordPress would not serve.
 */
final class Add_Options {

	public function __construct( private readonly Source_Registry $sources, private readonly Domain_Names $names ) {}

	/**
	 * @param string $domain  In the form that is compared; '': none yet.
	 * @param int    $blog_id The site; 0: none yet.
	 * @return list<Add_Option>
	 */
	public function of( string $domain, int $blog_id ): array {
		$mapper   = $this->sources->mapper();
		$register = new Add_Option(
			Add_Method::Register,
			__( 'Only register it with Closte', 'closte-sync' ),
			__( 'Closte accepts visitors of the domain and issues a certificate. Which site they see is up to you: choose this for a wildcard, or where a sunrise.php of your own or another domain mapping plugin serves the domain.', 'closte-sync' ),
			0 === $blog_id ? null : self::unknown_site( $blog_id )
		);

		return match ( true ) {
			null === $mapper          => array( $register ),
			null === $mapper->table() => array( $this->address( $domain, $blog_id ), $register ),
			default                   => array( $this->mapping( $mapper, $domain, $blog_id ), $register ),
		};
	}

	private function mapping( Source $mapper, string $domain, int $blog_id ): Add_Option {
		return new Add_Option(
			Add_Method::Mapping,
			$mapper->label(),
			__( 'The site is served at this domain too. Its own address stays as it is.', 'closte-sync' ),
			$this->names->is_wildcard( $domain ) ? self::wildcard( $domain ) : self::unknown_site( $blog_id )
		);
	}

	private function address( string $domain, int $blog_id ): Add_Option {
		$site    = $blog_id > 0 ? get_site( $blog_id ) : null;
		$bare    = $this->names->name_without_www( $domain );
		$plugins = __( 'To serve a site at several domains, install a domain mapping plugin, such as Ultimate Multisite or Mercator.', 'closte-sync' );

		return new Add_Option(
			Add_Method::Address,
			__( 'Make it the address of the site', 'closte-sync' ),
			( null === $site || '' === $domain
				? __( 'WordPress serves one address for each site, and redirects its www name to it.', 'closte-sync' )
				: sprintf(
					/* translators: 1: address of a site, 2: domain */
					__( 'The site moves from %1$s to %2$s, and can no longer be reached at %1$s. Until the DNS of %2$s points to this network, the site cannot be reached at all. Links in its content are not changed.', 'closte-sync' ),
					untrailingslashit( $site->domain . $site->path ),
					$this->names->unicode( $domain )
				)
			)
			/* translators: %s: domain without www */
			. ( null === $bare ? '' : ' ' . sprintf( __( 'WordPress does not serve %s then. Enter that name instead, and both work.', 'closte-sync' ), $this->names->unicode( $bare ) ) ),
			match ( true ) {
				$this->names->is_wildcard( $domain ) => self::wildcard( $domain ),
				null === $site                       => self::unknown_site( $blog_id ),
				is_main_site( $blog_id, (int) $site->network_id ) => new Refusal(
					Refusal::NOT_SERVED,
					__( 'The address of a network’s main site cannot be changed here.', 'closte-sync' ),
					$plugins
				),
				default                              => null,
			},
			$plugins
		);
	}

	private static function wildcard( string $domain ): Refusal {
		return new Refusal(
			Refusal::NOT_SERVED,
			/* translators: %s: domain such as *.example.com */
			sprintf( __( '%s is a wildcard. A site needs one domain.', 'closte-sync' ), $domain ),
			__( 'Only register it with Closte, or enter one domain.', 'closte-sync' )
		);
	}

	private static function unknown_site( int $blog_id ): ?Refusal {
		if ( $blog_id > 0 && null !== get_site( $blog_id ) ) {
			return null;
		}

		return new Refusal(
			Refusal::NO_SITE,
			0 === $blog_id
				? __( 'No site is chosen.', 'closte-sync' )
				/* translators: %d: number of a site */
				: sprintf( __( 'Site %d does not exist.', 'closte-sync' ), $blog_id ),
			__( 'Choose the site that gets the domain.', 'closte-sync' )
		);
	}
}
