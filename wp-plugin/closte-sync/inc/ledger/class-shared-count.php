<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Keeps how many rows a table has of each kind, where they are many: pages share what was counted within the last minute.
 */
final class Shared_Count {

	/** Rows that any page may count. */
	private const FEW = 1000;

	/**
	 * @param string $option The network's option for it.
	 */
	public function __construct( private readonly string $option ) {}

	/**
	 * @template K of array{rows_there: int}
	 * @param \Closure(): list<K> $count
	 * @return list<K> As they were within the last minute, where they are many.
	 */
	public function recent( \Closure $count ): array {
		$known = get_network_option( get_main_network_id(), $this->option );
		$age   = is_array( $known ) ? time() - (int) ( $known['at'] ?? 0 ) : -1;

		if ( $age >= 0 && $age < MINUTE_IN_SECONDS && is_array( $known['kinds'] ?? null ) ) {
			return $known['kinds'];
		}

		$kinds = $count();

		if ( array_sum( array_column( $kinds, 'rows_there' ) ) > self::FEW ) {
			update_network_option( get_main_network_id(), $this->option, array( 'at' => time(), 'kinds' => $kinds ) );
		} else {
			$this->forget();
		}

		return $kinds;
	}

	/**
	 * Somebody has changed rows, and wants to see it.
	 */
	public function forget(): void {
		if ( false !== get_network_option( get_main_network_id(), $this->option ) ) {
			delete_network_option( get_main_network_id(), $this->option );
		}
	}
}
