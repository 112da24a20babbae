<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Remembers what each PHP of this network has: the web server's and the command line's, on each host. Where one has the
 * extension, the other's changes are sent by that one; where none has, nobody sends them.
 */
final class Extension_Watch {

	/** By place: what that PHP is, `extension` (its version or null), and when it was seen (`at`). */
	public const OPTION = 'closte_sync_extension_seen';

	private const LOOK_AGAIN = 86400;
	private const FORGOTTEN  = 2 * self::LOOK_AGAIN;

	/** Hosts come and go in a cluster. */
	private const MOST = 20;

	public function __construct( private readonly Extension $extension ) {}

	/**
	 * Notes what this process has, once a day and when it is another than before.
	 *
	 * @param array<string, mixed> $php What is kept beside it.
	 */
	public function look( array $php = array() ): void {
		$place = PHP_SAPI . '@' . gethostname();
		$note  = array( 'extension' => $this->extension->version() ) + $php;
		$seen  = self::seen();
		$last  = $seen[ $place ] ?? null;

		if ( null !== $last && self::age( $last ) < self::LOOK_AGAIN && array_diff_key( $last, array( 'at' => 0 ) ) == $note ) { // phpcs:ignore Universal.Operators.StrictComparisons -- the order of keys does not matter.
			return;
		}

		unset( $seen[ $place ] );
		$seen = array( $place => $note + array( 'at' => time() ) ) + $seen;
		update_network_option( get_main_network_id(), self::OPTION, array_slice( $seen, 0, self::MOST ) );
	}

	/**
	 * Whether this process has it, or another one of this network had it lately.
	 */
	public function is_anywhere(): bool {
		return $this->extension->is_usable() || array() !== array_filter(
			self::notes(),
			static fn( array $note ): bool => Extension::fits( $note['extension'] )
		);
	}

	/**
	 * What was noted lately, the newest first.
	 *
	 * @return list<array<string, mixed>>
	 */
	public static function notes(): array {
		return array_values( array_filter( self::seen(), static fn( array $note ): bool => self::age( $note ) < self::FORGOTTEN ) );
	}

	/**
	 * A clock that was wrong makes nothing last for ever.
	 *
	 * @param array<string, mixed> $note
	 */
	private static function age( array $note ): int {
		return abs( time() - $note['at'] );
	}

	/**
	 * @return array<string, array<string, mixed>>
	 */
	private static function seen(): array {
		$seen    = get_network_option( get_main_network_id(), self::OPTION, array() );
		$is_note = static fn( mixed $one ): bool => is_array( $one ) && is_int( $one['at'] ?? null )
			&& ( ! isset( $one['extension'] ) || is_string( $one['extension'] ) );

		return array_map(
			static fn( array $note ): array => $note + array( 'extension' => null ),
			array_filter( is_array( $seen ) ? $seen : array(), $is_note )
		);
	}
}
