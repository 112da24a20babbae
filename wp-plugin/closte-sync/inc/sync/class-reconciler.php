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

	private const ROWS_A_QUESTION = 100;

	private ?Owners $owners = null;

	/**
	 * When the rows that said, before Closte's list was read, that it has their domains had been accepted: what arrived since
	 * need not be on that list.
	 *
	 * @var ?array<string, int>
	 */
	private ?array $accepted_before = null;

	private bool $is_pruning = false;

	/** Whether each entry of Closte's list could be read. */
	private bool $is_list_whole = true;

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
	 * @throws \Closte\ClosteException When Closte cannot be asked.
	 * @throws \RuntimeException       When the extension cannot be used.
	 * @throws Database_Exception        When the database fails.
	 */
	public function plan( bool $prune = false, bool $force = false ): \Closte\Plan {
		$this->is_pruning      = $prune;
		$this->accepted_before = $this->accepted( null );

		$client  = $this->extension->client();
		$remote  = array_map( static fn( \Closte\RemoteDomain $domain ): string => $domain->domain, $client->domains() );
		$owned   = array();
		$owners  = $this->owners( refresh: true );
		$wanted  = $owners->domains();
		$options = array(
			'prune'   => $prune,
			'force'   => $force,
			'protect' => array_values(
				array_unique(
					array(
						...$this->desired->protected(),
						...array_filter( $remote, $this->rules->is_protected( ... ) ),
						...( $prune ? array( ...$this->desired->living(), ...$this->desired->dormant() ) : array() ),
					)
				)
			),
		);

		$is_there = array_flip( $remote );

		$this->is_list_whole = 0 === $client->skipped();

		foreach ( $this->ledger->all() as $row ) {
			// An entry that cannot be read may be its own.
			$may_be_there = ! $this->is_list_whole && $row->is_accepted() && $owners->has( $row->domain );

			if ( isset( $is_there[ $row->domain ] ) || ( self::is_lost( $row ) && ! $may_be_there ) ) {
				$owned[] = $row->domain;
			} elseif ( $row->waits_for_dns() || $may_be_there ) {
				unset( $wanted[ $row->domain ] );
			}

			// Nobody knows who wants it.
			if ( null !== $row->unreadable_column() ) {
				$options['protect'][] = $row->domain;
			}
		}

		return \Closte\Plan::make( array_map( strval( ... ), array_keys( $wanted ) ), $remote, $owned, $options );
	}

	/**
	 * Writes the plan into the ledger, then calls Closte for it. Interrupted at any point, a run goes on with it.
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

		// Someone was asked before, perhaps, and took a while: what came and went meanwhile is told by other requests.
		$gone     = $this->owners?->domains() ?? array();
		$owners   = $this->owners( refresh: true );
		$gone     = array_diff_key( $gone, $owners->domains() );
		$accepted = $this->accepted( Wanted::Present );
		$lost     = array_intersect_assoc( $accepted, $this->accepted_before ?? $accepted );

		foreach ( array_diff( $plan->keep, array_keys( $accepted ) ) as $domain ) {
			$owner = $owners->of( $domain );

			if ( null !== $owner ) {
				$this->want( $domain );
				$this->ledger->accept( $domain );
				Events::adopted( $domain, $owner['blog_id'], $owner['source'] );
			}
		}

		// Those that Closte could never take too, so that the screen can say what is wrong with them.
		$missing = array_diff_key( array_flip( array( ...$plan->add, ...$plan->invalid ) ), $gone );

		foreach ( $this->want_new( array_map( strval( ... ), array_keys( $missing ) ), $owners ) as $domain ) {
			$row = $this->want( $domain );

			match ( true ) {
				isset( $lost[ $domain ] )      => $this->ledger->send_again( $domain ),
				$row->next_check_at > time()   => $this->ledger->make_due( $domain ),
				default                        => null,
			};
		}

		foreach ( $this->unused( $this->ledger->find_all( $plan->remove ) ) as $row ) {
			if ( ! $this->rules->is_protected( $row->domain ) ) {
				$this->ledger->unwant( $row->domain, 0, Row_Source::SYNC );
			}
		}

		// What an entry that could not be read was about is not known to be gone.
		if ( $this->is_pruning && $this->is_list_whole && null === $plan->refused ) {
			$this->forget_orphans( $owners, $plan );
		}

		$this->last_error->forget();
		Events::batch_ended();

		return $this->worker->run( $budget_seconds, $progress, Work::Calls );
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

		$plan = $this->plan();

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
		$used = $this->owners()->domains() + array_fill_keys( array( ...$this->desired->living(), ...$this->desired->dormant() ), true );
		$rows = array();

		foreach ( $this->ledger->all( Wanted::Present ) as $row ) {
			$is_free = '' === $row->lease_owner && ! $row->needs_confirmation && null === $row->unreadable_column();

			if ( $is_free && ! isset( $used[ $row->domain ] ) ) {
				$rows[] = $row;
			}
		}

		foreach ( $this->unused( $rows ) as $row ) {
			$this->retirement->of( $row );
		}
	}

	/**
	 * Those of these rows whose domains nothing uses now: what uses one may have come since all that is used was read.
	 *
	 * @param list<Ledger_Row> $rows
	 * @return iterable<Ledger_Row>
	 */
	private function unused( array $rows ): iterable {
		foreach ( array_chunk( $rows, self::ROWS_A_QUESTION ) as $chunk ) {
			$wanted = $this->wanted->among( $chunk );

			foreach ( $chunk as $row ) {
				if ( ! array_key_exists( $row->domain, $wanted ) ) {
					yield $row;
				}
			}
		}
	}

	/**
	 * Takes a domain that is at Closte, and that nobody here has had, into ownership.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function adopt( string $domain ): Ledger_Row {
		$domain = $this->names->canonical( $domain );

		$this->ledger->want( $domain, 0, Row_Source::MANUAL );
		$this->ledger->accept( $domain );
		Events::during( 'by-hand', static fn() => Events::adopted( $domain, 0, Row_Source::MANUAL ) );
		Events::batch_ended();

		return $this->ledger->find( $domain ) ?? throw new Database_Exception( sprintf( 'The row of %s is gone.', $domain ) ); // phpcs:ignore WordPress.Security.EscapeOutput.ExceptionNotEscaped
	}

	/**
	 * Records that domains should be at Closte, where they have no row yet.
	 *
	 * @param list<string> $domains
	 * @return iterable<string> Those that have a row.
	 */
	private function want_new( array $domains, Owners $owners ): iterable {
		$nobody = array(
			'blog_id' => 0,
			'source'  => Row_Source::SYNC,
		);

		foreach ( array_chunk( $domains, self::ROWS_A_QUESTION ) as $chunk ) {
			$wishes = array_map( static fn( string $domain ): array => $owners->of( $domain ) ?? $nobody, $chunk );

			yield from $this->ledger->want_new( array_combine( $chunk, $wishes ) );
		}
	}

	private function want( string $domain ): Ledger_Row {
		$owner = $this->owners()->of( $domain );

		return $this->ledger->want( $domain, $owner['blog_id'] ?? 0, $owner['source'] ?? Row_Source::SYNC );
	}

	/**
	 * The domains that the ledger says are at Closte, and that nobody has said should go.
	 *
	 * @return array<string, int> When they were accepted.
	 */
	private function accepted( ?Wanted $wanted ): array {
		$accepted = array();

		foreach ( $this->ledger->all( $wanted ) as $row ) {
			if ( Wanted::Absent !== $row->wanted && $row->accepted_at > 0 ) {
				$accepted[ $row->domain ] = $row->accepted_at;
			}
		}

		return $accepted;
	}

	/**
	 * Rows that nobody wants and that Closte does not have either.
	 */
	private function forget_orphans( Owners $owners, \Closte\Plan $plan ): void {
		$there = array( ...$plan->keep, ...$plan->remove );
		$used  = array( ...$there, ...$this->desired->living(), ...$this->desired->dormant() );
		$known = $owners->domains() + array_fill_keys( $used, true );
		$rows  = array();

		foreach ( $this->ledger->all() as $row ) {
			$was_lost  = self::is_lost( $row ) && ( $this->accepted_before[ $row->domain ] ?? 0 ) === $row->accepted_at;
			$was_never = Wanted::Absent !== $row->wanted && ! $row->may_be_at_closte();

			$is_free   = '' === $row->lease_owner && null === $row->unreadable_column();

			if ( ( $was_lost || $was_never ) && $is_free && ! isset( $known[ $row->domain ] ) ) {
				$rows[] = $row;
			}
		}

		foreach ( $this->unused( $rows ) as $row ) {
			$this->ledger->delete( $row ) && Events::forgotten( $row );
		}
	}

	/**
	 * Whether Closte had it, nobody has said that it should go, and no call is open: where it is not at Closte, a row like
	 * this says no more than that it was ours.
	 */
	private static function is_lost( Ledger_Row $row ): bool {
		return Wanted::Absent !== $row->wanted && $row->accepted_at > 0 && ! $row->may_have_landed;
	}

	/**
	 * What sites and mappings want, and what was added by hand.
	 */
	private function owners( bool $refresh = false ): Owners {
		if ( $refresh ) {
			$this->owners = null;
		}

		return $this->owners ??= $this->wanted->all();
	}
}
