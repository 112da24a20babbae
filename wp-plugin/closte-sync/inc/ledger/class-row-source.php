<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Where a domain was heard of last, as the column `source` says it: one of these words, or the id of a domain mapping
 * plugin's {@see \ClosteSync\Domains\Source}.
 */
final class Row_Source {

	/** A site of WordPress's own. */
	public const CORE = 'core';

	/** It is the www name of another domain. */
	public const WWW = 'www';

	/** A reconcile found it. */
	public const SYNC = 'sync';

	/** Someone asked for it by hand; while a site has it as well, the column `by_hand` says so. */
	public const MANUAL = 'manual';

	/** A mapping plugin. */
	public const ULTIMATE_MULTISITE = 'ultimate-multisite';

	/** Those that are no mapping plugin's. */
	public const ALL = array( self::CORE, self::WWW, self::SYNC, self::MANUAL );

	/**
	 * The ids of the sources that were made in this process. Rows are read in too many places to hand each the registry.
	 *
	 * @var list<string>
	 */
	private static array $made = array();

	/**
	 * These sources can be read from now on: {@see \ClosteSync\Domains\Source_Registry} has made them.
	 */
	public static function know( string ...$ids ): void {
		self::$made = array_values( array_unique( array( ...self::$made, ...$ids ) ) );
	}

	/**
	 * Whether this version knows the word, or has a source with this id.
	 */
	public static function is_known( string $source ): bool {
		return in_array( $source, self::ALL, true ) || in_array( $source, self::$made, true );
	}

	/**
	 * Whether an event of a site named it, and so knows which site has it.
	 */
	public static function is_of_a_site( string $source ): bool {
		return ! in_array( $source, array( self::WWW, self::SYNC, self::MANUAL ), true );
	}

	/**
	 * The word for people; the id itself where it is a plugin's.
	 */
	public static function label( string $source ): string {
		return match ( $source ) {
			self::CORE   => __( 'Site', 'closte-sync' ),
			self::WWW    => __( 'www name of another domain', 'closte-sync' ),
			self::SYNC   => __( 'Comparison with Closte', 'closte-sync' ),
			self::MANUAL => __( 'Added manually', 'closte-sync' ),
			default      => $source,
		};
	}
}
