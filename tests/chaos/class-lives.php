<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/**
 * When each name was wanted by something that lived: a site, a mapping of one, or either for the sake of its www name. Other
 * requests see a change only some time after it was made: what is said here of a while is true of all of it.
 */
final class Lives {

	/** @var array<string, list<array{from: float, begun_by: string, to: float, ended_by: string}>> By name, oldest first. */
	private array $lives = array();

	/** @var array<string, Request> By id. */
	private array $requests;

	/**
	 * @param list<array{at: float, request: string, source: string, id: int, site: int, domain: string, stage: string}> $history
	 * @param list<Request>                                                                                             $requests
	 */
	public function __construct( array $history, array $requests ) {
		$this->requests = array_column( $requests, null, 'id' );
		$sites          = array();
		$mappings       = array();
		foreach ( $history as $change ) {
			$row = 'wp_blogs' === $change['source'] ? $change['site'] : "{$change['source']} {$change['id']}";
			if ( 'wp_blogs' === $change['source'] ) {
				$sites[ $row ] = $change['domain'];
			} else {
				$mappings[ $row ] = array( $change['site'], $change['domain'] );
			}
			$wanted = array_values( array_filter( $sites ) );
			foreach ( $mappings as list( $site, $domain ) ) {
				if ( '' !== $domain && '' !== ( $sites[ $site ] ?? '' ) ) {
					$wanted[] = $domain;
				}
			}
			$this->go_on( Names::with_www( $wanted ), $change['at'], $change['request'] );
		}
	}

	public function has_lived( string $name, float $before ): bool {
		return array() !== array_filter( $this->lives[ $name ] ?? array(), static fn( array $life ): bool => $life['from'] <= $before );
	}

	/** Whether all that this request may have read of the network until then said that the name is wanted. */
	public function was_wanted( string $name, Request $request, float $until ): bool {
		foreach ( $this->lives[ $name ] ?? array() as $life ) {
			$since = $life['begun_by'] === $request->id ? $life['from'] : $this->all_see( $life['from'], $life['begun_by'] );
			if ( $since <= $request->begin && $life['to'] >= $until ) {
				return true;
			}
		}

		return false;
	}

	/** Whether all that this request may have read of the network until then said that nothing wants the name. */
	public function was_unwanted( string $name, Request $request, float $until ): bool {
		foreach ( $this->lives[ $name ] ?? array() as $life ) {
			if ( $life['from'] <= $until && $this->all_see( $life['to'], $life['ended_by'] ) >= $request->begin ) {
				return false;
			}
		}

		return true;
	}

	/** Whether this request took the name from something and gave it to something that had it still at that time. */
	public function was_moved( string $name, Request $request, float $time ): bool {
		$ended = false;
		foreach ( $this->lives[ $name ] ?? array() as $life ) {
			if ( $ended && $life['begun_by'] === $request->id && $life['to'] > $time ) {
				return true;
			}
			$ended = $life['ended_by'] === $request->id;
		}

		return false;
	}

	/**
	 * Whether nobody could hear what became of the name last: the plugin was not active, or the database had to be connected
	 * to again and it is not known who did it. Or two requests were at the owner at the same time, and one was killed: who
	 * deleted it and had not seen that it got this name, or who made it and had not seen that it was gone. Or the name had gone
	 * unheard before, and whoever wanted it again did not get to say so while it had an owner.
	 */
	public function is_unheard( string $name ): bool {
		return $this->is_last_unheard( $this->lives[ $name ] ?? array() );
	}

	/** @param list<array{from: float, begun_by: string, to: float, ended_by: string}> $lives */
	private function is_last_unheard( array $lives ): bool {
		$life = array_pop( $lives );
		if ( null === $life || 0.0 === ( INF === $life['to'] ? $life['from'] : $life['to'] ) ) {
			return false;
		}
		$begun = $this->requests[ $life['begun_by'] ] ?? null;
		if ( INF === $life['to'] ) {
			return ! ( $begun->hears ?? false );
		}
		$ended      = $this->requests[ $life['ended_by'] ] ?? null;
		$is_cut_off = null !== $begun && ( $begun->over > $life['to'] || $begun->dies );

		return ! ( $ended->hears ?? false )
			|| ( $ended->dies && $this->all_see( $life['from'], $life['begun_by'] ) > $ended->begin )
			|| ( null !== $begun && $begun->dies && $begun->over > $life['to'] )
			|| ( $is_cut_off && $this->is_last_unheard( $lives ) );
	}

	/** @return list<string> All that was ever wanted. */
	public function names(): array {
		return array_map( strval( ... ), array_keys( $this->lives ) );
	}

	/** @param list<string> $wanted */
	private function go_on( array $wanted, float $at, string $request ): void {
		foreach ( $this->lives as $name => $lives ) {
			$last = count( $lives ) - 1;
			if ( INF === $lives[ $last ]['to'] && ! in_array( $name, $wanted, true ) ) {
				$this->lives[ $name ][ $last ]['to']       = $at;
				$this->lives[ $name ][ $last ]['ended_by'] = $request;
			}
		}
		foreach ( $wanted as $name ) {
			$lives = $this->lives[ $name ] ?? array();
			$life  = end( $lives );
			if ( false === $life || INF !== $life['to'] ) {
				$this->lives[ $name ][] = array(
					'from'     => $at,
					'begun_by' => $request,
					'to'       => INF,
					'ended_by' => '',
				);
			}
		}
	}

	/** From when on every request sees a change: the database tells nobody before it has written it. */
	private function all_see( float $at, string $request ): float {
		return 0.0 === $at || INF === $at ? $at : ( $this->requests[ $request ]->over ?? INF );
	}
}
