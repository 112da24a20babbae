<?php
/**
 * Which domains count, beside those that were heard of.
 *
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Ledger;
use ClosteSync\Settings\Settings;
use ClosteSync\Settings\Subdomain_Handling;
use ClosteSync\Settings\Www_Handling;

/**
 * The network's own names, its subdomains, and www names.
 */
final class Domain_Rules {

	/** @var ?list<string> */
	private ?array $network_domains = null;

	/** Null: as they are when asked. */
	private ?Settings $settings = null;

	/**
	 * Null: as they are when asked.
	 *
	 * @var ?list<string>
	 */
	private ?array $wildcards = null;

	public function __construct(
		private readonly Database $database,
		private readonly Ledger $ledger,
		private readonly Domain_Names $names,
	) {}

	/**
	 * The same as of now, for who asks about thousands of domains.
	 */
	public function frozen(): self {
		$frozen            = clone $this;
		$frozen->settings  = Settings::load();
		$frozen->wildcards = $this->ledger->accepted_wildcards();

		return $frozen;
	}

	/**
	 * The domains of every network. They are never removed.
	 *
	 * @return list<string>
	 */
	public function network_domains(): array {
		$this->network_domains ??= array_values(
			array_unique( array_map( $this->names->canonical( ... ), $this->database->column( 'SELECT domain FROM %i', $this->database->table( 'site' ) ) ) )
		);

		return $this->network_domains;
	}

	/**
	 * Whether this domain is never removed, whatever anyone says: a network's own, or one of the Closte application's.
	 */
	public function is_protected( string $domain ): bool {
		return in_array( $domain, $this->network_domains(), true ) || $this->is_of_application( $domain );
	}

	/**
	 * The application's own names have its id as a label, such as `<id>.example-of-closte.com`.
	 */
	public function is_of_application( string $domain ): bool {
		$id = defined( 'CLOSTE_APP_ID' ) ? strtolower( trim( (string) constant( 'CLOSTE_APP_ID' ) ) ) : '';

		return '' !== $id && ( $domain === $id || str_ends_with( $domain, ".$id" ) || in_array( $id, explode( '.', $domain ), true ) );
	}

	/**
	 * Whether this subdomain of the network needs no alias of its own.
	 */
	public function is_served_by_network( string $domain ): bool {
		if ( $this->names->is_wildcard( $domain ) || ! $this->is_network_subdomain( $domain ) ) {
			return false;
		}

		return match ( $this->settings()->subdomains ) {
			Subdomain_Handling::Always => false,
			Subdomain_Handling::Never  => true,
			Subdomain_Handling::Auto   => $this->is_covered( $domain ),
		};
	}

	/**
	 * The www name that is added with this domain, or null.
	 */
	public function www_of( string $domain ): ?string {
		$handling = $this->settings()->www;

		if ( Www_Handling::Never === $handling || $this->names->is_www( $domain ) || $this->is_network_subdomain( $domain ) ) {
			return null;
		}

		return Www_Handling::Always === $handling || $this->names->is_apex( $domain ) ? $this->names->counterpart( $domain ) : null;
	}

	/**
	 * `www.` of the network's own domain is not a subdomain in this sense, and a network at `www.` has its subdomains beside it.
	 */
	private function is_network_subdomain( string $domain ): bool {
		foreach ( $this->network_domains() as $network ) {
			$base = preg_replace( '/^www\./', '', $network );

			if ( str_ends_with( $domain, ".$base" ) && "www.$base" !== $domain ) {
				return true;
			}
		}

		return false;
	}

	private function is_covered( string $domain ): bool {
		foreach ( $this->wildcards ?? $this->ledger->accepted_wildcards() as $wildcard ) {
			if ( $this->names->covers( $wildcard, $domain ) ) {
				return true;
			}
		}

		return false;
	}

	private function settings(): Settings {
		return $this->settings ?? Settings::load();
	}
}
