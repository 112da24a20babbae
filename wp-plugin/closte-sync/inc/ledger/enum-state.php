<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Who must act for a domain. The extension finds it out: see `state` in \Closte\Lifecycle. Screens, commands, REST and counts
 * use these words.
 */
enum State: string {

	case NetworkMustAct = 'network-must-act';
	case OwnerMustAct   = 'owner-must-act';
	case Waiting        = 'waiting';
	case Leaving        = 'leaving';
	case Working        = 'working';

	/**
	 * Those in which somebody must act.
	 *
	 * @return list<self>
	 */
	public static function troubled(): array {
		return array( self::NetworkMustAct, self::OwnerMustAct );
	}

	public function is_troubled(): bool {
		return in_array( $this, self::troubled(), true );
	}

	/**
	 * As it is shown while something keeps all domains from being sent and looked at: then nothing passes by itself.
	 *
	 * @param string $hindrance As {@see \ClosteSync\Sync\Readiness::hindrance()} says.
	 */
	public function under( string $hindrance ): self {
		return self::Waiting === $this && self::stops_all( $hindrance ) ? self::NetworkMustAct : $this;
	}

	/**
	 * The states of the ledger's rows that are shown as this one: none while all that wait are shown as another.
	 *
	 * @return list<self>
	 */
	public function stored_under( string $hindrance ): array {
		return array_values( array_filter( self::cases(), fn( self $state ): bool => $this === $state->under( $hindrance ) ) );
	}

	/**
	 * The states of the ledger's rows in the order of what is shown, trouble first: those with trouble of their own before those that
	 * only share that of all.
	 *
	 * @return list<self>
	 */
	public static function in_order( string $hindrance ): array {
		return array_merge( ...array_map( static fn( self $state ): array => $state->stored_under( $hindrance ), self::cases() ) );
	}

	/**
	 * What is off is off on purpose: its domains wait, and are sent once it is on.
	 */
	private static function stops_all( string $hindrance ): bool {
		return ! in_array( $hindrance, array( '', 'off' ), true );
	}

	public function label(): string {
		return match ( $this ) {
			self::Working        => __( 'Working', 'closte-sync' ),
			self::Waiting        => __( 'Waiting', 'closte-sync' ),
			self::OwnerMustAct   => __( 'Owner must act', 'closte-sync' ),
			self::NetworkMustAct => __( 'Network admin must act', 'closte-sync' ),
			self::Leaving        => __( 'Being removed', 'closte-sync' ),
		};
	}

	/**
	 * What the word means, in a sentence.
	 */
	public function description(): string {
		return match ( $this ) {
			self::Working        => __( 'The domain points to this network and has a valid certificate.', 'closte-sync' ),
			self::Waiting        => __( 'Nobody needs to do anything: this is checked again automatically.', 'closte-sync' ),
			self::OwnerMustAct   => __( 'The owner of the domain must change something at the DNS provider.', 'closte-sync' ),
			self::NetworkMustAct => __( 'A network admin must act: Closte refused the domain or the key, or the domain could not be checked.', 'closte-sync' ),
			self::Leaving        => __( 'No site uses the domain any longer. It is being removed from Closte.', 'closte-sync' ),
		};
	}
}
