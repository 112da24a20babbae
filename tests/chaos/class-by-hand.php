<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What admins have asked for by hand, as the workers noted it down: before and after. */
final class By_Hand {

	/** @var array<string, array{state: string, at: float}> By name: `present`, `absent`, or `?` where the request was killed. */
	private array $last = array();

	/**
	 * @param list<Event_Log> $logs Of the workers, of which each has names of its own.
	 */
	public function __construct( array $logs ) {
		foreach ( $logs as $log ) {
			foreach ( $log->read() as list( $word, $text, $time ) ) {
				if ( 'by-hand' === $word ) {
					list( $domain, $state ) = explode( ' ', $text );
					foreach ( Names::with_www( array( $domain ) ) as $name ) {
						$this->last[ $name ] = array(
							'state' => $state,
							'at'    => $time,
						);
					}
				}
			}
		}
	}

	/** @return list<string> */
	public function wanted(): array {
		return $this->all( 'present' );
	}

	/** @return list<string> What may be wanted. */
	public function unsure(): array {
		return $this->all( '?' );
	}

	/** Whether anybody ever asked for it. */
	public function knows( string $name ): bool {
		return isset( $this->last[ $name ] );
	}

	/** Whether it is wanted, and was since that time. */
	public function wanted_since( string $name, float $time ): bool {
		return 'present' === ( $this->last[ $name ]['state'] ?? '' ) && $this->last[ $name ]['at'] <= $time;
	}

	/** @return list<string> */
	private function all( string $state ): array {
		return array_map( strval( ... ), array_keys( array_filter( $this->last, static fn( array $last ): bool => $state === $last['state'] ) ) );
	}
}
