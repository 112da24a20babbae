<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says which name servers give which answer for a domain.
 */
final class Propagation_Text {

	/**
	 * @return ?string Null: who says what was not stored.
	 */
	public static function of( Problem_Values $values ): ?string {
		$answers = array_filter(
			array(
				self::answer( __( 'this network', 'closte-sync' ), $values->list( 'here' ) ),
				self::answer(
					/* translators: %s: addresses */
					sprintf( __( 'this network and %s', 'closte-sync' ), $values->listed( 'addresses' ) ),
					$values->list( 'partial' )
				),
				self::answer( $values->listed( 'addresses' ), $values->list( 'elsewhere' ) ),
				self::answer( __( 'no address', 'closte-sync' ), $values->list( 'missing' ) ),
			)
		);

		if ( array() === $answers ) {
			return null;
		}

		return sprintf(
			/* translators: 1: domain, 2: the answers, such as "this network (according to ns1.example.net); no address (according to 192.0.2.53)" */
			__( 'Name servers give different answers for %1$s: %2$s.', 'closte-sync' ),
			$values->text( 'domain' ),
			implode( '; ', $answers )
		) . ' ' . self::advice( $values->text( 'authoritative' ) );
	}

	/**
	 * @param list<string> $servers
	 */
	private static function answer( string $what, array $servers ): string {
		/* translators: 1: what a domain points to, 2: name servers */
		return array() === $servers ? '' : sprintf( __( '%1$s (according to %2$s)', 'closte-sync' ), $what, Listing::of( $servers ) );
	}

	/**
	 * @param string $authoritative What the domain's own name servers say: `here`, `divided`, or something else.
	 */
	private static function advice( string $authoritative ): string {
		return match ( $authoritative ) {
			'here'    => __( 'The domain’s own name servers have the right record already. The others follow when the old record expires, usually within hours.', 'closte-sync' ),
			'divided' => __( 'The domain’s own name servers do not agree. If that lasts longer than a few hours, ask the DNS provider, or remove the name servers of a former provider at the registrar.', 'closte-sync' ),
			default   => __( 'If the record was changed recently, wait until the old one expires, usually within hours. If not, correct the record at the DNS provider.', 'closte-sync' ),
		};
	}
}
