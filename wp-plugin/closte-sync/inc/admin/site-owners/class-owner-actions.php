<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Admin\Site_Owners;

use ClosteSync\Admin\Flash;
use ClosteSync\Admin\Pages;
use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Operations\Add_Option;
use ClosteSync\Operations\Refusal;
use ClosteSync\Owners\Addition;
use ClosteSync\Owners\Removal;

/**
 * Does what was posted on Settings → Domains of a site. Returns where something was refused, so that it stays in its field;
 * else it goes to the screen again.
 */
final class Owner_Actions {

	public function __construct( private readonly Container $services, private readonly int $blog_id ) {}

	/**
	 * @return string What was typed, to be corrected.
	 */
	public function add( string $typed ): string {
		try {
			$addition = $this->services->owner_domains()->add( $this->blog_id, $typed );

			if ( null === $addition->refusal ) {
				list( $type, $text ) = $this->message( $addition );
			}
		} catch ( \Closte\ClosteException | Database_Exception ) {
			Flash::add( 'error', __( 'The domain could not be checked. Try again later, or ask a network admin.', 'closte-sync' ) );

			return $typed;
		}

		if ( ! isset( $type, $text ) ) {
			Flash::add( 'error', (string) $addition->refusal?->sentence() );

			return $typed;
		}

		Flash::add( $type, $text );
		Flash::redirect( Pages::own_domains_url( null === $addition->claim ? '' : $addition->domain ) );
	}

	/**
	 * @return string Always ''.
	 */
	public function remove( string $domain ): string {
		try {
			$result = $this->services->owner_domains()->remove( $this->blog_id, $domain );
		} catch ( Database_Exception ) {
			Flash::add( 'error', __( 'The domain could not be removed. Try again later.', 'closte-sync' ) );

			return '';
		}

		$name = $this->services->domain_names()->shown( $domain );

		Flash::add(
			Removal::Removed === $result || Removal::Canceled === $result ? 'success' : 'error',
			match ( true ) {
				$result instanceof Refusal    => $result->sentence(),
				/* translators: %s: domain */
				Removal::Canceled === $result => sprintf( __( '%s will not be added to this site.', 'closte-sync' ), $name ),
				/* translators: %s: domain */
				Removal::Removed === $result  => sprintf( __( '%s was removed from this site.', 'closte-sync' ), $name ),
				/* translators: %s: domain */
				default                       => sprintf( __( '%s is not a domain of this site.', 'closte-sync' ), $name ),
			}
		);
		Flash::redirect( Pages::own_domains_url() );
	}

	/**
	 * Makes a domain the address of the site, or finds out what that would do.
	 *
	 * @return ?Add_Option What is to be confirmed; null: it was refused.
	 */
	public function move( string $domain, bool $is_confirmed ): ?Add_Option {
		try {
			$move   = $this->services->site_move();
			$result = $is_confirmed ? $move->carry_out( $this->blog_id, $domain ) : $move->offer( $this->blog_id, $domain );
			/* translators: 1: domain, 2: sentences that say what follows */
			$text = null === $result ? $this->said( $domain, __( '%1$s is the address of this site now. %2$s', 'closte-sync' ) ) : '';
		} catch ( \Closte\ClosteException | Database_Exception ) {
			Flash::add( 'error', __( 'The domain could not be checked. Try again later, or ask a network admin.', 'closte-sync' ) );

			return null;
		}

		if ( $result instanceof Add_Option ) {
			return $result;
		}

		if ( $result instanceof Refusal ) {
			Flash::add( 'error', $result->sentence() );

			return null;
		}

		Flash::add( 'success', $text );
		Flash::redirect( Pages::own_domains_url() );
	}

	/**
	 * @return array{string, string} Type and text.
	 * @throws Database_Exception When the database fails.
	 */
	private function message( Addition $addition ): array {
		$name = $this->services->domain_names()->shown( $addition->domain );

		return match ( true ) {
			null === $addition->claim => array(
				'success',
				/* translators: 1: domain, 2: sentences that say what follows */
				$this->said( $addition->domain, __( '%1$s was added to this site. %2$s', 'closte-sync' ) ),
			),
			null !== $addition->error => array(
				'warning',
				/* translators: %s: domain */
				sprintf( __( 'The DNS of %s could not be checked. Select Check again in a few minutes.', 'closte-sync' ), $name ),
			),
			default                   => array(
				'info',
				/* translators: %s: domain */
				sprintf( __( 'Show that %s is yours to add it: see the records below.', 'closte-sync' ), $name ),
			),
		};
	}

	/**
	 * What was done, and what its row says of the domain.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	private function said( string $domain, string $format ): string {
		$row    = $this->services->ledger()->find( $domain );
		$advice = null === $row ? '' : Owner_Table::advice( $row, $row->state( $this->services->readiness()->hindrance() ) );

		return trim( sprintf( $format, $this->services->domain_names()->shown( $domain ), $advice ) );
	}
}
