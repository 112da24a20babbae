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

	/** The name that goes with this one, or null. */
	public static function www_of( string $domain ): ?string {
		$is_alone = str_starts_with( $domain, 'www.' ) || str_starts_with( $domain, '*.' ) || str_ends_with( $domain, '.' . self::NETWORK );

		return $is_alone ? null : "www.$domain";
	}
}
