<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;
use ClosteSync\Ledger\Work;

/**
 * Plans and carries out what makes Closte as the network wants it. For `wp closte sync`, for the offer to send all
 * domains, and for the daily run, which never removes: it retires what nothing uses any longer.
 */
final class Reconciler {

	/** Who wants what nobody is known to want any longer. */
	private const NOBODY = array(
		'blog_id' => 0,
		'source'  => Row_Source::SYNC,
	);

	/** What the last plan was made of. */
	private ?Network_Comparison $compared = null;

	private bool $is_pruning = false;

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Wanted_Domains $wanted,
		private readonly Domain_Rules $rules,
		private readonly Domain_Names $names,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
		private readonly Retirement $retirement,
		private readonly Worker $worker,
		private readonly Last_Error $last_error,
	) {}

	/**
	 * What would be done.
	 *
	 * @param bool $prune Whether domains of ours that nobody wants are removed.
	 * @param bool $force Whether more removals than is usual are allowed.
	 * @param bool $keep  Whether what is kept is named, too: most of a large network's names. It is counted in any case.
	 * @throws \Closte\ClosteException When Closte cannot be asked.
	 * @throws \RuntimeException       When the extension cannot be used.
	 * @throws Database_Exception        When the database fails.
	 */
	public function plan( bool $prune = false, bool $force = false, bool $keep = true ): \Closte\Plan {
		$client           = $this->extension->client();
		$this->is_pruning = $prune;
		$this->compared   = new Network_Comparison( $this->ledger, $this->desired, $this->wanted, $this->rules );
		$this->compared->read( $client );

		return $this->compared->plan( $prune, $force, $keep );
	}

	/**
	 * Writes the last plan into the ledger, then calls Closte for it. Interrupted at any point, a run goes on with it.
	 *
	 * @param ?callable(Ledger_Row $row, array<string, mixed> $record): void $progress       Called for each domain added or removed.
	 * @param float                                                          $budget_seconds After which the rest is left to runs.
	 * @throws Database_Exception When the database fails.
	 */
	public function apply( \Closte\Plan $plan, ?callable $progress = null, float $budget_seconds = 3600.0 ): Run_Summary {
		return Events::during( 'sync', fn(): Run_Summary => $this->carry_out( $plan, $progress, $budget_seconds ) );
	}

	/**
	 * @param ?callable(Ledger_Row $row, array<string, mixed> $record): void $progress
	 */
	private function carry_out( \Closte\Plan $plan, ?callable $progress, float $budget_seconds ): Run_Summary {
		Events::planned( $plan );

		$compared = $this->compared;

		if ( null === $compared ) {
			throw new \LogicException( 'A plan is carried out by what has made it.' );
		}

		$this->add_missing( $compared, $plan );

		foreach ( array_chunk( $plan->remove, Database::ASKED_TOGETHER ) as $domains ) {
			foreach ( $this->unused( $this->ledger->find_all( $domains ) ) as $row ) {
				if ( ! $this->rules->is_protected( $row->domain ) ) {
					$this->ledger->unwant( $row->domain, 0, Row_Source::SYNC );
				}
			}
		}

		// What an entry that could not be read was about is not known to be gone.
		if ( $this->is_pruning && $compared->is_whole() && null === $plan->refused ) {
			$this->forget_orphans( $compared );
		}

		// The calls may take long, and need none of it.
		$this->compared = null;

		$this->last_error->forget();
		Events::batch_ended();

		return $this->worker->run( $budget_seconds, $progress, Work::Calls );
	}

	/**
	 * Records what is wanted: what Closte has already is taken into ownership, and the rest is to be sent.
	 */
	private function add_missing( Network_Comparison $compared, \Closte\Plan $plan ): void {
		// Those that Closte could never take too, so that the screen can say what is wrong with them.
		$missing = array( ...$plan->add, ...$plan->invalid );

		if ( array() === $missing && ! $compared->has_unrecorded() ) {
			return;
		}

		// Someone was asked before, perhaps, and took a while: what came and went meanwhile is told by other requests.
		$compared->read_wanted();

		foreach ( $compared->unrecorded() as $domains ) {
			$this->adopt_wanted( $compared, $domains );
		}

		$is_wanted = static fn( string $domain ): bool => null !== $compared->owner_of( $domain );

		foreach ( $this->want_new( array_values( array_filter( $missing, $is_wanted ) ), $compared ) as $domain ) {
			$row = $this->want( $domain, $compared );

			match ( true ) {
				$row->accepted_at > 0 && $compared->is_as_it_was( $row ) => $this->ledger->send_again( $domain ),
				$row->next_check_at > time()                              => $this->ledger->schedule()->make_due( $domain ),
				default                                                   => null,
			};
		}
	}

	/**
	 * @param list<string> $domains That Closte has.
	 */
	private function adopt_wanted( Network_Comparison $compared, array $domains ): void {
		$accepted = array_filter( $this->ledger->find_all( $domains ), static fn( Ledger_Row $row ): bool => $row->is_accepted() );
		$domains  = array_values( array_diff( $domains, array_column( $accepted, 'domain' ) ) );

		foreach ( $this->want_new( $domains, $compared ) as $domain ) {
			$this->want( $domain, $compared );
		}

		$this->ledger->accept( ...$domains );

		foreach ( $domains as $domain ) {
			$owner = $compared->owner_of( $domain ) ?? self::NOBODY;
			Events::adopted( $domain, $owner['blog_id'], $owner['source'] );
		}
	}

	/**
	 * The daily run: puts back what went missing here or at Closte, and removes nothing.
	 *
	 * @throws \Closte\ClosteException When Closte cannot be asked.
	 * @throws Database_Exception        When the database fails.
	 */
	public function repair( float $budget_seconds ): void {
		if ( ! $this->readiness->is_ready() ) {
			return;
		}

		$plan = $this->plan( keep: false );

		if ( array() !== $plan->add ) {
			Events::during( 'daily', static fn() => Events::drifted( $plan->add ) );
		}

		Events::during(
			'daily',
			function () use ( $plan, $budget_seconds ): void {
				$this->retire_unused();
				$this->carry_out( $plan, null, $budget_seconds );
			}
		);
	}

	/**
	 * Rows whose domains went while the plugin could not hear of it.
	 */
	private function retire_unused(): void {
		foreach ( $this->compared?->unused() ?? array() as $rows ) {
			$is_over = static fn( Ledger_Row $row ): bool => Wanted::Present === $row->wanted && ! $row->needs_confirmation
				&& self::is_free( $row );

			foreach ( $this->unused( array_values( array_filter( $rows, $is_over ) ) ) as $row ) {
				$this->retirement->of( $row );
			}
		}
	}

	/**
	 * Those of these rows whose domains nothing uses now: what uses one may have come since all that is used was read.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return iterable<Ledger_Row>
	 */
	private function unused( array $rows ): iterable {
		foreach ( array_chunk( $rows, Database::ASKED_TOGETHER ) as $chunk ) {
			$wanted = $this->wanted->among( $chunk );

			foreach ( $chunk as $row ) {
				if ( ! array_key_exists( $row->domain, $wanted ) ) {
					yield $row;
				}
			}
		}
	}

	/**
	 * Takes domains that are at Closte, and that nobody here has had, into ownership.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function adopt( string ...$domains ): void {
		$domains = array_values( array_unique( array_map( $this->names->canonical( ... ), $domains ) ) );
		$by_hand = array(
			'blog_id' => 0,
			'source'  => Row_Source::MANUAL,
		);

		foreach ( array_chunk( $domains, Database::ASKED_TOGETHER ) as $chunk ) {
			foreach ( $this->ledger->want_new( array_fill_keys( $chunk, $by_hand ) ) as $known ) {
				$this->ledger->want( $known, 0, Row_Source::MANUAL );
			}

			$this->ledger->accept( ...$chunk );

			$adopted = static fn( string $domain ) => Events::adopted( $domain, 0, Row_Source::MANUAL );
			Events::during( 'by-hand', static fn() => array_map( $adopted, $chunk ) );
		}

		Events::batch_ended();
	}

	/**
	 * Records that domains should be at Closte, where they have no row yet.
	 *
	 * @param list<string> $domains
	 * @return iterable<string> Those that have a row.
	 */
	private function want_new( array $domains, Network_Comparison $compared ): iterable {
		foreach ( array_chunk( $domains, Database::ASKED_TOGETHER ) as $chunk ) {
			$wishes = array_map( static fn( string $domain ): array => $compared->owner_of( $domain ) ?? self::NOBODY, $chunk );

			yield from $this->ledger->want_new( array_combine( $chunk, $wishes ) );
		}
	}

	private function want( string $domain, Network_Comparison $compared ): Ledger_Row {
		$owner = $compared->owner_of( $domain ) ?? self::NOBODY;

		return $this->ledger->want( $domain, $owner['blog_id'], $owner['source'] );
	}

	/**
	 * Rows that nobody wants and that Closte does not have either, and has not got since.
	 */
	private function forget_orphans( Network_Comparison $compared ): void {
		foreach ( $compared->orphans() as $rows ) {
			$is_orphan = static fn( Ledger_Row $row ): bool => Wanted::Absent !== $row->wanted && ! $row->may_have_landed
				&& $compared->is_as_it_was( $row ) && self::is_free( $row );

			foreach ( $this->unused( array_values( array_filter( $rows, $is_orphan ) ) ) as $row ) {
				$this->ledger->delete( $row ) && Events::forgotten( $row );
			}
		}
	}

	private static function is_free( Ledger_Row $row ): bool {
		return '' === $row->lease_owner && null === $row->unreadable_column();
	}
}
