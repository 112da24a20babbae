<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Mail;

/**
 * Remembers the sites whose owners could not be told: those are tried again a day later, so that they keep no others waiting.
 */
final class Undelivered {

	/** Unix time of the last failure, by site. */
	private const OPTION = 'closte_sync_owner_mail_undelivered';

	/** Seconds for which a site is left out, and after which it is forgotten. */
	private const LEFT_OUT = DAY_IN_SECONDS;
	private const FORGET   = 2 * DAY_IN_SECONDS;

	/** Sites that are remembered at most: the latest. */
	private const SITES = 500;

	/**
	 * @return list<int> Sites that are left out now.
	 */
	public function left_out( int $now ): array {
		return array_keys( array_filter( $this->failures(), static fn( int $at ): bool => $at > $now - self::LEFT_OUT ) );
	}

	/**
	 * @return list<int> Sites whose last email was not delivered, left out or tried again now.
	 */
	public function sites(): array {
		return array_keys( $this->failures() );
	}

	public function add( int $blog_id, int $now ): void {
		$failures = array_filter( $this->failures(), static fn( int $at ): bool => $at > $now - self::FORGET );

		unset( $failures[ $blog_id ] );

		$failures[ $blog_id ] = $now;

		$this->write( array_slice( $failures, -self::SITES, null, true ) );
	}

	public function drop( int $blog_id ): void {
		$failures = $this->failures();

		if ( isset( $failures[ $blog_id ] ) ) {
			unset( $failures[ $blog_id ] );
			$this->write( $failures );
		}
	}

	/**
	 * @return array<int, int>
	 */
	private function failures(): array {
		$value = get_network_option( get_main_network_id(), self::OPTION, array() );

		return is_array( $value ) ? array_filter( $value, is_int( ... ) ) : array();
	}

	/**
	 * @param array<int, int> $failures
	 */
	private function write( array $failures ): void {
		update_network_option( get_main_network_id(), self::OPTION, $failures );
	}
}
