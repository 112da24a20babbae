<?php
/**
 * What could not be sent at once.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync;

/**
 * A note for the network's admins of domains that were recorded and not sent: "it will be sent by itself". A domain
 * that has arrived meanwhile drops out by itself.
 */
final class Pending_Notice {

	public const OPTION = 'closte_sync_pending_notice';

	private const MOST = 20;

	public function __construct( private readonly Ledger $ledger ) {}

	/**
	 * @param string $reason Why, for people.
	 */
	public function add( string $domain, string $reason ): void {
		$notes            = $this->stored();
		$notes[ $domain ] = $reason;

		$this->store( array_slice( $notes, -self::MOST, null, true ) );
	}

	/**
	 * The domains that still wait, and why.
	 *
	 * @return list<array{domain: string, wanted: Wanted, reason: string}>
	 */
	public function all(): array {
		$waiting = array();

		foreach ( $this->stored() as $domain => $reason ) {
			$row = $this->ledger->find( (string) $domain );

			if ( null !== $row && $row->stage->awaits_closte() ) {
				$waiting[] = array(
					'domain' => $row->domain,
					'wanted' => $row->wanted,
					'reason' => '' === $row->error_message ? $reason : $row->error_message,
				);
			}
		}

		return $waiting;
	}

	public function clear(): void {
		delete_network_option( get_main_network_id(), self::OPTION );
	}

	/**
	 * @return array<string, string>
	 */
	private function stored(): array {
		$stored = get_network_option( get_main_network_id(), self::OPTION, array() );

		return is_array( $stored ) ? array_filter( $stored, 'is_string' ) : array();
	}

	/**
	 * @param array<string, string> $notes
	 */
	private function store( array $notes ): void {
		update_network_option( get_main_network_id(), self::OPTION, $notes );
	}
}
