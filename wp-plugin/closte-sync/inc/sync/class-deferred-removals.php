<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Domains\Owner_Added_Domains;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;

/**
 * Defers removals to the end of the request: a domain that one site loses, another may get a moment later, and its alias must
 * not be removed in between. The rows are marked for confirmation at once, so that a run settles them if the request is killed,
 * fails, or lasts longer than a minute.
 */
final class Deferred_Removals {

	/** Errors that end a request before it has said all. */
	private const FATAL = E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR;

	/**
	 * The domains that this request has lost, and the sites that have lost each.
	 *
	 * @var array<string, array<int, true>>
	 */
	private array $held = array();

	/**
	 * Domains that someone has removed by hand in this request: to do so again, after the row is gone, is no further removal.
	 *
	 * @var array<string, true>
	 */
	private array $gone = array();

	/** Whether something carries out at the end of the request what is held. */
	private bool $is_awaited = false;

	/**
	 * @param \Closure(): Unused_Domains $unused_domains Made when it is first needed.
	 */
	public function __construct(
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Wanted_Domains $wanted,
		private readonly Domain_Rules $rules,
		private readonly \Closure $unused_domains,
		private readonly Worker $worker,
		private readonly Scheduler $scheduler,
		private readonly Error_Boundary $error_boundary,
	) {}

	/**
	 * Should the request be killed before it says more of these domains, a run finds out what is wanted.
	 *
	 * @param list<string> $domains In canonical form.
	 * @throws Database_Exception When the database fails.
	 */
	public function await_confirmation( array $domains ): void {
		$this->ledger->await_confirmation( $this->with_www( $domains ), is_held: true );
		$this->scheduler->wake_at( time() + MINUTE_IN_SECONDS );
	}

	/**
	 * A site or mapping has lost these domains. What nothing wants of them when the request ends is removed then.
	 *
	 * @param list<string> $domains In canonical form.
	 * @throws Database_Exception When the database fails.
	 */
	public function hold( array $domains, int $blog_id, string $source ): void {
		foreach ( $domains as $domain ) {
			$this->held[ $domain ][ $blog_id ] = true;
		}

		$this->await_confirmation( $domains );
		$this->keep_for_the_extension( $domains, $blog_id, $source );
		$this->await_end();
		Events::lost( $this->with_www( $domains ) );
	}

	/**
	 * A site or mapping has this domain, perhaps again.
	 */
	public function take_back( string $domain ): void {
		unset( $this->held[ $domain ], $this->gone[ $domain ] );
	}

	/**
	 * Someone wants these domains away from Closte, and waits for it.
	 *
	 * @param list<string> $domains In canonical form.
	 * @throws Database_Exception When the database fails.
	 */
	public function by_hand( array $domains, int $blog_id ): void {
		$going = array();
		$rows  = array();

		foreach ( $domains as $domain ) {
			$row = $this->ledger->find( $domain );

			if ( $this->rules->is_protected( $domain ) || $this->desired->wants( $domain ) ) {
				null === $row || $this->keep( array( $domain => $row ), array() );
				continue;
			}

			$going[] = $domain;

			$is_done = null === $row
				? isset( $this->gone[ $domain ] ) || $this->rules->is_served_by_network( $domain )
				: Wanted::Absent !== $row->wanted && ( $this->unused_domains )()->forget( $row );

			if ( ! $is_done ) {
				$rows[] = $this->ledger->unwant( $domain, $blog_id, Row_Source::MANUAL );

				// However often it has failed before.
				$this->ledger->schedule()->make_due( $domain );
			}

			$this->gone[ $domain ] = true;
		}

		array_push( $rows, ...( $this->unused_domains )()->begin( $going, array() ) );
		$this->rules->apply() || $this->ledger->await_confirmation( $going );
		$this->worker->advance( $rows );
	}

	/**
	 * The request has said all.
	 */
	public function carry_out(): void {
		$held       = $this->held;
		$this->held = array();

		if ( array() !== $held && ! self::is_cut_short() ) {
			$this->error_boundary->run( fn() => $this->remove( $held ) );
		}
	}

	/**
	 * @param non-empty-array<string, array<int, true>> $held As the property.
	 */
	private function remove( array $held ): void {
		$domains = array_map( strval( ... ), array_keys( $held ) );
		// Read before it is asked what is wanted: who wants a domain from then on changes its row, which then stays as it is.
		$rows    = array_column( $this->ledger->find_all( $this->with_www( $domains ) ), null, 'domain' );
		$wanted  = $this->wanted( $domains, $rows );
		$going   = array_values(
			array_filter(
				$domains,
				fn( string $domain ): bool => ! array_key_exists( $domain, $wanted ) && ! $this->rules->is_protected( $domain )
					&& ! $this->was_retired( $domain, $rows )
			)
		);
		$leaving = array_intersect_key( $rows, array_flip( $going ) );
		$is_new  = static fn( Ledger_Row $row ): bool => Wanted::Absent !== $row->wanted;
		$begun   = ( $this->unused_domains )()->begin( $going, array_values( array_filter( $leaving, $is_new ) ) );
		$old     = array_filter( $leaving, static fn( Ledger_Row $row ): bool => ! $is_new( $row ) );
		$back    = $this->keep( array_diff_key( $rows, $leaving, array_column( $begun, null, 'domain' ) ), $wanted, $held );

		$this->worker->advance( array( ...array_values( $old ), ...$begun, ...$back ) );
		Events::batch_ended();
	}

