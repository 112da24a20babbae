<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What must be true after a seed. Knows nothing of the plugin: asks WordPress's tables what is wanted. */
final class Invariants {

	/** @var list<string> */
	private array $wanted = array();

	/** Of which it does not matter, or cannot be known, whether Closte has them. */
	private array $either = array();

	/** Where a request was killed before anybody could hear of its change, or made it while the plugin was not active. */
	private array $unheard = array();

	/**
	 * @param list<Event_Log> $logs
	 */
	public function __construct( \mysqli $database, array $logs, Lives $lives, By_Hand $by_hand ) {
		$this->read_wishes( $database );
		$this->read_lives( $lives );
		foreach ( $logs as $log ) {
			$this->read_log( $log );
		}
		array_push( $this->wanted, ...$by_hand->wanted() );
		array_push( $this->either, ...$by_hand->unsure() );
		$this->wanted = array_values( array_unique( $this->wanted ) );
		// Where a wildcard of the network is there, its subdomains need nothing of their own, and may have it.
		$wildcard = Names::of_wildcard( 0 );
		foreach ( $this->wanted as $domain ) {
			if ( str_ends_with( $domain, substr( $wildcard, 1 ) ) && $domain !== $wildcard && in_array( $wildcard, array( ...$this->wanted, ...$this->either ), true ) ) {
				$this->either[] = $domain;
			}
		}
		// They are the application's own: no aliases.
		array_push( $this->either, ...Names::with_www( array( Names::NETWORK, Names::MOVED ) ) );
	}

	/**
	 * @param list<string> $there    What Closte has.
	 * @param bool         $compared Whether what was wanted was compared with it, so that also the unheard is known.
	 * @return list<string> What is wrong.
	 */
	public function of_state( array $there, bool $compared ): array {
		$wrong = array();
		$open  = $compared ? $this->either : array( ...$this->either, ...$this->unheard );
		foreach ( array_diff( $this->wanted, $there, $open ) as $domain ) {
			$wrong[] = "$domain is wanted, and Closte does not have it";
		}
		foreach ( array_diff( $there, $this->wanted, Names::FOREIGN, $open ) as $domain ) {
			$wrong[] = "Closte has $domain, which nobody wants";
		}
		foreach ( array_diff( array( ...Names::FOREIGN, Names::NETWORK ), $there ) as $domain ) {
			$wrong[] = "$domain is gone from Closte, and was never ours to remove";
		}

		return $wrong;
	}

	/**
	 * Ultimate Multisite saves whole records as they were read: who saves one there may undo what another request has made ready,
	 * and that is not ours. It is the first change of such a request.
	 *
	 * @param list<array{at: float, request: string, source: string, id: int, site: int, domain: string, stage: string}> $history
	 * @param list<Request>                                                                                             $requests
	 * @return list<string> What is wrong.
	 */
	public static function of_stages( array $history, array $requests ): array {
		$wrong  = array();
		$saves  = array_filter( $requests, static fn( Request $request ): bool => in_array( $request->what, Mapping_Events::SAVES, true ) );
		$saves  = array_column( $saves, null, 'id' );
		$stages = array();
		foreach ( $history as $change ) {
			$row        = "{$change['source']} {$change['id']}";
			$before     = $stages[ $row ] ?? '';
			$is_its_own = isset( $saves[ $change['request'] ] );
			unset( $saves[ $change['request'] ] );
			if ( '' !== $change['domain'] && ! $is_its_own && in_array( $before, History::ACTIVE_STAGES, true ) && ! in_array( $change['stage'], History::ACTIVE_STAGES, true ) ) {
				$wrong[] = "request {$change['request']} took {$change['domain']} off the web: its record went from $before to {$change['stage']}";
			}
			$stages[ $row ] = '' === $change['domain'] ? '' : $change['stage'];
		}

		return $wrong;
	}

	public function unheard(): int {
		return count( $this->unheard );
	}

	private function read_wishes( \mysqli $database ): void {
		$sql = array( 'SELECT domain FROM wp_blogs' );
		foreach ( array( 'wu_domain_mappings', 'domain_mapping' ) as $table ) {
			if ( $database->query( "SHOW TABLES LIKE 'wp_$table'" )->num_rows > 0 ) {
				$sql[] = "SELECT m.domain FROM wp_$table m INNER JOIN wp_blogs b ON b.blog_id = m.blog_id";
			}
		}
		foreach ( $sql as $query ) {
			foreach ( $database->query( $query )->fetch_all() as list( $domain ) ) {
				array_push( $this->wanted, ...Names::with_www( array( $domain ) ) );
			}
		}
	}

	/**
	 * What the plugin could not hear of: it asks later what is wanted. What went away unheard it does not remove by itself, for
	 * somebody may have added that by hand since.
	 */
	private function read_lives( Lives $lives ): void {
		foreach ( $lives->names() as $name ) {
			if ( $lives->is_unheard( $name ) ) {
				$this->unheard[] = $name;
			}
		}
	}

	private function read_log( Event_Log $log ): void {
		$open = '';
		foreach ( $log->read() as list( $word, $text ) ) {
			if ( 'begin' === $word ) {
				$this->note_unheard( $open );
			}
			if ( 'lost' === $word ) {
				$this->unheard[] = $text;
			}
			$open = match ( $word ) {
				'unheard'        => $text,
				'heard', 'begin' => '',
				default          => $open,
			};
		}
		$this->note_unheard( $open );
	}

	private function note_unheard( string $domains ): void {
		array_push( $this->unheard, ...Names::with_www( array_filter( explode( ' ', $domains ) ) ) );
	}
}
