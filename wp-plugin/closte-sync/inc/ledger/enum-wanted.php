<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Whether a domain should be at Closte.
 */
enum Wanted: string {

	case Present = 'present';
	case Absent  = 'absent';
	/** Nothing wants it any longer, and nobody has said that it should go: it is left alone, and stays ours. */
	case Retired = 'retired';

	/**
	 * Where a row begins that says so.
	 */
	public function first_stage(): Stage {
		return match ( $this ) {
			self::Present => Stage::Pending,
			self::Absent  => Stage::Removing,
			self::Retired => Stage::Retired,
		};
	}

	/**
	 * Who must act for a row that begins so.
	 */
	public function first_state(): State {
		return match ( $this ) {
			self::Present => State::Waiting,
			self::Absent  => State::Leaving,
			self::Retired => State::NetworkMustAct,
		};
	}

	/**
	 * The call that brings it about; '': none.
	 */
	public function call(): string {
		return match ( $this ) {
			self::Present => 'add',
			self::Absent  => 'remove',
			self::Retired => '',
		};
	}
}
