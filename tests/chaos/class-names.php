<?php
/**
 * The names that the events are about.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** Few, so that events meet. */
final class Names {

	public const NETWORK = 'network.test';

	/** What a copy of the network is called, and the network itself when it has moved. */
	public const STAGING = 'staging.test';
	public const MOVED   = 'another.test';

	public const DATABASE = 'wordpress';

	/** At Closte before we came, and none of ours ever. */
	public const FOREIGN = array( 'foreign.example', 'www.other-foreign.example', '*.wild-foreign.example', 'foreign.network.test' );

	/** Sites that live from the first event to the last. */
	public const LIVING = array( 'living.example', 'living.network.test' );

	/** As it is typed, and as it is sent. */
	public const INTERNATIONAL = array( 'bücher.example' => 'xn--bcher-kva.example' );

	/**
	 * @return list<string>
	 */
	public static function of_sites(): array {
		return array( 'shop.example', 'blog.example', 'news.example', 'www.portal.example', 'deep.shop.example', 'a.network.test', 'b.network.test', 'c.network.test', 'd.network.test' );
	}

	/**
	 * @return list<string>
	 */
	public static function of_mappings(): array {
		return array( 'mapped.example', 'brand.example', 'www.brand.example', 'shop.example', 'news.example', 'bücher.example', 'x.network.test' );
	}

	/**
	 * Each worker has its own, so that its last word on them counts.
	 */
	public static function of_wildcard( int $worker ): string {
		return 0 === $worker ? '*.' . self::NETWORK : "*.wild-$worker.example";
	}

	/**
	 * Each worker has its own, which is never removed by hand, whatever becomes of sites that have it.
	 */
	public static function by_hand( int $worker ): string {
		return "by-hand-$worker.example";
	}

	/**
	 * Each worker has its own, for the moment in which a domain has none of its sites.
	 */
	public static function between_owners( int $worker ): string {
		return "between-$worker.example";
	}

	/**
	 * @param list<string> $domains As they are typed.
	 * @return list<string> As they are sent, with the names that go with them, each once.
	 */
	public static function with_www( array $domains ): array {
		$sent = array_map( static fn( string $domain ): string => self::INTERNATIONAL[ $domain ] ?? $domain, $domains );
		$www  = array_filter( array_map( self::www_of( ... ), $sent ) );

		return array_values( array_unique( array( ...$sent, ...$www ) ) );
	}

	/** The name that goes with this one by default, or null: only registrable names have one. */
	public static function www_of( string $domain ): ?string {
		return 1 === substr_count( $domain, '.' ) ? "www.$domain" : null;
	}
}
