<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Outline;

/**
 * Tells \Closte\Comparison, in portions, what the ledger says, what Closte has and what the network wants. It alone holds all
 * names at a time.
 */
final class Network_Comparison {

	private const PORTION = 1000;

	private readonly \Closte\Comparison $comparison;
	private readonly Owner_Numbers $owners;

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Wanted_Domains $wanted,
		private readonly Domain_Rules $rules,
	) {
		$this->comparison = new \Closte\Comparison();
		$this->owners     = new Owner_Numbers();
	}

	/**
	 * Reads the ledger before Closte's list: what arrives meanwhile need not be on that list.
	 *
	 * @throws \Closte\ClosteException When Closte cannot be asked.
	 * @throws Database_Exception        When the database fails.
	 */
	public function read( \Closte\Client $client ): void {
		foreach ( $this->ledger->outlines()->all() as $rows ) {
			$this->comparison->addRows( array_map( static fn( Row_Outline $row ): array => $row->to_array(), $rows ) );
		}

		$this->comparison->readList( $client );
		$this->read_wanted();

		foreach ( $this->desired->dormant() as $domains ) {
			$this->comparison->addUsed( $domains );
		}

		$this->comparison->protect( $this->desired->protected() );
		$this->protect_undecided();
	}

	/**
	 * What is wanted by now, whatever was before.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function read_wanted(): void {
		$this->comparison->wantNothing();

		foreach ( $this->wanted->all() as $portion ) {
			$this->comparison->want( array_map( $this->owners->number( ... ), $portion['wanted'] ) );
			$this->comparison->addUsed( $portion['used'] );
		}
	}

	/**
	 * @param bool $prune Whether domains of ours that nobody wants are removed.
	 * @param bool $force Whether more removals than is usual are allowed.
	 * @param bool $keep  Whether what is kept is named, too.
	 */
	public function plan( bool $prune, bool $force, bool $keep ): \Closte\Plan {
		return $this->comparison->plan( compact( 'prune', 'force', 'keep' ) );
	}

	/**
	 * Whether each entry of Closte's list could be read.
	 */
	public function is_whole(): bool {
		return $this->comparison->isWhole();
	}

	/**
	 * @return ?array{blog_id: int, source: string} Who wants it.
	 */
	public function owner_of( string $domain ): ?array {
		$number = $this->comparison->wantedBy( $domain );

		return null === $number ? null : $this->owners->owner( $number );
	}

	/**
	 * Whether a row says still of Closte what it said before the list was read.
	 */
	public function is_as_it_was( Ledger_Row $row ): bool {
		return $row->accepted_at === $this->comparison->acceptedAt( $row->domain );
	}

	public function has_unrecorded(): bool {
		return array() !== $this->comparison->unrecorded();
	}

	/**
	 * @return iterable<list<string>> What is wanted and at Closte, while no row says so.
	 */
	public function unrecorded(): iterable {
		return self::portions( $this->comparison->unrecorded() );
	}

	/**
	 * @return iterable<list<Ledger_Row>> Rows of what should be at Closte, and nothing wants or uses. They are read again.
	 */
	public function unused(): iterable {
		return $this->rows( $this->comparison->unused() );
	}

	/**
	 * @return iterable<list<Ledger_Row>> Rows of what nothing wants or uses, and Closte does not have. They are read again.
	 */
	public function orphans(): iterable {
		return $this->rows( $this->comparison->orphans() );
	}

	/**
	 * Of what could go, some is never removed: by its name, or because its row cannot be read and nobody knows who wants it.
	 */
	private function protect_undecided(): void {
		$rules = $this->rules->frozen();

		foreach ( self::portions( $this->comparison->undecided() ) as $domains ) {
			$unread = array_filter(
				$this->ledger->find_all( array_values( array_filter( $domains, $this->comparison->hasRow( ... ) ) ) ),
				static fn( Ledger_Row $row ): bool => null !== $row->unreadable_column()
			);
			$named  = array_filter( $domains, $rules->is_protected( ... ) );
			$this->comparison->protect( array( ...array_values( $named ), ...array_column( $unread, 'domain' ) ) );
		}
	}

	/**
	 * @param list<string> $domains
	 * @return iterable<list<Ledger_Row>>
	 */
	private function rows( array $domains ): iterable {
		foreach ( self::portions( $domains ) as $portion ) {
			yield $this->ledger->find_all( $portion );
		}
	}

	/**
	 * @param list<string> $domains
	 * @return iterable<list<string>>
	 */
	private static function portions( array $domains ): iterable {
		for ( $at = 0; $at < count( $domains ); $at += self::PORTION ) {
			yield array_slice( $domains, $at, self::PORTION );
		}
	}
}