	/**
	 * Whether it was given up before this request, in which no site had it: what was lost here says nothing of its alias.
	 *
	 * @param array<string, Ledger_Row> $rows By domain, also of www names.
	 */
	private function was_retired( string $domain, array $rows ): bool {
		$row = $rows[ $domain ] ?? $rows[ (string) ( $this->unused_domains )()->www_of( $domain ) ] ?? null;

		return Wanted::Retired === $row?->wanted;
	}

	/**
	 * @param list<string>              $domains
	 * @param array<string, Ledger_Row> $rows    Theirs, by domain, and others.
	 * @return array<string, ?array{blog_id: int, source: string}> As {@see Wanted_Domains::among()}.
	 */
	private function wanted( array $domains, array $rows ): array {
		$theirs = array_intersect_key( $rows, array_flip( $domains ) );

		return $this->wanted->among( array_values( $theirs ) )
			+ $this->desired->wanted( array_values( array_diff( $domains, array_keys( $theirs ) ) ) );
	}

	/**
	 * What was lost here is wanted all the same.
	 *
	 * @param array<string, Ledger_Row>                           $rows
	 * @param array<string, ?array{blog_id: int, source: string}> $wanted By domain, who wants it.
	 * @param array<string, array<int, true>>                     $held   As the property.
	 * @return list<Ledger_Row> Those that had said otherwise.
	 */
	private function keep( array $rows, array $wanted, array $held = array() ): array {
		$back = array();

		foreach ( $rows as $domain => $row ) {
			$owner = $wanted[ $domain ] ?? null;

			if ( null !== $owner && Wanted::Absent === $row->wanted ) {
				$back[] = $this->ledger->want( $row->domain, $owner['blog_id'], $owner['source'] );
			} elseif ( 0 === ( $owner['blog_id'] ?? null ) ) {
				// It is as it was before a site had it. What the site's admins have added stays theirs.
				$this->ledger->give_back( $row, $owner['source'], $this->is_added_by_owners( $row, $rows ) ? $row->blog_id : 0 );
			} elseif ( Wanted::Present === $row->wanted ) {
				$this->hand_over( $row, $wanted, $held );
			}
		}

		$marked = static fn( Ledger_Row $row ): bool => $row->needs_confirmation && Wanted::Present === $row->wanted;

		$this->ledger->confirm( array_values( array_filter( $rows, $marked ) ) );

		return $back;
	}

	/**
	 * A site that has lost a domain which another one has, too, no longer has its row.
	 *
	 * @param array<string, ?array{blog_id: int, source: string}> $wanted By domain, who wants it.
	 * @param array<string, array<int, true>>                     $held   As the property.
	 */
	private function hand_over( Ledger_Row $row, array $wanted, array $held ): void {
		$is_www  = Row_Source::WWW === $row->source;
		$domain  = $is_www ? (string) $this->rules->with_www( $row->domain ) : $row->domain;
		$owner   = $wanted[ $domain ] ?? null;
		$blog_id = $owner['blog_id'] ?? 0;

		if ( $blog_id > 0 && $blog_id !== $row->blog_id && isset( $held[ $domain ][ $row->blog_id ] ) ) {
			$this->ledger->want( $row->domain, $blog_id, $is_www ? Row_Source::WWW : (string) $owner['source'] );
		}
	}

	/**
	 * @param array<string, Ledger_Row> $rows By domain: a www name goes with the domain that it came along with.
	 */
	private function is_added_by_owners( Ledger_Row $row, array $rows ): bool {
		$bare = Row_Source::WWW === $row->source ? (string) $this->rules->with_www( $row->domain ) : '';

		return ( new Owner_Added_Domains() )->has( $rows[ $bare ] ?? $row );
	}

	/**
	 * Without the extension a name in another script may have a row that only it can find: it is remembered as it was given.
	 *
	 * @param list<string> $domains
	 */
	private function keep_for_the_extension( array $domains, int $blog_id, string $source ): void {
		foreach ( $this->rules->apply() ? array() : $domains as $domain ) {
			if ( 1 === preg_match( '/[^\x00-\x7F]/', $domain ) && null === $this->ledger->find( $domain ) ) {
				$this->ledger->unwant( $domain, $blog_id, $source );
				$this->ledger->await_confirmation( array( $domain ) );
			}
		}
	}

	/**
	 * @param list<string> $domains
	 * @return list<string> With the www names that may have come with them.
	 */
	private function with_www( array $domains ): array {
		$www = array_filter( array_map( ( $this->unused_domains )()->www_of( ... ), $domains ) );

		return array_values( array_unique( array( ...$domains, ...$www ) ) );
	}

	private function await_end(): void {
		if ( ! $this->is_awaited ) {
			$this->is_awaited = true;
			// Early: what follows may take long, or end the process.
			add_action( 'shutdown', $this->carry_out( ... ), 0 );
		}

		// What is lost while WordPress shuts down comes too late for that.
		if ( did_action( 'shutdown' ) > 0 ) {
			register_shutdown_function( $this->carry_out( ... ) );
		}
	}

	/**
	 * Whether the request ended in the middle: then a run finds out in a minute, when nothing more can come of it.
	 */
	private static function is_cut_short(): bool {
		$is_fatal   = 0 !== ( ( error_get_last()['type'] ?? 0 ) & self::FATAL );
		$is_aborted = 0 !== ( connection_status() & CONNECTION_ABORTED ) && 0 === ignore_user_abort();
		$is_late    = 0 !== ( connection_status() & CONNECTION_TIMEOUT );

		return $is_fatal || $is_aborted || $is_late;
	}
}
