<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Owners;

use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Pages;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Owners\Addition;
use ClosteSync\Owners\Site_Domains;

/**
 * Does what was posted on Settings → Domains of a site. Returns where something was refused, so that it stays in its field;
 * else it goes to the screen again.
 */
final class Owner_Actions {

	public function __construct( private readonly Site_Domains $domains, private readonly int $blog_id ) {}

	/**
	 * @return string What was typed, to be corrected.
	 */
	public function add( string $typed ): string {
		try {
			$addition = $this->domains->add( $this->blog_id, $typed );
		} catch ( \Closte\ClosteException | Database_Exception ) {
			Flash::add( 'error', __( 'The domain could not be checked. Try again later, or ask the administrator of the network.', 'closte-sync' ) );

			return $typed;
		}

		if ( null !== $addition->refusal ) {
			Flash::add( 'error', $addition->refusal->sentence() );

			return $typed;
		}

		list( $type, $text ) = self::message( $addition );
		Flash::add( $type, $text );
		Flash::redirect( Pages::own_domains_url( null === $addition->claim ? '' : $addition->domain ) );
	}

	/**
	 * @return string Always ''.
	 */
	public function remove( string $domain ): string {
		try {
			$refusal = $this->domains->remove( $this->blog_id, $domain );
		} catch ( Database_Exception ) {
			Flash::add( 'error', __( 'The domain could not be removed. Try again later.', 'closte-sync' ) );

			return '';
		}

		null === $refusal
			/* translators: %s: domain */
			? Flash::add( 'success', sprintf( __( '%s was removed from this site.', 'closte-sync' ), $domain ) )
			: Flash::add( 'error', $refusal->sentence() );
		Flash::redirect( Pages::own_domains_url() );
	}

	/**
	 * @return array{string, string} Type and text.
	 */
	private static function message( Addition $addition ): array {
		$ownership = $addition->ownership;

		return match ( true ) {
			/* translators: %s: domain */
			null === $ownership             => array( 'success', sprintf( __( '%s was added to this site. Its certificate follows automatically.', 'closte-sync' ), $addition->domain ) ),
			$ownership->is_proven           => array(
				'info',
				/* translators: %s: domain */
				sprintf( __( '%s is yours, but does not point to this site yet. It becomes the address of the site, so it has to point here first: set the records below, then select Check again.', 'closte-sync' ), $addition->domain ),
			),
			null !== $ownership->error      => array(
				'warning',
				/* translators: %s: domain */
				sprintf( __( 'The DNS of %s could not be checked. Select Check again in a few minutes.', 'closte-sync' ), $addition->domain ),
			),
			default                         => array(
				'info',
				/* translators: %s: domain */
				sprintf( __( 'Show that %s is yours to add it: see the records below.', 'closte-sync' ), $addition->domain ),
			),
		};
	}
}
