<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Text;

/**
 * Says what is wrong with the DNS of a domain and what to do.
 */
final class Problem_Message_Dns {

	/**
	 * @return ?string Null: this version does not know the code, or lacks a value that the sentence needs.
	 */
	public static function of( string $code, Problem_Values $values ): ?string {
		return match ( $code ) {
			'nxdomain'            => self::missing( $values ),
			'no-address'          => self::with_change(
				/* translators: %s: domain */
				sprintf( __( '%s exists in DNS but has no address.', 'closte-sync' ), $values->text( 'domain' ) ),
				$values
			),
			'elsewhere'           => self::elsewhere( $values ),
			'mixed-addresses'     => self::mixed( $values ),
			'stale-aaaa'          => self::stale( $values ),
			'cname-dead'          => self::with_change(
				/* translators: 1: domain, 2: the name that it is an alias of */
				sprintf( __( '%1$s is an alias (CNAME) of %2$s, which has no address.', 'closte-sync' ), $values->text( 'domain' ), $values->text( 'target' ) ),
				$values
			),
			'cname-loop'          => self::with_change(
				/* translators: 1: domain, 2: names that are aliases of each other */
				sprintf( __( 'The CNAME records of %1$s form a loop (%2$s).', 'closte-sync' ), $values->text( 'domain' ), $values->listed( 'cnames' ) ),
				$values
			),
			'dnssec-bogus'        => sprintf(
				/* translators: 1: domain, 2: name servers */
				__( 'The DNSSEC signatures of %1$s are not valid. Resolvers that check them, such as %2$s, reject the domain, and no certificate can be issued. At the registrar, remove the DS record or replace it with the one that the DNS provider shows, or have the DNS provider sign the zone again.', 'closte-sync' ),
				$values->text( 'domain' ),
				$values->listed( 'servers' )
			),
			'partial-propagation' => self::propagation( $values ),
			'proxied'             => self::proxied( $values ),
			'www-without-dns'     => self::without_dns( $values ),
			'lame-delegation'     => self::lame( $values ),
			'no-answer'           => self::no_answer( $values ),
			default               => null,
		};
	}

	private static function missing( Problem_Values $values ): string {
		$domain = $values->text( 'domain' );

		return self::with_change(
			str_starts_with( $domain, '*.' )
				/* translators: %s: a wildcard domain */
				? sprintf( __( 'There is no wildcard record %s in DNS.', 'closte-sync' ), $domain )
				/* translators: %s: domain */
				: sprintf( __( '%s does not exist in DNS. Check that the domain is registered and spelled correctly.', 'closte-sync' ), $domain ),
			$values
		);
	}

	private static function elsewhere( Problem_Values $values ): string {
		return self::with_change(
			sprintf(
				/* translators: 1: domain, 2: addresses */
				_n( '%1$s points to %2$s, which is not an address of this network.', '%1$s points to %2$s, which are not addresses of this network.', count( $values->list( 'addresses' ) ), 'closte-sync' ),
				$values->text( 'domain' ),
				$values->listed( 'addresses' )
			),
			$values,
			replaces: true
		);
	}

	private static function mixed( Problem_Values $values ): string {
		return self::with_change(
			sprintf(
				/* translators: 1: domain, 2: addresses of this network, 3: other addresses */
				__( '%1$s points to this network (%2$s) and elsewhere (%3$s). Some visitors, and possibly the certificate authority, reach the wrong server.', 'closte-sync' ),
				$values->text( 'domain' ),
				$values->listed( 'here' ),
				$values->listed( 'addresses' )
			),
			$values
		);
	}

	private static function stale( Problem_Values $values ): string {
		return self::with_change(
			sprintf(
				/* translators: 1: domain, 2: IPv6 addresses */
				__( 'The A record of %1$s is correct, but its AAAA record points elsewhere (%2$s). Visitors with IPv6 and the certificate authority reach the wrong server.', 'closte-sync' ),
				$values->text( 'domain' ),
				$values->listed( 'addresses' )
			),
			$values
		);
	}

