<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What must be true of each call that Closte got, beside what the network wanted when it was made. */
final class Calls {

	/** Who is not of the plugin: somebody at Closte's own dashboard. */
	public const DASHBOARD = 'dashboard';

	/** How the names of processes begin that serve a network of which nobody has said yet what it is, or that it is a copy. */
	public const SILENT = 'silent-';

	/** Faults that end a connection with all that is under way on it. */
	private const RESETS = array( 'reset-before', 'reset-after' );

	/** Seconds by which the journal's time may be before the call: it counts whole milliseconds. */
	private const ROUNDING = 0.001;

	/** @var array<string, list<Request>> By process. */
	private array $requests = array();

	/**
	 * @param list<Request> $requests
	 * @param list<float>   $passed   When an hour or more was made to pass: what is at Closte may be added again then.
	 */
	public function __construct( private readonly Lives $lives, array $requests, private readonly array $passed, private readonly By_Hand $by_hand ) {
		foreach ( $requests as $request ) {
			$this->requests[ $request->via ][] = $request;
		}
	}

	/**
	 * @param list<array<string, mixed>> $journal
	 * @return list<string> What is wrong.
	 */
	public function judge( array $journal ): array {
		$wrong  = array();
		$last   = array();
		$resets = $this->resets( $journal );
		foreach ( $journal as $entry ) {
			$domain = (string) ( $entry['params']['domain'] ?? '' );
			if ( '' === $domain ) {
				continue;
			}
			$is_add = str_ends_with( $entry['path'], '/adddomainalias' );
			if ( self::DASHBOARD !== $entry['via'] ) {
				foreach ( $is_add ? $this->of_add( $entry, $domain, $last[ $domain ] ?? null ) : $this->of_removal( $entry, $domain ) as $text ) {
					$wrong[] = "request {$entry['n']} of " . $this->of_whom( $entry ) . " $text";
				}
			}
			$last[ $domain ] = array(
				'n'     => $entry['n'],
				'at'    => self::time_of( $entry ),
				// Who is killed may not have noted down what it was told.
				'added' => $is_add && false === $this->request_of( $entry )?->dies && 200 === $entry['status'] && str_contains( (string) $entry['answer'], '"success":true' ) && in_array( $entry['fault'], array( null, 'close', 'latency' ), true ) && ! isset( $resets[ $this->connection_of( $entry ) ] ),
			);
		}

		return $wrong;
	}

	/**
	 * @param array<string, mixed>          $entry
	 * @param ?array{n: int, at: float, added: bool} $before The call before this one.
	 * @return list<string>
	 */
	private function of_add( array $entry, string $domain, ?array $before ): array {
		$wrong   = self::of_form( $entry );
		$request = $this->request_of( $entry );
		if ( self::is_silent( $entry ) ) {
			return array( ...$wrong, "added $domain for a network of which nobody has said that it is the original" );
		}
		if ( null !== $before && $before['added'] && 'already' === $entry['effect'] && ! $this->has_passed( $before['at'], self::time_of( $entry ) ) ) {
			$wrong[] = "added $domain again after request {$before['n']} had, and was told so";
		}
		if ( null === $request ) {
			$wrong[] = "added $domain outside of any request";
		} elseif ( ! $this->by_hand->knows( $domain ) && $this->lives->was_unwanted( $domain, $request, self::time_of( $entry ) ) ) {
			$wrong[] = "added $domain, which nobody wanted";
		}

		return $wrong;
	}

	/**
	 * @param array<string, mixed> $entry
	 * @return list<string>
	 */
	private function of_removal( array $entry, string $domain ): array {
		$wrong   = self::of_form( $entry );
		$request = $this->request_of( $entry );
		$time    = self::time_of( $entry );
		if ( self::is_silent( $entry ) ) {
			$wrong[] = "asked to remove $domain for a network of which nobody has said that it is the original";
		} elseif ( in_array( $domain, array( ...Names::FOREIGN, Names::NETWORK ), true ) ) {
			$wrong[] = "asked to remove $domain, which is never to be removed";
		} elseif ( null !== $request && $this->by_hand->wanted_since( $domain, $request->begin ) ) {
			$wrong[] = "asked to remove $domain, which was added by hand";
		} elseif ( ! $this->by_hand->knows( $domain ) && ! $this->lives->has_lived( $domain, $time ) ) {
			$wrong[] = "asked to remove $domain, which no site or mapping of this network has had";
		} elseif ( null === $request ) {
			$wrong[] = "asked to remove $domain outside of any request";
		} elseif ( $this->lives->was_wanted( $domain, $request, $time ) ) {
			$wrong[] = "asked to remove $domain, which was wanted all the time";
		} elseif ( $this->lives->was_moved( $domain, $request, $time ) ) {
			$wrong[] = "asked to remove $domain, which this request took from one owner and gave to another";
		}

		return $wrong;
	}

	/**
	 * @param list<array<string, mixed>> $journal
	 * @return array<string, true> Where a fault took answers to other calls along, which were on their way.
	 */
	private function resets( array $journal ): array {
		$resets = array_filter( $journal, static fn( array $entry ): bool => in_array( $entry['fault'], self::RESETS, true ) );

		return array_fill_keys( array_map( $this->connection_of( ... ), $resets ), true );
	}

	/**
	 * A request's connection, on which its calls may be under way together.
	 *
	 * @param array<string, mixed> $entry
	 */
	private function connection_of( array $entry ): string {
		return "{$entry['via']} {$this->request_of( $entry )?->id} {$entry['connection']}";
	}

	private function has_passed( float $from, float $until ): bool {
		return array() !== array_filter( $this->passed, static fn( float $time ): bool => $from < $time && $time < $until );
	}

	/**
	 * @param array<string, mixed> $entry
	 * @return list<string>
	 */
	private static function of_form( array $entry ): array {
		return array() === $entry['violations'] ? array() : array( 'was badly made: ' . implode( ', ', $entry['violations'] ) );
	}

	/** @param array<string, mixed> $entry */
	private function of_whom( array $entry ): string {
		$request = $this->request_of( $entry );

		return null === $request ? (string) ( $entry['via'] ?? 'nobody known' ) : "{$request->via} in {$request->id} {$request->what}";
	}

	/**
	 * The request that made a call: the last that its process had begun.
	 *
	 * @param array<string, mixed> $entry
	 */
	private function request_of( array $entry ): ?Request {
		$found = null;
		foreach ( $this->requests[ $entry['via'] ?? '' ] ?? array() as $request ) {
			$found = $request->begin <= self::time_of( $entry ) + self::ROUNDING ? $request : $found;
		}

		return $found;
	}

	/** @param array<string, mixed> $entry */
	private static function is_silent( array $entry ): bool {
		return str_starts_with( $entry['via'] ?? '', self::SILENT );
	}

	/** @param array<string, mixed> $entry */
	private static function time_of( array $entry ): float {
		return $entry['time_ms'] / 1000;
	}
}
