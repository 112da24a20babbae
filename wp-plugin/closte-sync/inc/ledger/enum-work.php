<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Ledger;

/**
 * Rows by what their next step is.
 */
enum Work: string {

	/** Of {@see Work::ranges()}, the one of removals. */
	public const REMOVALS = "next_call = 'remove'";

	case All    = 'all';
	/** A call to Closte. */
	case Calls  = 'calls';
	/** A look at DNS or at a certificate. */
	case Checks = 'checks';

	/**
	 * The condition in SQL. Two equalities, not an inequality: each is a range of the index.
	 */
	public function condition(): string {
		return match ( $this ) {
			self::All    => '1 = 1',
			self::Calls  => "next_call IN ( 'add', 'remove' )",
			self::Checks => "next_call = ''",
		};
	}

	/**
	 * The same in parts, each of which an index has in the order in which rows are due. A call that this version does not know
	 * is before, between or after the others.
	 *
	 * @return non-empty-list<string>
	 */
	public function ranges(): array {
		return match ( $this ) {
			self::All    => array(
				...self::Calls->ranges(),
				...self::Checks->ranges(),
				...array( "next_call > '' AND next_call < 'add'", "next_call > 'add' AND next_call < 'remove'", "next_call > 'remove'" ),
			),
			self::Calls  => array( self::REMOVALS, "next_call = 'add'" ),
			self::Checks => array( "next_call = ''" ),
		};
	}
}
