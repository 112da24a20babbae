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

	/**
	 * @param \Closure(): Retirement       $retirement       These three are made when they are first needed.
	 * @param \Closure(): Unused_Domains   $unused_domains
	 * @param \Closure(): Wildcard_Removal $wildcard_removal
	 */
	public function __construct(
		private readonly Ledger $ledger,
		private readonly Leases $leases,
		private readonly Wanted_Domains $wanted,
		private readonly \Closure $retirement,
		private readonly \Closure $unused_domains,
		private readonly \Closure $wildcard_removal,
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
		$lost    = array();

		foreach ( $rows as $row ) {
			$canonical = $this->names->canonical( $row->domain );

			if ( $canonical !== $row->domain ) {
				$this->leases->release( array( $row ) );
				$this->ledger->rename( $row->without_lease(), $canonical );
				$lost[] = Wanted::Absent === $row->wanted ? $canonical : null;
			} elseif ( Wanted::Absent === $row->wanted && $this->rules->is_protected( $row->domain ) ) {
				$this->ledger->delete( $row ) || $this->leases->release( array( $row ) );
			} elseif ( ! $row->needs_confirmation && ! $this->may_go_on( $row ) ) {
				// That may take long, and nothing that is asked about the other rows must grow old meanwhile.
				continue;
			} elseif ( $row->needs_confirmation || ( ! $is_asked && self::may_be_called( $row ) ) ) {
				$unsure[] = $row;
			} else {
				$settled[] = $row;
			}
		}

		$settled = array() === $unsure ? $settled : array( ...$settled, ...$this->ask( $unsure, array_values( array_filter( $lost ) ) ) );

		$is_held = fn( Ledger_Row $row ): bool => $row->needs_confirmation && ! $this->may_go_on( $row );

		return array_values( array_filter( $settled, static fn( Ledger_Row $row ): bool => ! $is_held( $row ) ) );
	}

	/**
	 * A wildcard does not go before what it covers has aliases of its own.
	 */
	private function may_go_on( Ledger_Row $row ): bool {
		return Wanted::Absent !== $row->wanted
			|| ! $this->names->is_wildcard( $row->domain )
			|| ( $this->wildcard_removal )()->may_go( $row );
	}

	/**
	 * @param list<Ledger_Row> $rows
	 * @param list<string>     $lost Domains that should go as rows under another form of their names said.
	 * @return list<Ledger_Row> Those that are right.
	 */
	private function ask( array $rows, array $lost ): array {
		$wanted    = $this->wanted->among( $rows );
		$right     = array();
		$confirmed = array();
		$going     = array();

		foreach ( $rows as $row ) {
			if ( $this->is_needless( $row, array_key_exists( $row->domain, $wanted ) ) ) {
				// Who wants it since then finds it free.
				$this->ledger->delete( $row ) ? Events::forgotten( $row ) : $this->leases->release( array( $row ) );
				continue;
			}

			if ( array_key_exists( $row->domain, $wanted ) === ( Wanted::Present === $row->wanted ) ) {
				$right[] = $row;

				if ( $row->needs_confirmation ) {
					$confirmed[] = $row;
				}
			} else {
				$this->leases->release( array( $row ) );
				$going[] = $this->put_right( $row, $wanted[ $row->domain ] ?? null );
			}
		}

		$this->ledger->confirm( $confirmed );
		$this->let_go( array_values( array_filter( $going ) ), $confirmed, $lost );

		return $right;
	}

	/**
	 * Whether a call may come of its next steps. The look at a finished domain leads to another stage first.
	 */
	private static function may_be_called( Ledger_Row $row ): bool {
		return Wanted::Absent === $row->wanted || ( ! $row->by_hand && Stage::Done !== $row->stage );
	}

	/**
	 * Whether it was written without the extension, for a name that the network serves by itself or that was never ours.
	 */
	private function is_needless( Ledger_Row $row, bool $is_wanted ): bool {
		return $row->needs_confirmation && ! $row->by_hand && ! $row->may_be_at_closte() && 0 === $row->attempts
			&& ( ( Wanted::Absent === $row->wanted && ! $is_wanted ) || $this->rules->is_served_by_network( $row->domain ) );
	}

	/**
	 * @param ?array{blog_id: int, source: string} $owner
	 * @return ?Ledger_Row The row, if nothing wants its domain.
	 */
	private function put_right( Ledger_Row $row, ?array $owner ): ?Ledger_Row {
		if ( Wanted::Absent === $row->wanted ) {
			$this->ledger->want( $row->domain, $owner['blog_id'] ?? $row->blog_id, $owner['source'] ?? Row_Source::WWW );
		} elseif ( $row->needs_confirmation && $this->rules->is_protected( $row->domain ) ) {
			$this->ledger->confirm( array( $row ) );
		} else {
			return $row->without_lease();
		}

		return null;
	}

	/**
	 * Of what nothing wants that goes which someone has given up, and with it its www name. Nobody has said anything of the rest:
	 * what says so of a www name that came along by rule was said of the domain that it came with, which may be living.
	 *
	 * @param list<Ledger_Row> $unwanted  They do not say so yet.
	 * @param list<Ledger_Row> $confirmed As they should be. What was said without the extension was said of the domain alone.
	 * @param list<string>     $lost      As in {@see Confirmation::ask()}.
	 */
	private function let_go( array $unwanted, array $confirmed, array $lost ): void {
		$gone = array_filter( $confirmed, static fn( Ledger_Row $row ): bool => Wanted::Absent === $row->wanted );
		$said = array_filter( $unwanted, static fn( Ledger_Row $row ): bool => $row->needs_confirmation && ! $row->is_by_rule() );
		$lost = array( ...$lost, ...array_column( array( ...$gone, ...$said ), 'domain' ) );
		$with = array( ...$lost, ...array_filter( array_map( ( $this->unused_domains )()->www_of( ... ), $lost ) ) );

		$going = array_filter( $unwanted, static fn( Ledger_Row $row ): bool => in_array( $row->domain, $with, true ) );

		if ( array() !== $lost ) {
			( $this->unused_domains )()->begin( $lost, array_values( $going ) );
		}

		array_map( ( $this->retirement )()->of( ... ), array_diff_key( $unwanted, $going ) );
	}
}
