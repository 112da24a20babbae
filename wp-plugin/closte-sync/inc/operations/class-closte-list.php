<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

/**
 * What Closte has, and whose each domain is.
 */
final class Closte_List {

	/**
	 * @param array<string, Ownership> $domains In the order of {@see Ownership}, then by name.
	 */
	private function __construct( private readonly array $domains ) {}

	/**
	 * @param \Closte\Plan $plan One that removes nothing, as {@see \ClosteSync\Sync\Reconciler::plan()} makes it.
	 */
	public static function from( \Closte\Plan $plan ): self {
		$domains = array();
		$groups  = array(
			array( Ownership::Foreign, $plan->foreign ),
			array( Ownership::Unused, $plan->unwanted ),
			array( Ownership::Ours, array_diff( $plan->keep, $plan->unwanted ) ),
		);

		foreach ( $groups as list( $ownership, $names ) ) {
			sort( $names, SORT_STRING );
			$domains += array_fill_keys( $names, $ownership );
		}

		return new self( $domains );
	}

	/**
	 * @param ?Ownership $ownership Only these.
	 * @return array<string, Ownership> By domain.
	 */
	public function domains( ?Ownership $ownership = null ): array {
		return null === $ownership
			? $this->domains
			: array_filter( $this->domains, static fn( Ownership $one ): bool => $one === $ownership );
	}

	public function count( ?Ownership $ownership = null ): int {
		return count( $this->domains( $ownership ) );
	}
}
