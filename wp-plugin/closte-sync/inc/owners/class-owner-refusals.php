<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Owners;

use ClosteSync\Operations\Refusal;

/**
 * Puts what is in the way into words for the admins of a site, without a word about other sites and about the network.
 */
final class Owner_Refusals {

	public static function of( Refusal $refusal ): Refusal {
		return match ( $refusal->code ) {
			Refusal::INVALID, Refusal::ALREADY, Refusal::LIMIT => $refusal,
			Refusal::TAKEN, Refusal::IN_USE, Refusal::COMES_WITH, Refusal::PROTECTED, Refusal::NETWORK, Refusal::SERVED => self::taken(),
			Refusal::NOT_SERVED, Refusal::NO_SITE, Refusal::EXTENSION => self::not_served(),
			Refusal::CHANGED => new Refusal(
				Refusal::CHANGED,
				__( 'Someone else changed this domain at the same time.', 'closte-sync' ),
				__( 'Reload the page and try again.', 'closte-sync' )
			),
			default          => self::failed(),
		};
	}

	public static function taken(): Refusal {
		return new Refusal(
			Refusal::TAKEN,
			__( 'This domain cannot be added: it is in use already.', 'closte-sync' ),
			__( 'Enter another domain. If this one is yours, ask a network admin.', 'closte-sync' )
		);
	}

	public static function failed(): Refusal {
		return new Refusal(
			Refusal::FAILED,
			__( 'The domain could not be changed.', 'closte-sync' ),
			__( 'Try again later, or ask a network admin.', 'closte-sync' )
		);
	}

	public static function not_served(): Refusal {
		return new Refusal( Refusal::NOT_SERVED, __( 'This domain cannot be added here.', 'closte-sync' ), self::ask() );
	}

	public static function not_removable(): Refusal {
		return new Refusal(
			Refusal::IN_USE,
			__( 'This domain is the address of your site, or was not added here.', 'closte-sync' ),
			__( 'Ask a network admin to change it.', 'closte-sync' )
		);
	}

	public static function not_an_address_yet(): Refusal {
		return new Refusal(
			Refusal::FAILED,
			__( 'This domain cannot become the address of the site now.', 'closte-sync' ),
			__( 'Try again when its status is Working.', 'closte-sync' )
		);
	}

	/**
	 * @param string $domain For people.
	 */
	public static function already( string $domain ): Refusal {
		return new Refusal(
			Refusal::ALREADY,
			/* translators: %s: domain */
			sprintf( __( '%s is a domain of this site already.', 'closte-sync' ), $domain ),
			__( 'Nothing needs to be added.', 'closte-sync' )
		);
	}

	/**
	 * @param int $most How many domains the site can have.
	 */
	public static function limit( int $most ): Refusal {
		if ( 0 === $most ) {
			return new Refusal( Refusal::LIMIT, __( 'The plan of this site allows no more domains.', 'closte-sync' ), self::ask() );
		}

		return new Refusal(
			Refusal::LIMIT,
			sprintf(
				/* translators: %s: number of domains */
				_n( 'This site can have %s domain.', 'This site can have %s domains.', $most, 'closte-sync' ),
				number_format_i18n( $most )
			),
			__( 'Remove one that you no longer need, or ask a network admin for more.', 'closte-sync' )
		);
	}

	private static function ask(): string {
		return __( 'Ask a network admin.', 'closte-sync' );
	}
}
