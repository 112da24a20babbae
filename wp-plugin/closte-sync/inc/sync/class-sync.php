<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Domains\Domain_Names;
use ClosteSync\Domains\Domain_Rules;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Desired_State_Writer;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Ledger\Ledger_Row;
use ClosteSync\Ledger\Row_Source;
use ClosteSync\Ledger\Wanted;

/**
 * Handles what listeners, screens and commands tell of domains that come or go. First the row is written, then Closte
 * is called within the request's budget, then the answer is written. What fails, or may not be called now, is left to a run.
 */
final class Sync {

	/**
	 * @param \Closure(): Missing_Domains $missing_domains Made when a comparison has missed some.
	 */
	public function __construct(
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Wanted_Domains $wanted,
		private readonly \Closure $missing_domains,
		private readonly Domain_Rules $rules,
		private readonly Domain_Names $names,
		private readonly Deferred_Removals $removals,
		private readonly Worker $worker,
		private readonly Scheduler $scheduler,
		private readonly Announced_Domains $announced_domains,
	) {}

	/**
	 * A site has this domain now, or someone wants it at Closte.
	 *
	 * @param int $blog_id The site; 0: none.
	 * @throws Database_Exception When the database fails.
	 */
	public function domain_added( string $domain, int $blog_id, string $source ): void {
		$domain = $this->names->canonical( $domain );
		$owners = $this->with_www( $domain, $blog_id, $source );

		if ( array() !== $owners && Row_Source::MANUAL !== $source && $this->stays_retired( $domain, $owners ) ) {
			return;
		}

		if ( self::is_of_no_site( $blog_id, $source ) && ! $this->desired->wants( $domain ) ) {
			// No row says that it is wanted: were the request killed, a run would have to take it for sent.
			$this->domain_removed( $domain, $blog_id, $source );
			return;
		}

		$this->announced_domains->met( $domain );

		if ( array() === $owners ) {
			return;
		}

		$this->removals->take_back( $domain );

		$rows = $this->ledger->want_all( $owners, $this->worker->lease() );

		if ( ! $this->rules->apply() ) {
			$this->ledger->await_confirmation( array( $domain ) );
		}

		if ( Row_Source::MANUAL !== $source && ! $this->desired->wants( $domain ) ) {
			// Another request took it away while this one was still making it, and told of that before the row was written.
			// The rows are held before they are free, or a run could claim them.
			try {
				$this->domain_removed( $domain, $blog_id, $source );
			} finally {
				$this->worker->release( $rows );
			}

			return;
		}

		$this->send( $rows, $source );
	}

	/**
	 * Whether a mapping names a site that there is not.
	 */
	private static function is_of_no_site( int $blog_id, string $source ): bool {
		return ! in_array( $source, array( Row_Source::MANUAL, Row_Source::CORE ), true )
			&& ( $blog_id <= 0 || null === get_site( $blog_id ) );
	}

	/**
	 * Whether an alias is left alone here, and what an event tells of is no living site's: it is not taken up to be removed again.
	 *
	 * @param non-empty-array<string, array{blog_id: int, source: string}> $owners
	 */
	private function stays_retired( string $domain, array $owners ): bool {
		$is_retired = static fn( Ledger_Row $row ): bool => Wanted::Retired === $row->wanted;
		$names      = Desired_State_Writer::names( $owners );
		$rows       = $this->ledger->is_new( $owners ) ? array() : $this->ledger->find_all( $names );

		return array() !== array_filter( $rows, $is_retired ) && ! $this->desired->wants( $domain );
	}

	/**
	 * This site has the domain now, perhaps in place of another one: what it has at Closte stays as it is.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function domain_moved( string $domain, int $blog_id, string $source ): void {
		$row = $this->ledger->find( $this->names->canonical( $domain ) );

		$this->domain_added( $domain, $blog_id, $source );

		if ( null !== $row && $row->blog_id !== $blog_id ) {
			Events::moved( $row, $blog_id );
			Events::batch_ended();
		}
	}

	/**
	 * A site no longer has this domain, or someone wants it away from Closte: see {@see Sync::domains_removed()}.
	 *
	 * @param int $blog_id The site that had it; 0: none.
	 * @throws Database_Exception When the database fails.
	 */
	public function domain_removed( string $domain, int $blog_id, string $source ): void {
		$this->domains_removed( array( $domain ), $blog_id, $source );
	}

	/**
	 * Sites no longer have these domains: what nothing wants of them at the end of the request is removed then. Or someone
	 * wants them away from Closte: that is done now. Nothing is removed that something living still wants, nor a network's
	 * own domain.
	 *
	 * @param list<string> $domains
	 * @throws Database_Exception When the database fails.
	 */
	public function domains_removed( array $domains, int $blog_id, string $source ): void {
		$domains = $this->canonical( $domains );

		Row_Source::MANUAL === $source
			? $this->removals->by_hand( $domains, $blog_id )
			: $this->removals->hold( $domains, $blog_id, $source );
	}

	/**
	 * Takes the next step with a domain now, whatever its stage and however long it should have waited.
	 *
	 * @return ?string As {@see Sync::retry_all()} says.
	 * @throws Database_Exception When the database fails.
	 */
	public function retry( string $domain ): ?string {
		return $this->retry_all( array( $domain ) );
	}

