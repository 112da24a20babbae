<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Sync;

use ClosteSync\Domains\Desired_Domains;
use ClosteSync\Ledger\Ledger;

/**
 * Remembers which domains sites and mappings are about to get in this request. If WordPress, the database or a mapping plugin
 * then refuses one, its row is deleted when the request ends, because no hook reports that. If the request is killed, a run
 * does so.
 */
final class Announced_Domains {

	/**
	 * Of each domain, the names that were recorded for it; without any once the domain has come.
	 *
	 * @var array<string, list<string>>
	 */
	private array $names = array();

	private bool $is_awaited = false;

	public function __construct(
		private readonly Ledger $ledger,
		private readonly Desired_Domains $desired,
		private readonly Error_Boundary $error_boundary,
	) {}

	/**
	 * @param string       $domain In canonical form.
	 * @param list<string> $names  What was recorded for it.
	 */
	public function add( string $domain, array $names ): void {
		$this->names[ $domain ] = $names;

		if ( ! $this->is_awaited ) {
			$this->is_awaited = true;
			add_action( 'shutdown', $this->end( ... ), 0 );
		}
	}

	public function has( string $domain ): bool {
		return isset( $this->names[ $domain ] );
	}

	/**
	 * It has come.
	 */
	public function met( string $domain ): void {
		if ( isset( $this->names[ $domain ] ) ) {
			$this->names[ $domain ] = array();
		}
	}

	/**
	 * Nothing more will come.
	 */
	public function end(): void {
		$names       = array_values( array_unique( array_merge( ...array_values( $this->names ) ) ) );
		$this->names = array();

		if ( array() !== $names ) {
			$this->error_boundary->run( fn() => $this->forget( $names ) );
		}
	}

	/**
	 * @param list<string> $names
	 */
	private function forget( array $names ): void {
		$wanted = $this->desired->wanted( $names );

		foreach ( $names as $name ) {
			$row = array_key_exists( $name, $wanted ) ? null : $this->ledger->find( $name );

			if ( null !== $row && $row->is_only_expected() ) {
				$this->ledger->delete( $row );
			}
		}
	}
}
