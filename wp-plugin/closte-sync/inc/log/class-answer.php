<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Log;

use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Wanted;

/**
 * Reads from a row, and from the record that \Closte\Lifecycle made of it, which call was made and how it ended.
 */
final class Answer {

	private function __construct(
		public readonly Action $action,
		public readonly Outcome $outcome,
		public readonly string $message,
	) {}

	/**
	 * @param Ledger_Row           $before As it was claimed.
	 * @param array<string, mixed> $record What became of it.
	 * @return ?self Null: the step was a look at DNS or at a certificate, and no call of which there is news.
	 */
	public static function of( Ledger_Row $before, array $record ): ?self {
		$outcome = Outcome::tryFrom( (string) ( $record['outcome'] ?? '' ) );

		if ( null === $outcome ) {
			return null;
		}

		$has_failed = '' !== ( $record['error_kind'] ?? '' ) && Outcome::Protected !== $outcome;

		if ( $has_failed && ! self::is_called_next( $before ) && ! self::is_news( $before, $record ) ) {
			return null;
		}

		return new self( self::action_of( $before ), $outcome, $has_failed ? $before->after( $record )->error_text() : '' );
	}

	/**
	 * What a call for this row is.
	 */
	public static function action_of( Ledger_Row $row ): Action {
		return Wanted::Absent === $row->wanted ? Action::Remove : Action::Add;
	}

	/**
	 * Whether the next step of this row is a call, and nothing else.
	 */
	public static function is_called_next( Ledger_Row $row ): bool {
		return $row->awaits_call();
	}

	/**
	 * While a certificate does not come, a domain that Closte has is added again each hour. That this failed as it had
	 * failed before is not worth a line each time.
	 *
	 * @param array<string, mixed> $record
	 */
	private static function is_news( Ledger_Row $before, array $record ): bool {
		return array( $before->error_kind, $before->error_message ) !== array( $record['error_kind'], $record['error_message'] ?? '' );
	}
}
