<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Operations;

use ClosteSync\Domains\Domain_Names;
use ClosteSync\Extension\Extension;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Sync\Readiness;
use ClosteSync\Sync\Reconciler;

/**
 * Takes over domains that Closte has and that no site or mapping of this network has had. From then on they are checked
 * and shown like those that were added by hand.
 */
final class Adoption {

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Reconciler $reconciler,
		private readonly Extension $extension,
		private readonly Readiness $readiness,
		private readonly Domain_Names $names,
	) {}

	/**
	 * Why nothing can be adopted, in words: what Closte has is the original's, where this is a copy; and a row that this version
	 * writes may mean something else to a newer one.
	 */
	public function problem(): ?string {
		return $this->readiness->identity_problem() ?? $this->readiness->plugin_problem();
	}

	/**
	 * @param list<string> $domains In any spelling.
	 * @throws \Closte\ClosteException When Closte cannot be asked.
	 * @throws \RuntimeException       When the extension cannot be used.
	 * @throws Database_Exception        When the database fails.
	 */
	public function adopt( array $domains ): Adoption_Result {
		$result = $this->preview( $domains );

		array() === $result->adopted || $this->reconciler->adopt( ...$result->adopted );

		return $result;
	}

	/**
	 * What {@see Adoption::adopt()} would do; changes nothing.
	 *
	 * @param list<string> $domains In any spelling.
	 * @throws \Closte\ClosteException When Closte cannot be asked.
	 * @throws \RuntimeException       When the extension cannot be used.
	 * @throws Database_Exception        When the database fails.
	 */
	public function preview( array $domains ): Adoption_Result {
		$there   = array_flip( $this->extension->client()->domainNames() );
		$domains = array_values( array_unique( array_map( $this->names->canonical( ... ), $domains ) ) );
		$known   = array_flip( array_column( $this->ledger->find_all( $domains ), 'domain' ) );
		$adopted = array();
		$ours    = array();
		$missing = array();

		foreach ( $domains as $domain ) {
			if ( ! isset( $there[ $domain ] ) ) {
				$missing[] = $domain;
			} elseif ( isset( $known[ $domain ] ) ) {
				$ours[] = $domain;
			} else {
				$adopted[] = $domain;
			}
		}

		return new Adoption_Result( $adopted, $ours, $missing );
	}
}
