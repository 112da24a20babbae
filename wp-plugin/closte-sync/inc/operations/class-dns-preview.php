<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * What DNS says of a domain that is about to be added.
 */
final class Dns_Preview {

	/**
	 * @param string                     $state     A \Closte\DnsState value.
	 * @param bool                       $is_ready  It points here, and nothing must be changed.
	 * @param string                     $message   What that means, in a sentence.
	 * @param list<string>               $addresses Where it points.
	 * @param list<array<string, mixed>> $problems  As a row of the ledger has them, with the message for people.
	 * @param list<array{action: string, type: string, name: string, value: string}> $records To set or delete, also of its www name.
	 */
	public function __construct(
		public readonly string $state,
		public readonly bool $is_ready,
		public readonly string $message,
		public readonly array $addresses,
		public readonly array $problems,
		public readonly array $records,
	) {}
}
