<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

/**
 * Keeps the last such failure for the network's admins, whosever request it was: the page that it came up in has often
 * gone on to another one before anything could be shown. A network option of the main network, not autoloaded.
 */
final class Last_Error {

	public const OPTION = 'closte_sync_trouble';

	/**
	 * @param ?\Closure(): int $clock Unix time; null: the system's.
	 */
	public function __construct( private readonly \wpdb $wpdb, private readonly ?\Closure $clock = null ) {}

	/**
	 * @param string $message For people, without the key.
	 * @return bool Whether it is kept: the database may be what failed.
	 */
	public function remember( string $message ): bool {
		$suppressed = $this->wpdb->suppress_errors( true );

		try {
			$trouble = array(
				'time'    => null === $this->clock ? time() : ( $this->clock )(),
				'message' => $message,
			);

			return update_network_option( get_main_network_id(), self::OPTION, $trouble ) || $trouble === $this->stored();
		} finally {
			$this->wpdb->suppress_errors( $suppressed );
		}
	}

	/**
	 * The last one, until it is forgotten.
	 *
	 * @return ?array{time: int, message: string}
	 */
	public function last(): ?array {
		$stored = $this->stored();

		return is_array( $stored ) && is_int( $stored['time'] ?? null ) && is_string( $stored['message'] ?? null ) ? $stored : null;
	}

	/**
	 * What was missed has been looked for since.
	 */
	public function forget(): void {
		if ( null !== $this->last() ) {
			delete_network_option( get_main_network_id(), self::OPTION );
		}
	}

	private function stored(): mixed {
		return get_network_option( get_main_network_id(), self::OPTION, null );
	}
}
