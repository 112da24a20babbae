<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Leases;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Stage;
use ClosteSync\Ledger\Wanted;

/**
 * Confirms what claimed rows say before a step is taken with them. The network is asked about a row that something was
 * about to change and has not said how that ended, because the request was killed. And about every row that a call may come
 * of: whatever it says, nothing is removed that something living wants, or that is protected, and nothing is added that
 * nothing wants any longer, because it went while the plugin could not hear of it.
 */
final class Confirmation {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Leases $leases,
		private readonly Wanted_Domains $wanted,
		private readonly Retirement $retirement,
		private readonly Domain_Rules $rules,
		private readonly Domain_Names $names,
	) {}

	/**
	 * @param list<Ledger_Row> $rows     As they were claimed, by one claim.
	 * @param bool             $is_asked Whether the network was asked just now what is wanted of them.
	 * @return list<Ledger_Row> Those that are as they should be; the others were put right and are due again, or gone.
	 * @throws Database_Exception When the database fails.
	 */
	public function settle( array $rows, bool $is_asked = false ): array {
		$settled = array();
		$unsure  = array();

		foreach ( $rows as $row ) {
			$canonical = $this->names->canonical( $row->domain );

			if ( $canonical !== $row->domain ) {
				$this->leases->release( array( $row ) );
				$this->ledger->rename( $row, $canonical );
			} elseif ( Wanted::Absent === $row->wanted && $this->rules->is_protected( $row->domain ) ) {
				$this->ledger->delete( $row );
			} elseif ( $row->needs_confirmation || ( ! $is_asked && self::may_be_called( $row ) ) ) {
				$unsure[] = $row;
			} else {
				$settled[] = $row;
			}
		}

		return array() === $unsure ? $settled : array( ...$settled, ...$this->ask( $unsure ) );
	}

	/**
	 * @param list<Ledger_Row> $rows
	 * @return list<Ledger_Row> Those that are right.
	 */
	private function ask( array $rows ): array {
		$wanted    = $this->wanted->among( $rows );
		$right     = array();
		$confirmed = array();

		foreach ( $rows as $row ) {
			if ( $this->is_needless( $row ) ) {
				$this->ledger->delete( $row );
				continue;
			}

			if ( array_key_exists( $row->domain, $wanted ) === ( Wanted::Present === $row->wanted ) ) {
				$right[] = $row;

				if ( $row->needs_confirmation ) {
					$confirmed[] = $row;
				}
			} else {
				$this->leases->release( array( $row ) );
				$this->put_right( $row, $wanted[ $row->domain ] ?? null );
			}
		}

		$this->ledger->confirm( $confirmed );

		return $right;
	}

	/**
	 * Whether a call may come of its next steps. The look at a finished domain leads to another stage first.
	 */
	private static function may_be_called( Ledger_Row $row ): bool {
		return Wanted::Absent === $row->wanted || ( ! $row->by_hand && Stage::Done !== $row->stage );
	}

	/**
	 * Whether it was written without the extension for a name that the network serves by itself.
	 */
	private function is_needless( Ledger_Row $row ): bool {
		return $row->needs_confirmation && ! $row->by_hand
			&& 0 === $row->accepted_at && 0 === $row->attempts && ! $row->may_have_landed
			&& $this->rules->is_served_by_network( $row->domain );
	}

	/**
	 * @param ?array{blog_id: int, source: string} $owner
	 */
	private function put_right( Ledger_Row $row, ?array $owner ): void {
		match ( true ) {
			Wanted::Absent === $row->wanted            => $this->ledger->want(
				$row->domain,
				$owner['blog_id'] ?? $row->blog_id,
				$owner['source'] ?? Row_Source::WWW
			),
			! $row->needs_confirmation                 => $this->retirement->of( $row ),
			$this->rules->is_protected( $row->domain ) => $this->ledger->confirm( array( $row ) ),
			// It never came to be, and Closte never had it.
			! $row->may_be_at_closte()                 => $this->ledger->delete( $row ),
			default                                    => $this->ledger->unwant( $row->domain, $row->blog_id, $row->source ),
		};
	}
}
