<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** Which faults happen after how many events, as the seed says. */
final class Fault_Schedule {

	/**
	 * @var list<array{after: int, what: string, worker: int, ms: int}> The number of events is of all workers together.
	 */
	private array $faults = array();

	public function __construct( int $seed, int $workers, int $events ) {
		$random = new Random( "$seed/strikes" );
		$total  = $workers * $events;
		for ( $n = 0; $n < intdiv( $total, 6 ); $n++ ) {
			$this->faults[] = array(
				'after'  => $random->between( 1, $total ),
				'what'   => $random->weighted(
					array(
						'kill'          => 70,
						'emulator'      => 15,
						'database-kill' => 5,
						'database-stop' => 5,
						'unreachable'   => 5,
						'dns'           => 10,
					)
				),
				'worker' => $random->between( 0, $workers - 1 ),
				'ms'     => $random->between( 0, 150 ),
			);
		}
		// Whatever the seed says, each happens once.
		$this->faults[0]['what'] = 'emulator';
		$this->faults[1]['what'] = 'database-kill';
		$this->faults[2]['what'] = 'kill';
		$this->faults[3]['what'] = 'dns';
		usort( $this->faults, static fn( array $a, array $b ): int => $a['after'] <=> $b['after'] );
	}

	/**
	 * Those whose turn it is once so many events have begun; each one once.
	 *
	 * @return list<array{after: int, what: string, worker: int, ms: int}>
	 */
	public function due( int $begun ): array {
		$due          = array_filter( $this->faults, static fn( array $fault ): bool => $fault['after'] <= $begun );
		$this->faults = array_slice( $this->faults, count( $due ) );

		return array_values( $due );
	}
}
