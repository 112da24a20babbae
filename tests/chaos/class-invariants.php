<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What must be true after a seed. Knows nothing of the plugin: asks WordPress's tables what is wanted, and the journal what was asked of Closte. */
final class Invariants {

	/** @var list<string> */
	private array $wanted = array();

	/** Of which it does not matter, or cannot be known, whether Closte has them. */
	private array $either = array();

	/** Where a request was killed before anybody could hear of its change. */
	private array $unheard = array();

	/**
	 * @param list<Event_Log> $logs
	 */
	public function __construct( \mysqli $database, array $logs ) {
		$this->read_wishes( $database );
		foreach ( $logs as $log ) {
			$this->read_log( $log );
		}
		$this->wanted = array_values( array_unique( $this->wanted ) );
		// Where a wildcard of the network is there, its subdomains need nothing of their own, and may have it.
		$wildcard = Names::of_wildcard( 0 );
		foreach ( $this->wanted as $domain ) {
			if ( str_ends_with( $domain, substr( $wildcard, 1 ) ) && $domain !== $wildcard && in_array( $wildcard, array( ...$this->wanted, ...$this->either ), true ) ) {
				$this->either[] = $domain;
			}
		}
		array_push( $this->either, Names::NETWORK, 'www.' . Names::NETWORK );
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
	 * @param list<array<string, mixed>> $journal
	 * @return list<string> What is wrong.
	 */
	public static function of_journal( array $journal ): array {
		$wrong = array();
		$last  = array();
		$never = array( ...Names::FOREIGN, ...Names::LIVING, Names::NETWORK, 'www.living.example' );
		foreach ( $journal as $entry ) {
			$domain = (string) ( $entry['params']['domain'] ?? '' );
			if ( '' === $domain ) {
				continue;
			}
			$is_add = str_ends_with( $entry['path'], '/adddomainalias' );
			if ( ! $is_add && in_array( $domain, $never, true ) ) {
				$wrong[] = "request {$entry['n']} asked to remove $domain";
			}
			$before = $last[ $domain ] ?? null;
			if ( $is_add && null !== $before && $before['added'] && 'already' === $entry['effect'] ) {
				$wrong[] = "request {$entry['n']} added $domain again after request {$before['n']} had, and was told so";
			}
			if ( array() !== $entry['violations'] ) {
				$wrong[] = "request {$entry['n']} was badly made: " . implode( ', ', $entry['violations'] );
			}
			$last[ $domain ] = array(
				'n'     => $entry['n'],
				'added' => $is_add && 200 === $entry['status'] && str_contains( (string) $entry['answer'], '"success":true' ) && in_array( $entry['fault'], array( null, 'close', 'latency' ), true ),
			);
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
				$this->want( Names::INTERNATIONAL[ $domain ] ?? $domain );
			}
		}
	}

	private function want( string $domain ): void {
		$this->wanted[] = $domain;
		$www            = Names::www_of( $domain );
		if ( null !== $www && Names::NETWORK !== $domain ) {
			$this->wanted[] = $www;
		}
	}

	private function read_log( Event_Log $log ): void {
		$open     = '';
		$wildcard = array( '', 'absent' );
		foreach ( $log->read() as list( $word, $text ) ) {
			if ( 'begin' === $word ) {
				$this->note_unheard( $open );
			}
			if ( 'wildcard' === $word ) {
				$wildcard = explode( ' ', $text );
			}
			$open = match ( $word ) {
				'unheard'        => $text,
				'heard', 'begin' => '',
				default          => $open,
			};
		}
		$this->note_unheard( $open );
		if ( 'present' === $wildcard[1] ) {
			$this->wanted[] = $wildcard[0];
		}
		if ( '?' === $wildcard[1] ) {
			$this->either[] = $wildcard[0];
		}
	}

	private function note_unheard( string $domains ): void {
		foreach ( array_filter( explode( ' ', $domains ) ) as $domain ) {
			$domain          = Names::INTERNATIONAL[ $domain ] ?? $domain;
			$this->unheard[] = $domain;
			$this->unheard[] = Names::www_of( $domain ) ?? $domain;
		}
	}
}
