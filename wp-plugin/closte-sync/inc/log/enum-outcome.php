<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\State;

/**
 * What came of a call, a check or a decision. The first four are \Closte\Outcome's; a check ends in one of
 * {@see \ClosteSync\Ledger\State}.
 */
enum Outcome: string {

	case Added        = 'added';
	case AlreadyThere = 'already-there';
	case Removed      = 'removed';
	case AlreadyGone  = 'already-gone';
	/** Closte understood and said no. */
	case Rejected     = 'rejected';
	/** No name that Closte could take: not sent. */
	case Invalid      = 'invalid';
	/** The key was refused. */
	case Unauthorized = 'unauthorized';
	/** No answer, or none that could be read, and nothing changed at Closte. */
	case Failed       = 'failed';
	/** It was sent, and no answer says whether it took effect: Closte is asked before it is sent again. */
	case Unknown      = 'unknown';
	/** Recorded and not sent yet. */
	case Deferred     = 'deferred';
	/** Never removed: a network's own domain, or one of the Closte application's. */
	case Protected    = 'protected';
	case Adopted      = 'adopted';
	/** Its row cannot be read. */
	case Unreadable   = 'unreadable';
	case Forgotten    = 'forgotten';
	/** Nothing of this network uses it any more: neither called nor looked at. */
	case Retired      = 'retired';
	case Found        = 'found';
	case Planned      = 'planned';
	case Refused      = 'refused';
	case Changed      = 'changed';
	case Done         = 'done';

	case NetworkMustAct = 'network-must-act';
	case OwnerMustAct   = 'owner-must-act';
	case Waiting        = 'waiting';
	case Leaving        = 'leaving';
	case Working        = 'working';

	/** The word for all that someone should look at. */
	public const PROBLEMS = 'problems';

	public function label(): string {
		return match ( $this ) {
			self::Added        => __( 'Added', 'closte-sync' ),
			self::AlreadyThere => __( 'Already there', 'closte-sync' ),
			self::Removed      => __( 'Removed', 'closte-sync' ),
			self::AlreadyGone  => __( 'Already gone', 'closte-sync' ),
			self::Rejected     => __( 'Refused by Closte', 'closte-sync' ),
			self::Invalid      => __( 'Not a valid domain', 'closte-sync' ),
			self::Unauthorized => __( 'Key refused', 'closte-sync' ),
			self::Failed       => __( 'Failed', 'closte-sync' ),
			self::Unknown      => __( 'Unknown', 'closte-sync' ),
			self::Deferred     => __( 'Queued', 'closte-sync' ),
			self::Protected    => __( 'Kept: protected', 'closte-sync' ),
			self::Adopted      => __( 'Adopted', 'closte-sync' ),
			self::Unreadable   => __( 'Cannot be read', 'closte-sync' ),
			self::Forgotten    => __( 'Removed from the list', 'closte-sync' ),
			self::Retired      => __( 'Unused', 'closte-sync' ),
			self::Found        => __( 'Found', 'closte-sync' ),
			self::Planned      => __( 'Planned', 'closte-sync' ),
			self::Refused      => __( 'Refused', 'closte-sync' ),
			self::Changed      => __( 'Changed', 'closte-sync' ),
			self::Done         => __( 'Done', 'closte-sync' ),
			default            => State::from( $this->value )->label(),
		};
	}

	/**
	 * Those that a word stands for: its own, or all {@see Outcome::problems()}; none where it is no such word.
	 *
	 * @return list<self>
	 */
	public static function chosen( string $word ): array {
		return self::PROBLEMS === $word ? self::problems() : array_filter( array( self::tryFrom( $word ) ) );
	}

	/**
	 * What someone should look at.
	 *
	 * @return list<self>
	 */
	public static function problems(): array {
		$is_problem = static fn( self $outcome ): bool => in_array( $outcome->status(), array( 'warning', 'bad' ), true );

		return array_values( array_filter( self::cases(), $is_problem ) );
	}

	/**
	 * How it is shown: `done`, `working`, `warning` or `bad`.
	 */
	public function status(): string {
		return match ( $this ) {
			self::Unknown, self::Failed, self::OwnerMustAct               => 'warning',
			self::Rejected, self::Invalid, self::Unauthorized,
			self::Refused, self::Unreadable, self::NetworkMustAct         => 'bad',
			self::Deferred, self::Protected, self::Waiting, self::Leaving => 'working',
			default                                                       => 'done',
		};
	}
}
