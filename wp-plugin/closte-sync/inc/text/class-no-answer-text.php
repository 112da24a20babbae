<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says why a name server gave no answer.
 */
final class No_Answer_Text {

	/**
	 * @param string $reason As the extension has it: a word of its own, or the name of a DNS response code.
	 */
	public static function of( string $reason ): string {
		return match ( $reason ) {
			'timeout'      => __( 'no answer in time', 'closte-sync' ),
			'unreachable'  => __( 'not reachable', 'closte-sync' ),
			'no-dns'       => __( 'no DNS answer', 'closte-sync' ),
			'loopback'     => __( 'a loopback address, which only this server can use', 'closte-sync' ),
			'not-public'   => __( 'not asked, because its address is not public', 'closte-sync' ),
			'no-address'   => __( 'no address', 'closte-sync' ),
			'cname-loop'   => __( 'a CNAME loop', 'closte-sync' ),
			'dnssec-bogus' => __( 'DNSSEC signatures that are not valid', 'closte-sync' ),
			'intercepted'  => __( 'an answer that is not from a name server of the zone', 'closte-sync' ),
			default        => $reason,
		};
	}

	/**
	 * Which servers gave no answer, and why: "SERVFAIL: 192.0.2.53".
	 *
	 * @param list<string> $servers
	 * @param list<string> $reasons Of each server, in the same order.
	 */
	public static function from( array $servers, array $reasons ): string {
		$by_reason = array();

		foreach ( $servers as $i => $server ) {
			$by_reason[ $reasons[ $i ] ?? '' ][] = $server;
		}

		$phrases = array();

		foreach ( $by_reason as $reason => $those ) {
			/* translators: 1: why there is no answer, such as "SERVFAIL" or "no answer in time", 2: name servers */
			$phrases[] = '' === $reason ? Listing::of( $those ) : sprintf( _x( '%1$s: %2$s', 'why there is no answer', 'closte-sync' ), self::of( (string) $reason ), Listing::of( $those ) );
		}

		return implode( '; ', $phrases );
	}
}
