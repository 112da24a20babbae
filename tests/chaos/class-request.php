<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Chaos;

/** What a process did as one request does it: an event, or a part of one that takes several. */
final class Request {

	/**
	 * @param string $id    As {@see History} has it.
	 * @param string $what  The event.
	 * @param string $via   As the journal has it: the process.
	 * @param bool   $hears Whether the plugin was active in it.
	 * @param float  $begin Unix seconds.
	 * @param float  $over  Since when all that it did was done; INF: not known.
	 * @param bool   $dies  Whether it was killed.
	 */
	public function __construct(
		public readonly string $id,
		public readonly string $what,
		public readonly string $via,
		public readonly bool $hears,
		public readonly float $begin,
		public readonly float $over = INF,
		public readonly bool $dies = true,
	) {}

	public function until( float $over, bool $dies ): self {
		return new self( $this->id, $this->what, $this->via, $this->hears, $this->begin, $over, $dies );
	}
}
