<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;

/**
 * What people can ask for a domain, on a screen, by a command or over REST.
 */
enum Operation: string {

	/** Takes the next step now: a call to Closte, or a check of DNS and certificate. */
	case Check = 'check';
	/** Removes it from Closte. */
	case Remove = 'remove';
	/** Deletes its row. Closte is not called: what it has stays there. */
	case Forget = 'forget';

	/**
	 * Whether a menu offers it, by what the row alone says, without a statement. {@see Domain_Operations::refusals()} decides
	 * whether it is done.
	 */
	public function suits( Ledger_Row $row ): bool {
		return match ( $this ) {
			self::Check  => true,
			self::Forget => Wanted::Present !== $row->wanted,
			self::Remove => Wanted::Retired === $row->wanted || ( $row->by_hand && ! Row_Source::is_of_a_site( $row->source ) ),
		};
	}

	/**
	 * Says that it was not done.
	 *
	 * @param string $why In a sentence.
	 */
	public function not_done( string $why ): string {
		/* translators: %s: why, in a sentence that names the domain */
		return self::Check === $this ? $why : sprintf( __( 'Not removed: %s', 'closte-sync' ), $why );
	}

	/**
	 * What a button that asks for it for one domain is called.
	 */
	public function label( Ledger_Row $row ): string {
		return match ( $this ) {
			self::Check  => match ( true ) {
				null !== $row->unreadable_column() => __( 'Start over', 'closte-sync' ),
				$row->awaits_call()                => __( 'Retry now', 'closte-sync' ),
				default                            => __( 'Check now', 'closte-sync' ),
			},
			self::Remove => __( 'Remove from Closte', 'closte-sync' ),
			self::Forget => __( 'Remove from the list', 'closte-sync' ),
		};
	}
}
