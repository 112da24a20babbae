<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Domains;

use ClosteSync\Ledger\Database;
use ClosteSync\Ledger\Schema;
use ClosteSync\Settings\Settings;
use ClosteSync\Settings\Subdomain_Handling;
use ClosteSync\Settings\Www_Handling;

/**
 * The network's own names, its subdomains, and www names.
 */
final class Domain_Rules {

	/**
	 * The domains of every network, and the wildcards of ours that Closte has accepted; null: not read yet.
	 *
	 * @var ?array{networks: list<string>, wildcards: list<string>}
	 */
	private ?array $known = null;

	/** Null: as they are when asked. */
	private ?Settings $settings = null;

	public function __construct(
		private readonly Database $database,
		private readonly Domain_Names $names,
	) {}

	/**
	 * The same as of now, for who asks about thousands of domains.
	 */
	public function frozen(): self {
		$frozen           = clone $this;
		$frozen->settings = Settings::load();
		$frozen->forget_wildcards();

		return $frozen;
	}

	/**
	 * A wildcard came or went: which ones there are is read again.
	 */
	public function forget_wildcards(): void {
		$this->known = null;
	}

	/**
	 * The domains of every network. They are never removed.
	 *
	 * @return list<string>
	 */
	public function network_domains(): array {
		return $this->known()['networks'];
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
		foreach ( $this->known()['wildcards'] as $wildcard ) {
			if ( $this->names->covers( $wildcard, $domain ) ) {
				return true;
			}
		}

		return false;
	}

	/**
	 * In one statement: both are needed for one question.
	 *
	 * @return array{networks: list<string>, wildcards: list<string>}
	 */
	private function known(): array {
		if ( null === $this->known ) {
			$known = array(
				'networks'  => array(),
				'wildcards' => array(),
			);
			$rows  = $this->database->rows(
				"SELECT 'networks' AS what, domain FROM %i UNION ALL SELECT 'wildcards' AS what, domain FROM %i WHERE wanted = 'present' AND accepted_at > 0 AND domain LIKE %s",
				$this->database->table( 'site' ),
				$this->database->table( Schema::TABLE ),
				'*.%'
			);

			foreach ( $rows as $row ) {
				$known[ $row['what'] ][] = 'networks' === $row['what'] ? $this->names->canonical( $row['domain'] ) : $row['domain'];
			}

			$this->known = array_map( static fn( array $domains ): array => array_values( array_unique( $domains ) ), $known );
		}

		return $this->known;
	}

	private function settings(): Settings {
		return $this->settings ?? Settings::load();
	}
}