	/**
	 * Takes the next step with domains now. One that Closte was said to have is looked for there first, and begins anew if it
	 * is gone; one that is retired is taken up again if something wants it.
	 *
	 * @param list<string> $domains
	 * @param int          $at_once How many take their step now; the others are due, and follow by themselves.
	 * @return ?string Why Closte could not be asked which domains it has, in words; null: it was, or need not be.
	 * @throws Database_Exception When the database fails.
	 */
	public function retry_all( array $domains, int $at_once = PHP_INT_MAX ): ?string {
		return Events::during(
			'retry',
			function () use ( $domains, $at_once ): ?string {
				$domains = $this->canonical( $domains );
				$rows    = array_map( $this->readable( ... ), $this->ledger->find_all( $domains ) );
				$problem = ( $this->missing_domains )()->begin_anew( $rows );

				$this->take_up_again( $rows );

				foreach ( $domains as $domain ) {
					$this->ledger->schedule()->make_due( $domain );
				}

				$this->scheduler->wake_at( time() );
				$this->send( $this->ledger->find_all( array_slice( $domains, 0, $at_once ) ), '', true );

				return $problem;
			}
		);
	}

	/**
	 * A row that cannot be read begins anew.
	 */
	private function readable( Ledger_Row $row ): Ledger_Row {
		if ( null === $row->unreadable_column() ) {
			return $row;
		}

		$this->ledger->begin_anew( $row );

		return $this->ledger->find( $row->domain ) ?? $row;
	}

	/**
	 * @param list<Ledger_Row> $rows
	 */
	private function take_up_again( array $rows ): void {
		$retired = array_values( array_filter( $rows, static fn( Ledger_Row $row ): bool => Wanted::Retired === $row->wanted ) );

		foreach ( array() === $retired ? array() : $this->wanted->among( $retired ) as $domain => $owner ) {
			$this->ledger->want( (string) $domain, $owner['blog_id'] ?? 0, $owner['source'] ?? Row_Source::WWW );
		}
	}

	/**
	 * Has a run take the next step with a domain and its www name, whatever their stage and however long they should have
	 * waited, after a comparison with Closte, which may have lost it. No call is made now.
	 *
	 * @return bool Whether it has a row.
	 * @throws Database_Exception When the database fails.
	 */
	public function look_again( string $domain ): bool {
		$domain = $this->names->canonical( $domain );
		$www    = $this->names->www_name( $domain );
		$found  = 0;

		foreach ( array_filter( array( $domain, $www ) ) as $name ) {
			$found += $this->ledger->schedule()->make_due( $name );
		}

		if ( $found > 0 ) {
			$this->scheduler->reconcile_by( time() );
			$this->scheduler->wake_at( time() );
		}

		return $found > 0;
	}

	/**
	 * A site or mapping is about to get this domain. Should the request be killed before it has, a run finds out; should it
	 * come to nothing, that is forgotten when the request ends.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function domain_expected( string $domain, int $blog_id, string $source ): void {
		$domain = $this->names->canonical( $domain );
		$owners = $this->with_www( $domain, $blog_id, $source );

		$this->announced_domains->add( $domain, Desired_State_Writer::names( $owners ) );

		if ( array() !== $owners ) {
			$this->ledger->expect( $owners );
			$this->scheduler->wake_at( time() );
		}
	}

	/**
	 * Whether a site, a mapping or someone by hand wants one of these domains at Closte.
	 *
	 * @throws Database_Exception When the database fails.
	 */
	public function wants_any( string ...$domains ): bool {
		return $this->wanted->has_any( $this->canonical( array_values( $domains ) ) );
	}

	/**
	 * Whether {@see Sync::domain_expected()} was told of it in this request.
	 */
	public function is_expected( string $domain ): bool {
		return $this->announced_domains->has( $this->names->canonical( $domain ) );
	}

	/**
	 * A site or mapping is about to lose these domains. Should the request be killed before it has, a run finds out.
	 *
	 * @param list<string> $domains
	 * @throws Database_Exception When the database fails.
	 */
	public function await_confirmation( array $domains ): void {
		$this->removals->await_confirmation( $this->canonical( $domains ) );
	}

	/**
	 * @param list<string> $domains
	 * @return list<string>
	 */
	private function canonical( array $domains ): array {
		return array_values( array_unique( array_map( $this->names->canonical( ... ), $domains ) ) );
	}

	/**
	 * The domain, and the www name that comes with it, where they need an alias of their own.
	 *
	 * @return array<string, array{blog_id: int, source: string}> By domain.
	 */
	private function with_www( string $domain, int $blog_id, string $source ): array {
		$www    = $this->rules->www_of( $domain );
		$owners = array();

		if ( Row_Source::MANUAL === $source || ! $this->rules->is_served_by_network( $domain ) ) {
			$owners[ $domain ] = array(
				'blog_id' => $blog_id,
				'source'  => $source,
			);
		}

		if ( null !== $www ) {
			$owners[ $www ] = array(
				'blog_id' => $blog_id,
				'source'  => Row_Source::WWW,
			);
		}

		return $owners;
	}

	/**
	 * @param list<Ledger_Row> $rows
	 * @param string           $source  Who wants it.
	 * @param bool             $insists Whether someone asked for it: then a look at DNS or at a certificate is worth the page's time too.
	 */
	private function send( array $rows, string $source, bool $insists = false ): void {
		if ( ! $insists ) {
			$rows = array_values( array_filter( $rows, static fn( Ledger_Row $row ): bool => $row->awaits_call() ) );
		}

		if ( array() === $rows ) {
			return;
		}

		foreach ( $rows as $row ) {
			// Who asks for it by hand asks for it now, however often it has failed before.
			if ( Row_Source::MANUAL === $source && $row->next_check_at > time() ) {
				$this->ledger->schedule()->make_due( $row->domain );
			}
		}

		$this->worker->advance( $rows, $insists );
	}
}
