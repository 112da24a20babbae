<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Extension;

/**
 * Remembers that a PHP of this network has the extension. The web and the command line may have PHPs of their own: where one
 * has it, the other's changes are sent by that one; where none has, nobody sends them.
 */
final class Extension_Watch {

	/** Version and time, by place: `web` and `cli`. */
	public const OPTION = 'closte_sync_extension_seen';

	private const LOOK_AGAIN = 86400;
	private const FORGOTTEN  = 2 * self::LOOK_AGAIN;

	public function __construct( private readonly Extension $extension ) {}

	/**
	 * Notes what this process has, once a day.
	 */
	public function look(): void {
		if ( ! $this->extension->is_usable() ) {
			return;
		}

		$place   = 'cli' === PHP_SAPI ? 'cli' : 'web';
		$version = $this->extension->version();
		$seen    = self::seen();

		if ( ( $seen[ $place ]['version'] ?? null ) !== $version || self::age( $seen[ $place ] ) >= self::LOOK_AGAIN ) {
			$seen[ $place ] = array(
				'version' => $version,
				'at'      => time(),
			);
			update_network_option( get_main_network_id(), self::OPTION, $seen );
		}
	}

	/**
	 * Whether this process has it, or another one of this network had it lately.
	 */
	public function is_anywhere(): bool {
		if ( $this->extension->is_usable() ) {
			return true;
		}

		foreach ( self::seen() as $sighting ) {
			if ( self::age( $sighting ) < self::FORGOTTEN ) {
				return true;
			}
		}

		return false;
	}

	/**
	 * A clock that was wrong makes nothing last for ever.
	 *
	 * @param array{version: string, at: int} $sighting
	 */
	private static function age( array $sighting ): int {
		return abs( time() - $sighting['at'] );
	}

	/**
	 * @return array<string, array{version: string, at: int}>
	 */
	private static function seen(): array {
		$seen = get_network_option( get_main_network_id(), self::OPTION, array() );

		return array_filter(
			is_array( $seen ) ? $seen : array(),
			static fn( mixed $one ): bool => is_array( $one ) && is_string( $one['version'] ?? null ) && is_int( $one['at'] ?? null )
		);
	}
}