	/**
	 * @return ?string Null: who says what was not stored.
	 */
	private static function propagation( Problem_Values $values ): ?string {
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

	private static function proxied( Problem_Values $values ): ?string {
		if ( '' === $values->text( 'proof' ) ) {
			return null;
		}

		$service = $values->text( 'service' );
		$where   = '' === $service
			/* translators: 1: domain, 2: addresses */
			? __( '%1$s is behind a proxy (%2$s).', 'closte-sync' )
			/* translators: 1: domain, 2: addresses, 3: name of a service, such as "Cloudflare" */
			: __( '%1$s is behind %3$s (%2$s).', 'closte-sync' );
		$where   = sprintf( $where, $values->text( 'domain' ), $values->listed( 'addresses' ), $service );

		$what = 'failed' === $values->text( 'proof' )
			? __( 'Requests for it do not reach this network. At the proxy, set this network as the origin server, or turn off the proxy for this record ("DNS only").', 'closte-sync' )
			: __( 'Whether requests for it reach this network cannot be checked. If they do not, set this network as the origin server at the proxy, or turn off the proxy for this record ("DNS only").', 'closte-sync' );

		$count = count( $values->list( 'origin' ) );
		$right = 0 === $count ? '' : sprintf(
			/* translators: %s: addresses */
			_n( 'The address of this network is %s.', 'The addresses of this network are %s.', $count, 'closte-sync' ),
			$values->listed( 'origin' )
		);

		return trim( "$where $what $right" );
	}

	/**
	 * Without what to change: nothing is wrong, and the records are shown beside it where there is room.
	 */
	private static function without_dns( Problem_Values $values ): string {
		$text = 1 === $values->number( 'sent' )
			/* translators: %s: a www name */
			? __( '%s has no DNS record, so it cannot have a certificate.', 'closte-sync' )
			/* translators: %s: a www name */
			: __( '%s has no DNS record. It is sent to Closte once it has one.', 'closte-sync' );

		return sprintf( $text, $values->text( 'domain' ) );
	}

	private static function lame( Problem_Values $values ): string {
		$count = count( $values->list( 'servers' ) );
		$what  = 'blocks' === $values->severity
			/* translators: 1: name servers, 2: domain */
			? _n( '%1$s is listed as a name server of %2$s but does not serve it, so the domain cannot be looked up.', '%1$s are listed as name servers of %2$s but do not serve it, so the domain cannot be looked up.', $count, 'closte-sync' )
			/* translators: 1: name servers, 2: domain */
			: _n( '%1$s is listed as a name server of %2$s but does not serve it, so lookups are slow or fail at times.', '%1$s are listed as name servers of %2$s but do not serve it, so lookups are slow or fail at times.', $count, 'closte-sync' );

		return sprintf( $what, $values->listed( 'servers' ), $values->text( 'domain' ) )
			. ' ' . __( 'At the registrar, remove the wrong name servers, or add the domain at the DNS provider that they belong to.', 'closte-sync' );
	}

	private static function no_answer( Problem_Values $values ): string {
		$domain  = $values->text( 'domain' );
		$servers = $values->list( 'servers' );

		return match ( true ) {
			array() !== $values->list( 'addresses' )      => sprintf(
				/* translators: 1: domain, 2: addresses */
				__( '%1$s points to %2$s, but the addresses of this network could not be looked up, so nothing is known about the domain. Check "Addresses of this network" in the settings, and that its names have addresses in DNS.', 'closte-sync' ),
				$domain,
				$values->listed( 'addresses' )
			),
			array() === $servers                          => sprintf(
				/* translators: %s: domain */
				__( 'The DNS lookup for %s did not finish in time. It is tried again automatically.', 'closte-sync' ),
				$domain
			),
			'resolv.conf' === $values->text( 'cause' )    => sprintf(
				/* translators: 1: domain, 2: the reasons, each with its name servers */
				__( 'The DNS lookup for %1$s failed (%2$s): /etc/resolv.conf on this server names no resolver that can be read. Correct that file, or enter resolvers in the settings.', 'closte-sync' ),
				$domain,
				No_Answer_Text::from( $servers, $values->list( 'reasons' ) )
			),
			default                                       => sprintf(
				/* translators: 1: domain, 2: the reasons, each with its name servers */
				__( 'The DNS lookup for %1$s failed (%2$s). This says nothing about the domain and is tried again automatically. If it continues, check this server’s name resolution and the resolvers in the settings.', 'closte-sync' ),
				$domain,
				No_Answer_Text::from( $servers, $values->list( 'reasons' ) )
			),
		};
	}

	/**
	 * What is wrong, and what to change at the DNS provider.
	 */
	private static function with_change( string $wrong, Problem_Values $values, bool $replaces = false ): string {
		return trim( "$wrong " . $values->change( __( 'At the DNS provider, set a record with the address of this network.', 'closte-sync' ), $replaces ) );
	}
}
