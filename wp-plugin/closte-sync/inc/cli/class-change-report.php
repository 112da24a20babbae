<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use WP_CLI\Utils;

/**
 * Counts what came of each domain, and says so at the end, in the manner of WP-CLI's own commands.
 */
final class Change_Report {

	private int $done = 0;

	private int $already = 0;

	/**
	 * How many are recorded only, because nothing can be sent now.
	 */
	private int $recorded = 0;

	/**
	 * How many could not be sent now, and are sent automatically.
	 */
	private int $waiting = 0;

	/**
	 * @param string $verb  `add`, `remove`, `retry` or `adopt`.
	 * @param int    $total How many domains were named.
	 */
	public function __construct( private readonly string $verb, private readonly int $total ) {}

	public function done(): void {
		++$this->done;
	}

	public function already(): void {
		++$this->already;
	}

	public function recorded(): void {
		++$this->recorded;
	}

	public function waits(): void {
		++$this->waiting;
	}

	/**
	 * Says how many came through, and ends with status 1 if one did not.
	 *
	 * @param bool $porcelain Say nothing when all is well.
	 */
	public function finish( bool $porcelain = false ): void {
		$failed = $this->total - $this->done - $this->already - $this->recorded;
		if ( $porcelain && 0 === $failed ) {
			return;
		}
		if ( 0 === $this->already + $this->recorded + $this->waiting ) {
			Utils\report_batch_operation_results( 'domain', $this->verb, $this->total, $this->done, $failed );
			return;
		}
		if ( $failed > 0 ) {
			Terminal::fail( $this->sentence() );
		}
		\WP_CLI::success( $this->sentence() );
	}

	/**
	 * How many came through, and what of the others.
	 */
	private function sentence(): string {
		// Where nothing can be sent, nothing is done but that.
		$parts = array( sprintf( $this->what_was_done(), max( $this->done, $this->recorded ), $this->total ) );
		if ( $this->already > 0 ) {
			$parts[] = sprintf(
				'adopt' === $this->verb
					/* translators: %d: number of domains */
					? _n( '%d already belonged to this network', '%d already belonged to this network', $this->already, 'closte-sync' )
					/* translators: %d: number of domains */
					: _n( '%d was already at Closte', '%d were already at Closte', $this->already, 'closte-sync' ),
				$this->already
			);
		}
		if ( $this->waiting > 0 ) {
			$parts[] = sprintf(
				/* translators: %d: number of domains */
				_n( '%d is queued and sent automatically', '%d are queued and sent automatically', $this->waiting, 'closte-sync' ),
				$this->waiting
			);
		}
		return implode( '; ', $parts ) . '.';
	}

	/**
	 * The first half of the sentence, with its placeholders.
	 */
	private function what_was_done(): string {
		if ( $this->recorded > 0 ) {
			/* translators: 1: number of domains that are recorded, 2: number of all */
			return __( 'Queued %1$d of %2$d domains', 'closte-sync' );
		}
		return match ( $this->verb ) {
			/* translators: 1: with how many domains it worked, 2: number of all */
			'add'    => __( 'Added %1$d of %2$d domains', 'closte-sync' ),
			/* translators: 1: with how many domains it worked, 2: number of all */
			'remove' => __( 'Removed %1$d of %2$d domains', 'closte-sync' ),
			/* translators: 1: with how many domains it worked, 2: number of all */
			'retry'  => __( 'Retried %1$d of %2$d domains', 'closte-sync' ),
			/* translators: 1: with how many domains it worked, 2: number of all */
			default  => __( 'Adopted %1$d of %2$d domains', 'closte-sync' ),
		};
	}
}
