<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Remembers what each PHP of this network has (the web server's and the command line's, on each host), and which of them work:
 * that one has the extension does not say that it ever sends anything.
 */
final class Extension_Watch {

	/**
	 * By place: what that PHP is, `extension` (its version or null), when it was seen (`at`), and when it last sent or ran
	 * (`worked`).
	 */
	public const OPTION = 'closte_sync_extension_seen';

	private const LOOK_AGAIN = 86400;
	private const FORGOTTEN  = 2 * self::LOOK_AGAIN;

	/** Seconds after which work is noted again, and for which it counts. */
	private const NOTED_AGAIN = 6 * 3600;
	private const WORKS_FOR   = 14 * 86400;

	/** Hosts come and go in a cluster. */
	private const MOST = 20;

	private const TRIES = 3;

	public function __construct( private readonly Extension $extension ) {}

	/**
	 * Notes what this process has, once a day and when it is another than before.
	 *
	 * @param array<string, mixed> $php What is kept beside it.
	 */
	public function look( array $php = array() ): void {
		$note = array( 'extension' => $this->extension->version() ) + $php;
		$last = self::seen()[ self::place() ] ?? null;
		$time = array(
			'at'     => 0,
			'worked' => 0,
		);

		if ( null !== $last && self::age( $last['at'] ) < self::LOOK_AGAIN && array_diff_key( $last, $time ) == $note ) { // phpcs:ignore Universal.Operators.StrictComparisons -- the order of keys does not matter.
			return;
		}

		// What has lost the extension has to work again before that counts.
		$kept = null === $note['extension'] ? array() : array( 'worked' => 0 );

		self::note( static fn( array $before ): array => $note + array( 'at' => time() ) + array_intersect_key( $before, $kept ) );
	}

	/**
	 * Notes that this process sends to Closte, or carries out a run, a few times a day.
	 */
	public function worked(): void {
		$last    = self::seen()[ self::place() ] ?? array( 'extension' => null );
		$version = $this->extension->version();

		if ( $last['extension'] === $version && self::age( $last['worked'] ?? 0 ) < self::NOTED_AGAIN ) {
			return;
		}

		$anew = array(
			'extension' => $version,
			'at'        => time(),
		);

		self::note(
			static fn( array $before ): array => array( 'worked' => time() )
				+ ( ( $before['extension'] ?? null ) === $version ? $before : $anew )
		);
	}

	/**
	 * Whether some PHP of this network has sent or run within two weeks, and has not been seen without the extension since.
	 */
	public static function works_anywhere(): bool {
		return array() !== array_filter(
			self::seen(),
			static fn( array $note ): bool => Extension::fits( $note['extension'] ) && self::age( $note['worked'] ?? 0 ) < self::WORKS_FOR
		);
	}

	/**
	 * What was noted lately, the newest first.
	 *
	 * @return list<array<string, mixed>>
	 */
	public static function notes(): array {
		return array_values( array_filter( self::seen(), static fn( array $note ): bool => self::age( $note['at'] ) < self::FORGOTTEN ) );
	}

	/**
	 * A clock that was wrong makes nothing last for ever.
	 */
	private static function age( int $at ): int {
		return abs( time() - $at );
	}

	/**
	 * Several versions of PHP may serve one host.
	 */
	private static function place(): string {
		return sprintf( '%s-%d.%d@%s', PHP_SAPI, PHP_MAJOR_VERSION, PHP_MINOR_VERSION, gethostname() );
	}

	/**
	 * Changes the note of this place, and keeps what others note at the same time: it is written only where the option still is
	 * as it was read.
	 *
	 * @param callable(array<string, mixed> $before): array<string, mixed> $change
	 */
	private static function note( callable $change ): void {
		$network = get_main_network_id();
		$place   = self::place();
		$after   = array();

		for ( $try = 1; $try <= self::TRIES; $try++ ) {
			$stored = get_network_option( $network, self::OPTION );
			$seen   = self::seen();
			$before = $seen[ $place ] ?? array();

			unset( $seen[ $place ] );
			$after = array_slice( array( $place => $change( $before ) ) + $seen, 0, self::MOST );

			if ( false === $stored ? add_network_option( $network, self::OPTION, $after ) : self::replace( $stored, $after ) ) {
				return;
			}

			wp_cache_delete( $network . ':' . self::OPTION, 'site-options' );
		}

		// Two that made the option at once have left two of it: WordPress writes both.
		update_network_option( $network, self::OPTION, $after );
	}

	/**
	 * @param array<string, array<string, mixed>> $after
	 * @return bool Whether the option was as it is thought to be.
	 */
	private static function replace( mixed $before, array $after ): bool {
		global $wpdb;

		$network = get_main_network_id();
		$changed = $wpdb->update( // phpcs:ignore WordPress.DB.DirectDatabaseQuery -- WordPress writes over what others have written meanwhile.
			$wpdb->sitemeta,
			array( 'meta_value' => maybe_serialize( $after ) ), // phpcs:ignore WordPress.DB.SlowDBQuery -- by its key.
			array(
				'site_id'    => $network,
				'meta_key'   => self::OPTION, // phpcs:ignore WordPress.DB.SlowDBQuery -- it has an index.
				'meta_value' => maybe_serialize( $before ), // phpcs:ignore WordPress.DB.SlowDBQuery -- by its key.
			)
		);

		if ( 1 > (int) $changed ) {
			return false;
		}

		wp_cache_set( $network . ':' . self::OPTION, $after, 'site-options' );

		return true;
	}

	/**
	 * @return array<string, array<string, mixed>>
	 */
	private static function seen(): array {
		$seen    = get_network_option( get_main_network_id(), self::OPTION, array() );
		$is_note = static fn( mixed $one ): bool => is_array( $one ) && is_int( $one['at'] ?? null ) && is_int( $one['worked'] ?? 0 )
			&& ( ! isset( $one['extension'] ) || is_string( $one['extension'] ) );

		return array_map(
			static fn( array $note ): array => $note + array( 'extension' => null ),
			array_filter( is_array( $seen ) ? $seen : array(), $is_note )
		);
	}
}
